//! What nobody is told again, and who is told nothing any more.

use chrono::TimeDelta;
use serde_json::json;
use support_tests::app::{IDENTITY_SECRET, TEAM, TestApp};

use super::{
    routes::{Whose, routes},
    world::{PASSWORD, World},
};

// SEC: A-11, N-02, W-04, X-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_to_an_admin_carries_a_secret() {
    let world = World::new().await;
    let admin = world.actor("admin");
    let link = json!({ "scope": { "ticket": world.ticket("/api/v1").await } });
    let link = admin.post("tokens", link).await.ok();
    let user = json!({ "email": "una@people.test", "password": PASSWORD, "role": "admin" });
    admin.post("users", user).await.ok();
    let credentials = json!({ "email": "una@people.test", "password": PASSWORD });
    let tokens = world.app.stranger().post("auth/login", credentials).await.ok();
    let cookie = |actor: &str| world.actor(actor).cookie().split_once('=').unwrap().1.to_owned();
    let mut secrets = vec![IDENTITY_SECRET.to_owned(), PASSWORD.to_owned(), "$argon2".to_owned()];
    secrets.extend(["visit", "link", "cust", "admin"].map(cookie));
    secrets.extend([&link["token"], &tokens["refresh_token"]].map(|secret| secret.as_str().unwrap().to_owned()));
    let webhook = json!({ "url": "http://127.0.0.1:9/", "events": ["ticket.assigned"] });
    let webhook = admin.post("webhooks", webhook).await.ok();
    secrets.push(webhook["secret"].as_str().unwrap().to_owned());
    for route in routes().iter().filter(|route| route.method == "GET" && !route.is_live()) {
        // The API form of a link has its secret in the address, and answers nothing of it.
        let attempt = route.attempt(&world, Whose::Ours).await;
        let reply = attempt.by(&admin).await;
        for secret in &secrets {
            assert!(!reply.text.contains(secret.as_str()), "{}: {}", route.name(), reply.text);
        }
    }
    let stored = world.contents().await;
    let clear = secrets.iter().filter(|secret| *secret != "$argon2" && *secret != IDENTITY_SECRET);
    for secret in clear {
        assert!(
            stored.values().all(|rows| !rows.contains(secret.as_str())),
            "only hashes and what is sealed are stored"
        );
    }
    world.app.close().await;
}

// SEC: A-07, P-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_to_whoever_may_read_it_when_it_leaves() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (agent, visitor, gone) = (app.agent("Ana").await, app.visitor().await, app.visitor().await);
    for (who, email) in [(&visitor, "old@example.com"), (&gone, "gone@example.com")] {
        who.patch("me", json!({ "email": email })).await.ok();
        let ticket = who.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        agent.post(&thread, json!({ "body": "A secret answer" })).await.ok();
        agent.post(&thread, json!({ "body": "A note", "is_internal": true })).await.ok();
    }
    app.settle().await;
    // The answers wait for being read in the chat. Meanwhile one visitor has a new address, and the other one is gone.
    visitor.patch("me", json!({ "email": "new@example.com" })).await.ok();
    let mut tx = app.storage.write().await.unwrap();
    let mut person = tx.find_person(support_core::model::TenantId::DEFAULT, gone.id()).await.unwrap().unwrap();
    person.is_active = false;
    tx.update_person(&person).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(TimeDelta::minutes(2)).await;
    let admin = app.admin("Ada").await;
    for (state, purpose) in [("done", "the visitor with another address"), ("skipped", "the one who is gone")] {
        app.until(purpose, || async {
            let list = admin.get(&format!("deliveries?state={state}")).await.ok();
            let rows = list["data"].as_array().unwrap();
            rows.iter().any(|row| row["event_type"] == "message.created" && row["recipient"] != TEAM)
        })
        .await;
    }
    let mails = app.mail.mails();
    // The team's own mail is the desk's.
    let recipients: Vec<_> = mails.iter().flat_map(|mail| mail.to.clone()).filter(|to| to != TEAM).collect();
    assert_eq!(recipients, ["new@example.com"]);
    assert!(mails.iter().all(|mail| !mail.raw.contains("A note")));
    // A link acts as the customer: it goes to them alone, and never to the team.
    assert!(mails.iter().all(|mail| mail.to.len() == 1));
    assert!(mails.iter().filter(|mail| mail.to[0] == TEAM).all(|mail| !mail.raw.contains("spt_")));
    app.close().await;
}
