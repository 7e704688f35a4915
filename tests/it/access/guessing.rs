//! Secrets are not guessed: however they are presented, wrong ones are counted by address, and right ones are never locked out.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use serde_json::{Value, json};
use support_tests::{
    actor::{Actor, Call},
    app::TestApp,
    on_both,
};

const PASSWORD: &str = "a fine password";

/// A door, what it answers to a wrong secret, and a knock with a secret.
type Door = (&'static str, u16, fn(&Actor, &str) -> Call);

const DOORS: [Door; 7] = [
    ("spt_", 404, |actor, secret| actor.get(&format!("/api/v1/portal/{secret}"))),
    ("spt_", 404, |actor, secret| actor.post("/portal/api/v1/session", json!({ "token": secret }))),
    ("sk_", 401, |actor, secret| actor.get("/api/v1/tickets").header("x-api-key", secret)),
    ("sk_", 401, |actor, secret| actor.get("/api/v1/tickets").header("authorization", &format!("Bearer {secret}"))),
    ("srt_", 401, |actor, secret| actor.post("/api/v1/auth/refresh", json!({ "refresh_token": secret }))),
    ("spw_", 404, |actor, secret| {
        actor.post("/api/v1/auth/password/reset", json!({ "token": secret, "password": PASSWORD }))
    }),
    ("siv_", 404, |actor, secret| {
        actor.post("/api/v1/auth/password/reset", json!({ "token": secret, "password": PASSWORD }))
    }),
];

fn from(call: Call, address: &str) -> Call {
    let peer: SocketAddr = format!("{address}:1234").parse().unwrap();
    call.extension(ConnectInfo(peer))
}

/// A secret of the right form that nobody has.
fn guess(prefix: &str, number: usize) -> String {
    format!("{prefix}{number:A>43}")
}

on_both! {
    // SEC: P-07, N-12, N-20
    async fn a_hundred_wrong_secrets_close_every_door_to_their_address_and_to_no_other(app) {
        let admin = app.admin("Ada").await;
        let contact = app.customer("Cleo").await;
        let link = admin.post("tokens", json!({ "scope": { "contact": contact.id() } })).await.ok();
        let key = admin.post("api-keys", json!({ "name": "A program", "scopes": ["tickets:read"] })).await.ok();
        admin.post("users", json!({ "email": "ben@people.test", "password": PASSWORD })).await.ok();
        let credentials = json!({ "email": "ben@people.test", "password": PASSWORD });
        let tokens = app.stranger().post("auth/login", credentials.clone()).await.ok();
        let somebody = app.stranger();
        let stored = app.contents().await;
        let mut bodies = Vec::new();
        for number in 0..100 {
            let (prefix, status, knock) = DOORS[number % DOORS.len()];
            let refused = from(knock(&somebody, &guess(prefix, number)), "203.0.113.9").await;
            assert_eq!(refused.status, status, "{number}: {}", refused.text);
            bodies.push((number % DOORS.len(), without_id(refused.body)));
        }
        assert_eq!(app.contents().await, stored);
        for (index, (prefix, status, knock)) in DOORS.into_iter().enumerate() {
            assert!(bodies.iter().filter(|(door, _)| *door == index).all(|(_, body)| *body == bodies[index].1));
            let refused = from(knock(&somebody, &guess(prefix, 200 + index)), "203.0.113.9").await;
            assert_eq!(refused.header("ratelimit-policy"), "\"secrets\";q=100;w=3600");
            refused.refused(429, "too_many_requests");
            // From elsewhere, from a private network, and where nobody knows from where, it is as before.
            for address in ["203.0.113.10", "10.0.0.1"] {
                assert_eq!(from(knock(&somebody, &guess(prefix, 300 + index)), address).await.status, status);
            }
            assert_eq!(knock(&somebody, &guess(prefix, 400 + index)).await.status, status);
        }
        assert_eq!(app.contents().await, stored);

        // Whoever has a right one does not notice, not even at the same address, and neither does who signs in.
        let right = |door: usize, secret: &Value| from(DOORS[door].2(&app.stranger(), secret.as_str().unwrap()), "203.0.113.9");
        right(0, &link["token"]).await.ok();
        right(1, &link["token"]).await.ok();
        right(2, &key["key"]).await.ok();
        right(3, &key["key"]).await.ok();
        right(4, &tokens["refresh_token"]).await.ok();
        from(app.stranger().post("auth/login", credentials), "203.0.113.9").await.ok();
        // An hour later it starts anew.
        app.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(from(DOORS[0].2(&somebody, &guess("spt_", 1)), "203.0.113.9").await.status, 404);
    }
}

fn without_id(mut problem: Value) -> Value {
    problem["request_id"] = Value::Null;
    problem
}

// SEC: P-07
#[tokio::test]
async fn ten_thousand_guesses_find_nothing_and_change_nothing() {
    let app = TestApp::sqlite().await;
    let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
    agent.post(&format!("{path}/messages"), json!({ "body": "An answer" })).await.ok();
    agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
    let stored = app.contents().await;
    let somebody = app.stranger();
    let (mut not_found, mut too_many) = (0, 0);
    for number in 0..10_000 {
        let token = guess("spt_", number);
        let call = match number % 3 {
            0 => somebody.get(&format!("portal/{token}")),
            1 => somebody.act(&format!("portal/{token}/{path}/read")),
            _ => somebody.post("/portal/api/v1/session", json!({ "token": token })),
        };
        match from(call, "203.0.113.9").await.status {
            404 => not_found += 1,
            429 => too_many += 1,
            other => panic!("{other} for guess {number}"),
        }
    }
    assert_eq!((not_found, too_many), (100, 9_900));
    assert_eq!(app.contents().await, stored, "nothing is read, counted as a use, or stored");
    app.close().await;
}
