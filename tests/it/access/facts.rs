//! Nothing changes without a fact that says who did what with what, when, from where and by which request.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use serde_json::Value;

use super::{
    matrix::{ENDS_SESSIONS, expected},
    routes::{Whose, routes},
    world::{ACTORS, World},
};

/// Routes that change something, or may, and of which the audit says nothing; and why that is right.
const SILENT: &[(&str, &str)] = &[
    ("POST /api/v1/auth/password/reset", "the code is wrong here; with a right one it is `user.password_changed`"),
    ("POST /api/v1/auth/setup", "there is an admin already; with a right code it is `user.created`"),
    ("POST /api/v1/auth/refresh", "the same session goes on; a spent token is `user.signed_out` with a reason"),
    ("POST /api/v1/auth/password/forgot", "nobody has the address here; else it is `user.password_reset_asked`"),
    ("PATCH /api/v1/users/me", "an empty body changes nothing; a name is `user.updated`"),
    ("POST /api/v1/deliveries/{delivery_id}/retry", "nothing was given up here; else it is `delivery.retried`"),
    ("POST /api/v1/tickets/{ticket_id}/reopen", "the ticket is open already; else it is `ticket.reopened`"),
    ("POST /api/v1/webhooks/{webhook_id}/test", "sends an example and changes nothing here"),
    ("POST /api/v1/portal/{token}/tickets/{ticket_id}/read", "the desk wrote nothing here; else it is `message.read`"),
    ("POST /portal/api/v1/tickets/{ticket_id}/read", "the desk wrote nothing here; else it is `message.read`"),
    ("POST /w/api/v1/tickets/{ticket_id}/read", "the desk wrote nothing here; else it is `message.read`"),
    (
        "POST /portal/api/v1/conversations/{conversation_id}/messages/{message_id}/read",
        "the desk wrote nothing here; else it is `message.read`",
    ),
    (
        "POST /portal/api/v1/conversations/{conversation_id}/read",
        "the desk wrote nothing here; else it is `message.read`",
    ),
    (
        "POST /portal/api/v1/conversations/{conversation_id}/read-up-to/{message_id}",
        "the desk wrote nothing here; else it is `message.read`",
    ),
    (
        "POST /w/api/v1/conversations/{conversation_id}/messages/{message_id}/read",
        "the desk wrote nothing here; else it is `message.read`",
    ),
    ("POST /w/api/v1/conversations/{conversation_id}/read", "the desk wrote nothing here; else it is `message.read`"),
    (
        "POST /w/api/v1/conversations/{conversation_id}/read-up-to/{message_id}",
        "the desk wrote nothing here; else it is `message.read`",
    ),
    ("POST /api/v1/notifications/read", "what somebody has looked at is nobody else's business"),
    ("POST /api/v1/notifications/{notification_id}/read", "what somebody has looked at is nobody else's business"),
    ("POST /api/v1/events/ticket", "a credential for a minute, drawn by whoever holds the session anyway"),
    ("POST /w/api/v1/session", "somebody whom nobody knows opens the widget"),
    ("POST /portal/api/v1/session", "a use of the link, which counts its uses"),
];

/// Routes whose fact has nothing to say beside that it happened.
const WITHOUT_FIELDS: &[&str] = &["PATCH /api/v1/users/me"];

// SEC: O-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_by_every_route_is_a_fact_in_the_audit() {
    let mut world = World::new().await;
    let expected = expected();
    let (mut silent, mut wrong) = (Vec::new(), Vec::new());
    for (number, route) in routes().into_iter().filter(|route| route.method != "GET").enumerate() {
        let name = route.name();
        let object = if route.has_object() { "own" } else { "-" };
        let row = &expected[&format!("{name} {object}")];
        let may = |actor: &&str| row[ACTORS.iter().position(|column| column == actor).unwrap()] == "+";
        // Whoever may; for what nobody may here, such as a second set-up, whoever knocks. Views, notifications and browsers are
        // their owner's.
        let who = ["admin", "agent", "visit", "link", "cust", "assig", "none"].into_iter().find(may).unwrap_or("none");
        let is_keepers =
            ["/views/", "/notifications/{", "/push-subscriptions/{"].iter().any(|of| route.path.contains(of));
        let caller = if is_keepers { world.keeper.apart() } else { world.actor(who) };
        let attempt = route.attempt(&world, Whose::Ours).await;
        let request_id = format!("fact-{number}");
        let peer: SocketAddr = "203.0.113.77:4321".parse().unwrap();
        let reply = attempt.by(&caller).header("x-request-id", &request_id).extension(ConnectInfo(peer)).await;
        assert!(reply.status < 300 || (who == "none" && !is_keepers), "{name} by {who}: {}", reply.text);
        let facts = world.keeper.get(&format!("audit?limit=100&request_id={request_id}")).await.ok();
        let facts = facts["data"].as_array().unwrap().clone();
        if facts.is_empty() {
            silent.push(name.clone());
        }
        for fact in &facts {
            let mut says = |what: &str, holds: bool| {
                if !holds {
                    wrong.push(format!("{name}: {what}: {fact}"));
                }
            };
            says("which request", fact["request_id"] == request_id.as_str());
            says("from where", fact["address"] == "203.0.113.77");
            says("what", fact["action"].as_str().is_some_and(|action| action.contains('.')));
            says("with what", fact["resource"].as_str().is_some_and(|resource| resource.contains(':')));
            says("when", fact["created_at"].is_string());
            // Doors that ask for no credential know who it was only by what they were told.
            let known = row[0] == "401";
            says("who", !known || fact["actor"]["id"] == caller.id().to_string().as_str());
        }
        let changes = ["PATCH", "PUT"].contains(&route.method.as_str()) && !WITHOUT_FIELDS.contains(&name.as_str());
        let named = |fact: &Value| fact["changes"].as_object().is_some_and(|changes| !changes.is_empty());
        if changes && !facts.iter().any(named) {
            wrong.push(format!("{name}: no field that changed is named: {facts:?}"));
        }
        if ENDS_SESSIONS.contains(&name.as_str()) {
            world.renew().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    silent.sort();
    let mut reviewed: Vec<_> = SILENT.iter().map(|(name, _)| (*name).to_owned()).collect();
    reviewed.sort();
    assert_eq!(silent, reviewed, "a route that changes something leaves a fact, or somebody has looked at it");
    world.app.close().await;
}
