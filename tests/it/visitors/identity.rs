//! A visitor whom the host vouches for.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use support_core::{
    clock::Clock as _,
    model::{InboxRecord, TenantId},
};
use support_tests::{
    app::{IDENTITY_SECRET, KEY, TestApp},
    on_both,
};

fn signed(secret: &str, claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn claims(app: &TestApp) -> Value {
    json!({ "sub": "user-7", "aud": KEY, "exp": app.clock.now().timestamp() + 3_600, "name": "Mia", "email": "mia@example.com" })
}

on_both! {
    // SEC: W-05, N-04
    async fn an_identified_visitor_is_the_same_contact_in_every_browser(app) {
        let token = signed(IDENTITY_SECRET, &claims(app));
        let first = app.visitor_with(json!({ "key": KEY, "identity": token })).await;
        first.post("tickets", json!({ "initial_message": "From home" })).await.ok();
        let second = app.visitor_with(json!({ "key": KEY, "identity": token })).await;
        assert_eq!(first.id(), second.id());
        assert_eq!(second.get("tickets").await.ok()["data"].as_array().unwrap().len(), 1);
        let contact = second.get("session").await.ok()["contact"].clone();
        assert_eq!((&contact["name"], &contact["email"], &contact["verified"]), (&json!("Mia"), &json!("mia@example.com"), &json!(true)));
        second.patch("me", json!({ "email": "eve@example.com" })).await.refused(409, "verified_contact");

        // An anonymous visitor who is identified gets a new session; the old one and its tickets are no part of it.
        let browser = app.visitor().await;
        browser.post("tickets", json!({ "initial_message": "Anonymous" })).await.ok();
        let old = browser.cookie();
        let known = browser.post("session", json!({ "key": KEY, "identity": token })).await.ok();
        assert_eq!(known["contact"]["id"], json!(first.id()));
        assert_ne!(browser.cookie(), old);
        assert_eq!(browser.get("tickets").await.ok()["data"].as_array().unwrap().len(), 1);
        app.stranger().on("/w/api/v1").get("tickets").header("cookie", &old).await.refused(401, "unauthenticated");
    }

    // SEC: W-01, W-02
    async fn an_identity_that_the_host_did_not_sign_for_this_inbox_now_is_refused(app) {
        let desk = app.support.desk();
        let other = InboxRecord {
            public_key: "pk_second".into(),
            identity_secret: Some("the second inbox's own secret, 40 characters".into()),
            ..desk.new_inbox(TenantId::DEFAULT, "Second")
        };
        desk.put_inbox(other).await.unwrap();
        let bare = InboxRecord { public_key: "pk_bare".into(), ..desk.new_inbox(TenantId::DEFAULT, "No secret") };
        desk.put_inbox(bare).await.unwrap();
        let short = InboxRecord { public_key: "pk_short".into(), identity_secret: Some("short".into()), ..desk.new_inbox(TenantId::DEFAULT, "Short") };
        desk.put_inbox(short).await.unwrap();
        let stored = app.contents().await;
        let now = app.clock.now().timestamp();
        let with = |member: &str, value: Value| {
            let mut claims = claims(app);
            claims[member] = value;
            claims
        };
        let without = |member: &str| {
            let mut claims = claims(app);
            claims.as_object_mut().unwrap().remove(member);
            claims
        };
        let good = claims(app);
        let none = format!("eyJhbGciOiJub25lIn0.{}.", signed(IDENTITY_SECRET, &good).split('.').nth(1).unwrap());
        for (key, token) in [
            (KEY, signed("somebody else's secret of 40 characters..", &good)),
            (KEY, none),
            (KEY, encode(&Header::new(Algorithm::HS384), &good, &EncodingKey::from_secret(IDENTITY_SECRET.as_bytes())).unwrap()),
            (KEY, signed(IDENTITY_SECRET, &with("exp", json!(now)))),
            (KEY, signed(IDENTITY_SECRET, &with("exp", json!(now + 86_400 + 61)))),
            (KEY, signed(IDENTITY_SECRET, &with("exp", json!((now + 600).to_string())))),
            (KEY, signed(IDENTITY_SECRET, &with("nbf", json!(now + 120)))),
            (KEY, signed(IDENTITY_SECRET, &with("nbf", json!("0")))),
            (KEY, signed(IDENTITY_SECRET, &with("aud", json!("pk_second")))),
            (KEY, signed(IDENTITY_SECRET, &with("sub", json!("")))),
            (KEY, signed(IDENTITY_SECRET, &with("sub", json!(7)))),
            (KEY, signed(IDENTITY_SECRET, &without("exp"))),
            (KEY, signed(IDENTITY_SECRET, &without("aud"))),
            (KEY, signed(IDENTITY_SECRET, &without("sub"))),
            ("pk_second", signed(IDENTITY_SECRET, &with("aud", json!("pk_second")))),
            ("pk_second", signed("the second inbox's own secret, 40 characters", &good)),
            ("pk_bare", signed("", &with("aud", json!("pk_bare")))),
            ("pk_short", signed("short", &with("aud", json!("pk_short")))),
            (KEY, String::new()),
        ] {
            let browser = app.stranger().on("/w/api/v1");
            let refused = browser.post("session", json!({ "key": key, "identity": token })).await;
            assert_eq!(refused.header("set-cookie"), "");
            refused.refused(401, "unauthenticated");
        }
        assert_eq!(app.contents().await, stored);
        let array = with("aud", json!([KEY]));
        app.visitor_with(json!({ "key": KEY, "identity": signed(IDENTITY_SECRET, &array) })).await;
    }
}
