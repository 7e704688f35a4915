//! zen-ops: threads of an internal desk, portal tokens for outsiders, configuration, mail, audit.
//!
//! Its "threads" are `tickets` here, `message_text` is `body`, `assignment_id` is a link `assignment:…`, its permission
//! `can_manage_support` is an admin's rights, or the same permissions in a role of one's own.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{
    actor::Actor,
    app::{TEAM, TestApp},
    on_both,
};

fn at(ticket: &Value) -> String {
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

/// A ticket of an outsider about an assignment.
async fn thread(admin: &Actor, assignment: &str) -> Value {
    let requester = json!({ "email": "client@example.com", "name": "Client" });
    let body = json!({
        "subject": "Test Thread", "initial_message": "Test message", "priority": "MEDIUM", "requester": requester,
        "links": [{ "kind": "assignment", "id": assignment }],
    });
    admin.post("tickets", body).await.ok()
}

async fn minted(admin: &Actor, body: Value) -> Value {
    admin.post("tokens", body).await.ok()
}

on_both! {
    // Promise: the internal endpoints list, create, detail, update, message, resolve, close; the sample create body.
    async fn the_desk_works_on_threads(app) {
        let admin = app.admin("Ada").await;
        let ticket = thread(&admin, "7").await;
        assert_eq!((&ticket["subject"], &ticket["priority"], &ticket["status"]), (&json!("Test Thread"), &json!("medium"), &json!("open")));
        // The list has filters, among them the host's own record.
        assert_eq!(admin.get("tickets?link=assignment:7").await.ok()["data"][0]["id"], ticket["id"]);
        assert_eq!(admin.get("tickets?link=assignment:8").await.ok()["data"], json!([]));
        assert_eq!(admin.get("tickets?status=open&priority=medium").await.ok()["data"].as_array().unwrap().len(), 1);
        // The detail brings its messages.
        let detail = admin.get(&format!("{}?include=messages", at(&ticket))).await.ok();
        assert_eq!(detail["messages"][0]["body"], "Test message");
        // Status and priority are updated, messages added, the thread resolved and closed.
        let updated = admin.patch(&at(&ticket), json!({ "status": "PENDING", "priority": "HIGH" })).await.ok();
        assert_eq!((&updated["status"], &updated["priority"]), (&json!("pending"), &json!("high")));
        let message = admin.post(&format!("{}/messages", at(&ticket)), json!({ "body": "We are on it" })).await.ok();
        assert_eq!((&message["author"]["kind"], &message["author"]["id"]), (&json!("agent"), &json!(admin.id())));
        assert_eq!(admin.act(&format!("{}/resolve", at(&ticket))).await.ok()["status"], "resolved");
        assert_eq!(admin.act(&format!("{}/close", at(&ticket))).await.ok()["status"], "closed");
    }

    // Promise: the internal endpoints need a sign-in and `can_manage_support`; the external ones a token in scope.
    async fn each_door_asks_for_its_own_right(app) {
        let (admin, agent, customer) = (app.admin("Ada").await, app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = thread(&admin, "7").await;
        for path in ["tickets", "tokens", "config", "audit"] {
            app.stranger().get(path).await.refused(401, "unauthenticated");
        }
        for path in ["tokens", "config", "audit"] {
            customer.get(path).await.refused(403, "forbidden");
        }
        // The configuration and the audit are for admins only.
        agent.get("config").await.refused(403, "forbidden");
        agent.call(axum::http::Method::PUT, "config").json(&json!({ "SUPPORT_BUBBLE_ENABLED": false })).await.refused(403, "forbidden");
        agent.get("audit").await.refused(403, "forbidden");
        // Who may manage support works on anybody's ticket; another agent may not take it from its assignee.
        admin.post(&format!("{}/assign", at(&ticket)), json!({ "assignee": admin.id() })).await.ok();
        agent.act(&format!("{}/resolve", at(&ticket))).await.refused(403, "forbidden");
        let role = json!({ "name": "Operations", "permissions": [
            "tickets:read", "tickets:reply", "tickets:note", "tickets:change", "tickets:assign", "tickets:status", "tickets:override",
            "tokens:manage",
        ] });
        let role = admin.post("roles", role).await.ok();
        let user = json!({ "email": "ops@people.test", "password": "correct horse battery", "role": "agent", "custom_role": role["id"] });
        admin.post("users", user).await.ok();
        let tokens = json!({ "email": "ops@people.test", "password": "correct horse battery" });
        let tokens = app.stranger().post("auth/login", tokens).await.ok();
        let operations = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        operations.act(&format!("{}/resolve", at(&ticket))).await.ok();
        operations.get("config").await.refused(403, "forbidden");
    }

    // Promise: a token is 256 random bits, hashed at rest, scoped, 7 days by default and 1 to 30, counted and revocable.
    async fn a_token_is_minted_scoped_counted_and_revoked(app) {
        let admin = app.admin("Ada").await;
        let ticket = thread(&admin, "7").await;
        let token = minted(&admin, json!({ "scope": { "ticket": ticket["id"] }, "note": "for the client" })).await;
        let secret = token["token"].as_str().unwrap();
        assert_eq!(secret.len(), "spt_".len() + 43, "43 characters of base64 are 256 bits");
        assert!(app.contents().await.values().all(|rows| !rows.contains(secret)));
        assert_eq!(token["expires_at"], "2026-03-09T09:00:00Z", "seven days");
        for (days, status) in [(0, 422), (1, 201), (30, 201), (31, 422)] {
            let body = json!({ "scope": { "ticket": ticket["id"] }, "expires_in_days": days });
            assert_eq!(admin.post("tokens", body).await.status, status, "{days} days");
        }
        // Every accepted request counts as a use.
        let outsider = app.stranger();
        outsider.get(&format!("portal/{secret}")).await.ok();
        outsider.post(&format!("portal/{secret}/messages"), json!({ "body": "Any news?" })).await.ok();
        app.until("two uses", || async {
            let listed = admin.get("tokens").await.ok();
            let rows = listed["data"].as_array().unwrap();
            rows.iter().any(|row| row["id"] == token["id"] && row["use_count"] == json!(2))
        }).await;
        // Revoked, it is like one that never was.
        admin.act(&format!("tokens/{}/revoke", token["id"].as_str().unwrap())).await.ok();
        outsider.get(&format!("portal/{secret}")).await.refused(404, "not_found");
        let short = minted(&admin, json!({ "scope": { "ticket": ticket["id"] }, "expires_in_days": 1 })).await;
        app.clock.advance(TimeDelta::days(1));
        outsider.get(&format!("portal/{}", short["token"].as_str().unwrap())).await.refused(404, "not_found");
    }

    // Promise: the external endpoints: context of a token, a thread through it, a message through it; scope is checked.
    async fn an_outsider_works_through_a_token(app) {
        let admin = app.admin("Ada").await;
        let (ticket, elsewhere) = (thread(&admin, "7").await, thread(&admin, "8").await);
        let body = json!({ "scope": { "link": { "kind": "assignment", "id": "7" } }, "can": ["read", "reply", "create"], "contact": ticket["requester"]["id"] });
        let token = minted(&admin, body).await;
        let portal = format!("portal/{}", token["token"].as_str().unwrap());
        let outsider = app.stranger();
        // The context: what the token opens, and the tickets in it.
        let context = outsider.get(&portal).await.ok();
        assert_eq!(context["scope"], json!({ "link": { "kind": "assignment", "id": "7" } }));
        let seen: Vec<_> = context["tickets"].as_array().unwrap().iter().map(|ticket| ticket["id"].clone()).collect();
        assert_eq!(seen, [ticket["id"].clone()]);
        // A thread is created through it and carries the link; a message is written; what is out of scope is not there.
        let opened = outsider.post(&format!("{portal}/tickets"), json!({ "subject": "Another question", "initial_message": "Hello" })).await.ok();
        assert_eq!(admin.get(&at(&opened)).await.ok()["links"], json!([{ "kind": "assignment", "id": "7" }]));
        let message = json!({ "ticket": opened["id"], "body": "By token" });
        let written = outsider.post(&format!("{portal}/messages"), message).await.ok();
        assert_eq!(written["direction"], "inbound");
        let thread = format!("{portal}/tickets/{}/messages", opened["id"].as_str().unwrap());
        assert_eq!(outsider.get(&thread).await.ok()["data"].as_array().unwrap().len(), 2);
        let foreign = json!({ "ticket": elsewhere["id"], "body": "Not mine" });
        outsider.post(&format!("{portal}/messages"), foreign).await.refused(404, "not_found");
        outsider.act(&format!("{portal}/tickets/{}/read", elsewhere["id"].as_str().unwrap())).await.refused(404, "not_found");
    }

    // Promise: the configuration's keys and defaults; what the public may know needs no sign-in.
    async fn the_configuration_is_typed_and_partly_public(app) {
        let admin = app.admin("Ada").await;
        let public = app.stranger().get("public/config").await.ok();
        assert_eq!((&public["support_bubble_enabled"], &public["whatsapp_number"]), (&json!(true), &json!("")), "the bubble is on; nobody's number");
        let config = admin.get("config").await.ok();
        for key in ["WHATSAPP_NUMBER", "SUPPORT_BUBBLE_ENABLED", "OPS_SUPPORT_EMAIL", "SUPPORT_PORTAL_BASE_URL"] {
            let entry = config["data"].as_array().unwrap().iter().find(|entry| entry["key"] == key);
            assert!(entry.is_some_and(|entry| entry["description"].as_str().is_some_and(|text| !text.is_empty())), "{key}");
        }
        let put = |body: Value| admin.call(axum::http::Method::PUT, "config").json(&body);
        put(json!({ "WHATSAPP_NUMBER": "4930123456", "SUPPORT_BUBBLE_ENABLED": false })).await.ok();
        let public = app.stranger().get("public/config").await.ok();
        assert_eq!((&public["support_bubble_enabled"], &public["whatsapp_number"]), (&json!(false), &json!("4930123456")));
        assert!(public.get("ops_support_email").is_none(), "the team's address is nobody's business");
        put(json!({ "NO_SUCH_KEY": 1 })).await.refused(422, "unknown_field");
        assert_eq!(put(json!({ "SUPPORT_BUBBLE_ENABLED": "yes" })).await.status, 422);
        // Secrets are no configuration: the mail provider's key comes from the environment alone.
        assert_eq!(put(json!({ "EMAIL_API_KEY": "x" })).await.status, 422);
        assert!(!config.to_string().to_uppercase().contains("API_KEY"));
    }

    // Promise: mail goes out for a new thread, a new message and a changed status; each try is in the mail log.
    async fn mail_tells_the_team_and_the_customer(app) {
        app.run();
        let (admin, visitor) = (app.admin("Ada").await, app.visitor().await);
        visitor.patch("me", json!({ "name": "Mia", "email": "mia@example.com" })).await.ok();
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        app.settle().await;
        app.until("mail to the team", || async { app.mail.mails().iter().any(|mail| mail.to.iter().any(|to| to == TEAM)) }).await;
        admin.post(&format!("{}/messages", at(&ticket)), json!({ "body": "An answer" })).await.ok();
        app.advance(TimeDelta::minutes(2)).await;
        app.until("mail to the customer", || async { app.mail.mails().iter().any(|mail| mail.to.iter().any(|to| to == "mia@example.com")) }).await;
        // The log: event type, recipient, status, attempts.
        let log = admin.get("deliveries?handler=email").await.ok();
        let rows = log["data"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["recipient"] == TEAM && row["state"] == "done" && row["attempts"] == 1));
        assert!(rows.iter().all(|row| row["event_type"].is_string()));
    }

    // Promise: every change is logged with request id, user, ticket and action.
    async fn every_change_is_in_the_audit(app) {
        let admin = app.admin("Ada").await;
        let ticket = thread(&admin, "7").await;
        admin.patch(&at(&ticket), json!({ "priority": "high" })).header("x-request-id", "req-77").await.ok();
        admin.call(axum::http::Method::PUT, "config").json(&json!({ "SUPPORT_BUBBLE_ENABLED": false })).header("x-request-id", "req-78").await.ok();
        minted(&admin, json!({ "scope": { "ticket": ticket["id"] } })).await;
        let found = admin.get("audit?request_id=req-77").await.ok();
        let entry = &found["data"][0];
        assert_eq!((&entry["request_id"], &entry["actor"]["id"], &entry["action"]), (&json!("req-77"), &json!(admin.id()), &json!("ticket.updated")));
        assert_eq!(entry["changes"]["priority"], json!({ "from": "medium", "to": "high" }));
        assert_eq!(entry["resource"], json!(format!("ticket:{}", ticket["id"].as_str().unwrap())));
        assert_eq!(admin.get("audit?request_id=req-78").await.ok()["data"][0]["action"], "config.updated");
        assert_eq!(admin.get("audit?action=token.created").await.ok()["data"].as_array().unwrap().len(), 1);
        // Refusals carry the id of the request, too, and say what is wrong.
        let refused = admin.get("tickets/none").header("x-request-id", "req-79").await.refused(404, "not_found");
        assert_eq!(refused["request_id"], "req-79");
    }
}

// Promise: the documentation lists every endpoint of the source.
#[tokio::test]
async fn the_document_lists_what_the_source_lists() {
    let app = TestApp::sqlite().await;
    let document: Value = serde_json::from_str(&app.stranger().get("/api/openapi.json").await.text).unwrap();
    for (method, path) in [
        ("get", "/tickets"),
        ("post", "/tickets"),
        ("get", "/tickets/{ticket_id}"),
        ("patch", "/tickets/{ticket_id}"),
        ("post", "/tickets/{ticket_id}/messages"),
        ("post", "/tickets/{ticket_id}/resolve"),
        ("post", "/tickets/{ticket_id}/close"),
        ("post", "/tokens"),
        ("post", "/tokens/{token_id}/revoke"),
        ("get", "/config"),
        ("put", "/config"),
        ("get", "/portal/{token}"),
        ("post", "/portal/{token}/tickets"),
        ("post", "/portal/{token}/messages"),
        ("get", "/public/config"),
    ] {
        assert!(document["paths"][format!("/api/v1{path}")][method].is_object(), "{method} {path}");
    }
    app.close().await;
}
