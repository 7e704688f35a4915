//! Every way in asks the same questions: the password, whether the account is still good, whether its session is.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use support_core::model::TenantId;
use support_tests::{actor::Actor, app::TestApp, on_both, socket::Server};
use tracing_subscriber::{Layer, layer::SubscriberExt as _};

const PASSWORD: &str = "a fine password";

/// Counts the runs of Argon2, which say so in the log.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl<S: tracing::Subscriber> Layer<S> for Runs {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if event.metadata().target() == "support_core::argon2" {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

// SEC: N-01
#[tokio::test]
async fn every_sign_in_costs_one_run_of_argon2_whoever_it_is() {
    let app = TestApp::sqlite().await;
    let admin = app.admin("Ada").await;
    for email in ["ben@people.test", "gone@people.test", "deleted@people.test"] {
        let made = admin.post("users", json!({ "email": email, "password": PASSWORD })).await.ok();
        let path = format!("users/{}", made["id"].as_str().unwrap());
        match email {
            "gone@people.test" => drop(admin.patch(&path, json!({ "is_active": false })).await.ok()),
            "deleted@people.test" => assert_eq!(admin.delete(&path).await.status, 204),
            _ => {}
        }
    }
    admin.post("users", json!({ "email": "invited@people.test" })).await.ok();
    app.stranger().post("auth/register", json!({ "email": "unverified@people.test", "password": PASSWORD })).await.ok();
    let runs = Runs::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(runs.clone()));
    let long = "x".repeat(10_000);
    for (email, password) in [
        ("ben@people.test", PASSWORD),
        ("ben@people.test", "wrong"),
        ("ben@people.test", ""),
        ("ben@people.test", &long),
        ("nobody@people.test", PASSWORD),
        ("nobody@people.test", &long),
        ("", ""),
        ("gone@people.test", PASSWORD),
        ("gone@people.test", "wrong"),
        ("deleted@people.test", PASSWORD),
        ("invited@people.test", ""),
        ("unverified@people.test", "wrong"),
        ("unverified@people.test", PASSWORD),
    ] {
        for door in ["auth/login", "auth/session"] {
            let before = runs.0.load(Ordering::SeqCst);
            app.stranger().post(door, json!({ "email": email, "password": password })).await;
            assert_eq!(runs.0.load(Ordering::SeqCst) - before, 1, "{door}: {email} {password:.9}");
        }
    }
    app.close().await;
}

/// An admin with an account, beside whom another one can go.
async fn chief(app: &TestApp) -> Actor {
    app.support.create_first_admin("ada@people.test", PASSWORD, "Ada").await.unwrap();
    let browser = app.stranger();
    assert_eq!(
        browser.post("auth/session", json!({ "email": "ada@people.test", "password": PASSWORD })).await.status,
        204
    );
    browser
}

/// All that somebody may hold who could sign in once.
struct Held {
    browser: Actor,
    program: Actor,
    key: Actor,
    refresh: Value,
    ticket: String,
    reset: String,
}

impl Held {
    async fn of(app: &TestApp, admin: &Actor) -> (Self, String) {
        let credentials = json!({ "email": "ben@people.test", "password": PASSWORD });
        let user = json!({ "email": "ben@people.test", "password": PASSWORD, "role": "admin" });
        let made = admin.post("users", user).await.ok();
        let browser = app.stranger();
        assert_eq!(browser.post("auth/session", credentials.clone()).await.status, 204);
        let tokens = app.stranger().post("auth/login", credentials).await.ok();
        let program = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        let key = browser.post("api-keys", json!({ "name": "A program", "scopes": ["tickets:read"] })).await.ok();
        let ticket = browser.act("events/ticket").await.ok()["ticket"].as_str().unwrap().to_owned();
        let before = app.mail.mails().len();
        app.stranger().post("auth/password/forgot", json!({ "email": "ben@people.test" })).await;
        let letter = app.mails(before + 1).await.pop().unwrap().raw.replace("=\r\n", "").replace("=23", "#");
        let reset = letter.split("/reset#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let held = Self {
            browser,
            program,
            key: app.stranger().silent().with_header("x-api-key", key["key"].as_str().unwrap()),
            refresh: json!({ "refresh_token": tokens["refresh_token"] }),
            ticket,
            reset,
        };
        (held, format!("users/{}", made["id"].as_str().unwrap()))
    }

    /// None of it lets anybody in any more, by any door.
    async fn is_worthless(&self, app: &TestApp, server: &Server) {
        while app.storage.number_events().await.unwrap() > 0 {}
        let stored = app.contents().await;
        for who in [&self.browser, &self.program, &self.key] {
            who.get("tickets").await.refused(401, "unauthenticated");
            who.get("events/stream").await.refused(401, "unauthenticated");
            who.act("events/ticket").await.refused(401, "unauthenticated");
            who.post("tickets", json!({ "subject": "x" })).await.refused(401, "unauthenticated");
        }
        let drawn = format!("events/stream?ticket={}", self.ticket);
        app.stranger().silent().get(&drawn).await.refused(401, "unauthenticated");
        let upgrade = server.open(&self.browser, "/api/v1/ws", Some(support_tests::actor::ORIGIN)).await;
        let refused = upgrade.expect_err("no socket").to_string();
        assert!(refused.contains("401"), "{refused}");
        app.stranger().post("auth/refresh", self.refresh.clone()).await.refused(401, "unauthenticated");
        for door in ["auth/login", "auth/session"] {
            for password in [PASSWORD, "wrong", ""] {
                let credentials = json!({ "email": "ben@people.test", "password": password });
                app.stranger().post(door, credentials).await.refused(401, "wrong_credentials");
            }
        }
        let reset = json!({ "token": self.reset, "password": "another fine password" });
        app.stranger().post("auth/password/reset", reset).await.refused(404, "not_found");
        let after = app.contents().await;
        for table in stored.keys() {
            // A single-use ticket is spent by being tried.
            assert!(stored[table] == after[table] || table == "support_sessions", "{table}");
        }
    }
}

on_both! {
    // SEC: N-03, N-10
    async fn whoever_is_disabled_finds_every_door_closed(app) {
        app.run();
        let server = Server::start(app.router.clone()).await;
        let admin = chief(app).await;
        let (held, path) = Held::of(app, &admin).await;
        held.browser.get("tickets").await.ok();
        held.program.get("tickets").await.ok();
        held.key.get("tickets").await.ok();
        admin.patch(&path, json!({ "is_active": false })).await.ok();
        held.is_worthless(app, &server).await;
    }

    // SEC: A-16, N-03, N-10
    async fn whoever_is_deleted_leaves_a_name_and_nothing_that_leads_to_them(app) {
        app.run();
        let server = Server::start(app.router.clone()).await;
        let admin = chief(app).await;
        let (held, path) = Held::of(app, &admin).await;
        let invited = admin.post("users", json!({ "email": "zoe@people.test", "first_name": "Zoe" })).await.ok();
        app.settle().await;
        let ticket = held.program.post("tickets", json!({ "subject": "Mine" })).await.ok();
        let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        held.program.post(&thread, json!({ "body": "I am on it" })).await.ok();
        assert_eq!(admin.delete(&path).await.status, 204);
        assert_eq!(admin.delete(&format!("users/{}", invited["id"].as_str().unwrap())).await.status, 204);
        app.settle().await;
        for (table, rows) in app.contents().await {
            for word in ["ben@people.test", "zoe@people.test"] {
                assert!(!rows.contains(word), "{word} in {table}: {rows}");
            }
        }
        held.is_worthless(app, &server).await;
        // Old addresses lead nowhere, and whoever reads the thread sees who wrote.
        admin.get(&path).await.refused(404, "not_found");
        admin.patch(&path, json!({ "first_name": "x" })).await.refused(404, "not_found");
        let said = admin.get(&thread).await.ok()["data"][0].clone();
        assert_eq!((&said["body"], &said["author"]["name"]), (&json!("I am on it"), &json!("ben")));
        assert_eq!(admin.get("search?q=ben%40people.test").await.ok()["data"], json!([]));
    }

    // SEC: N-03
    async fn a_customer_who_is_disabled_finds_theirs_closed_too(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        let secret = link["token"].as_str().unwrap();
        let portal = app.portal(secret).await;
        visitor.get("tickets").await.ok();
        portal.get("tickets").await.ok();
        let mut tx = app.storage.write().await.unwrap();
        let mut person = tx.find_person(TenantId::DEFAULT, visitor.id()).await.unwrap().unwrap();
        person.is_active = false;
        tx.update_person(&person).await.unwrap();
        tx.commit().await.unwrap();
        let stored = app.contents().await;
        for who in [&visitor, &portal] {
            for path in ["session", "tickets", "events/stream"] {
                who.get(path).await.refused(401, "unauthenticated");
            }
            who.post("tickets", json!({ "subject": "x" })).await.refused(401, "unauthenticated");
        }
        app.portal_browser().post("session", json!({ "token": secret })).await.refused(404, "not_found");
        app.stranger().get(&format!("portal/{secret}")).await.refused(404, "not_found");
        app.stranger().post(&format!("portal/{secret}/messages"), json!({ "body": "x" })).await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
    }
}
