//! Access and refresh tokens.

use chrono::TimeDelta;
use futures_util::future::join_all;
use insta::{allow_duplicates, assert_snapshot};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use support_core::clock::Clock as _;
use support_tests::{actor::Actor, app::TestApp, on_both};

const PASSWORD: &str = "a fine password";

async fn registered(app: &TestApp) -> Value {
    let body = json!({ "email": "Cleo@People.test", "password": PASSWORD, "first_name": "Cleo", "last_name": "Tra" });
    app.stranger().post("auth/register", body).await.ok()
}

async fn logged_in(app: &TestApp) -> Value {
    app.stranger().post("auth/login", json!({ "email": "cleo@people.TEST", "password": PASSWORD })).await.ok()
}

fn bearer(app: &TestApp, tokens: &Value) -> Actor {
    app.stranger().with_bearer(tokens["access_token"].as_str().unwrap())
}

on_both! {
    async fn a_customer_registers_signs_in_and_asks_who_they_are(app) {
        let body = json!({ "email": "Cleo@People.test", "password": PASSWORD, "first_name": "Cleo", "last_name": "Tra" });
        let registered = app.stranger().post("auth/register", body.clone()).await;
        allow_duplicates! { assert_snapshot!(registered.shown(), @r#"
        201
        {
          "created_at": "2026-03-02T09:00:00Z",
          "custom_role": null,
          "email": "Cleo@people.test",
          "first_name": "Cleo",
          "id": "[id 1]",
          "is_active": true,
          "is_invited": false,
          "last_login_at": null,
          "last_name": "Tra",
          "name": "Cleo Tra",
          "role": "customer",
          "updated_at": "2026-03-02T09:00:00Z"
        }
        "#); }
        app.stranger().post("auth/register", body).await.refused(409, "email_taken");
        let tokens = app.stranger().post("auth/login", json!({ "email": "cleo@people.test", "password": PASSWORD })).await;
        allow_duplicates! { assert_snapshot!(tokens.shown(), @r#"
        200
        {
          "access_token": "[jwt]",
          "expires_in": 1800,
          "refresh_token": "[refresh]",
          "token_type": "bearer"
        }
        "#); }
        let me = bearer(app, &tokens.body).get("auth/me").await;
        allow_duplicates! { assert_snapshot!(me.shown(), @r#"
        200
        {
          "cursor": "[position]",
          "email": "Cleo@people.test",
          "id": "[id 1]",
          "kind": "customer",
          "name": "Cleo Tra",
          "permissions": [],
          "role": "customer"
        }
        "#); }
        let cleo = bearer(app, &tokens.body);
        let opened = cleo.post("tickets", json!({ "subject": "Mine" })).await.ok();
        assert_eq!(opened["requester"]["id"], registered.body["id"]);
        assert_eq!(cleo.get(&format!("users/{}", registered.body["id"].as_str().unwrap())).await.ok()["last_login_at"], "2026-03-02T09:00:00Z");
    }

    // SEC: N-01, N-02
    async fn whatever_is_wrong_with_a_sign_in_the_answer_is_the_same(app) {
        let user = registered(app).await;
        let admin = app.admin("Ada").await;
        let disabled = json!({ "email": "gone@people.test", "password": PASSWORD });
        let gone = admin.post("users", disabled).await.ok();
        admin.patch(&format!("users/{}", gone["id"].as_str().unwrap()), json!({ "is_active": false })).await.ok();
        let stored = app.contents().await;
        let hash = stored["support_accounts"].split(['\'', ',']).find(|part| part.starts_with("$argon2id$")).map(str::to_owned);
        let hash = hash.unwrap_or_else(|| stored["support_accounts"].split('"').find(|part| part.starts_with("$argon2id$")).unwrap().to_owned());
        let mut answers = Vec::new();
        for (email, password) in [
            ("cleo@people.test", "another password"),
            ("cleo@people.test", ""),
            ("cleo@people.test", hash.as_str()),
            ("nobody@people.test", PASSWORD),
            ("gone@people.test", PASSWORD),
            ("", ""),
            (&"x".repeat(300), &"y".repeat(300)),
        ] {
            for door in ["auth/login", "auth/session"] {
                let reply = app.stranger().post(door, json!({ "email": email, "password": password })).await;
                assert_eq!(reply.header("set-cookie"), "");
                let mut problem = reply.refused(401, "wrong_credentials");
                problem["request_id"] = Value::Null;
                answers.push(problem);
            }
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(app.contents().await, stored);
        assert!(!admin.get("users").await.text.contains("argon2"));
        assert!(!admin.get(&format!("users/{}", user["id"].as_str().unwrap())).await.text.contains("argon2"));
    }

    // SEC: N-09
    async fn a_refresh_token_works_once_and_its_copy_ends_the_family(app) {
        registered(app).await;
        let first = logged_in(app).await;
        let other = logged_in(app).await;
        let refresh = |tokens: &Value| app.stranger().post("auth/refresh", json!({ "refresh_token": tokens["refresh_token"] }));
        let second = refresh(&first).await.ok();
        let third = refresh(&second).await.ok();
        bearer(app, &third).get("auth/me").await.ok();
        // Somebody kept a copy of the first.
        refresh(&first).await.refused(401, "unauthenticated");
        for tokens in [&first, &second, &third] {
            bearer(app, tokens).get("auth/me").await.refused(401, "unauthenticated");
            refresh(tokens).await.refused(401, "unauthenticated");
        }
        bearer(app, &other).get("auth/me").await.ok();
        for nonsense in [json!(""), json!("srt_"), json!(first["access_token"])] {
            app.stranger().post("auth/refresh", json!({ "refresh_token": nonsense })).await.refused(401, "unauthenticated");
        }
    }

    async fn of_many_refreshes_at_once_one_wins_and_the_family_ends(app) {
        registered(app).await;
        let tokens = logged_in(app).await;
        let all = join_all((0..16).map(|_| async {
            app.stranger().post("auth/refresh", json!({ "refresh_token": tokens["refresh_token"] })).await
        }));
        let (won, lost): (Vec<_>, Vec<_>) = all.await.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 15));
        for reply in lost {
            reply.refused(401, "unauthenticated");
        }
        bearer(app, &won[0].body).get("auth/me").await.refused(401, "unauthenticated");
    }

    // SEC: N-10
    async fn what_has_ended_is_refused_at_the_next_request(app) {
        registered(app).await;
        let tokens = logged_in(app).await;
        bearer(app, &tokens).get("auth/me").await.ok();
        for _ in 0..2 {
            let out = app.stranger().post("auth/logout", json!({ "refresh_token": tokens["refresh_token"] })).await;
            assert_eq!((out.status, out.text.as_str()), (204, ""));
        }
        bearer(app, &tokens).get("auth/me").await.refused(401, "unauthenticated");

        let expiring = logged_in(app).await;
        app.clock.advance(TimeDelta::minutes(29));
        bearer(app, &expiring).get("auth/me").await.ok();
        app.clock.advance(TimeDelta::minutes(1));
        let stored = app.contents().await;
        bearer(app, &expiring).post("tickets", json!({ "subject": "x" })).await.refused(401, "unauthenticated");
        assert_eq!(app.contents().await, stored);
        app.clock.advance(TimeDelta::days(7));
        let late = app.stranger().post("auth/refresh", json!({ "refresh_token": expiring["refresh_token"] })).await;
        late.refused(401, "unauthenticated");
    }
}

// SEC: N-06, N-07, N-12
#[tokio::test]
async fn no_token_but_ours_is_taken() {
    let app = TestApp::sqlite().await;
    let user = registered(&app).await;
    let tokens = logged_in(&app).await;
    let token = tokens["access_token"].as_str().unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    let none_signed = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.{}", parts[1], parts[2]);
    let now = app.clock.now().timestamp();
    let claims = json!({ "iss": "support", "aud": "support-api", "sub": user["id"], "sid": user["id"],
        "tid": "00000000-0000-0000-0000-000000000000", "iat": now, "exp": now + 600 });
    let sign =
        |algorithm, key: &[u8]| encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(key)).unwrap();
    let foreign = sign(Algorithm::HS256, b"somebody else's key of at least 32 bytes");
    let desk_secret = sign(Algorithm::HS256, b"0123456789abcdefghijklmnopqrstuv");
    let longer = sign(Algorithm::HS512, b"0123456789abcdefghijklmnopqrstuv");
    let stored = app.contents().await;
    for bad in [
        none.as_str(),
        &none_signed,
        &foreign,
        &desk_secret,
        &longer,
        tokens["refresh_token"].as_str().unwrap(),
        &token[1..],
        &format!("{token}x"),
        &format!("{}.{}.", parts[0], parts[1]),
        "",
        "null",
        "%00",
        "a.b.c",
    ] {
        app.stranger().with_bearer(bad).get("auth/me").await.refused(401, "unauthenticated");
        app.stranger()
            .with_bearer(bad)
            .post("tickets", json!({ "subject": "x" }))
            .await
            .refused(401, "unauthenticated");
    }
    for scheme in ["Basic Y2xlbzpwYXNz".to_owned(), format!("bearer\t{token}"), token.to_owned()] {
        app.stranger().silent().get("auth/me").header("authorization", &scheme).await.refused(401, "unauthenticated");
    }
    app.stranger().silent().get("auth/me").header("authorization", &format!("bEARER {token}")).await.ok();
    assert_eq!(app.contents().await, stored);
    app.close().await;
}

#[tokio::test]
async fn a_weak_password_is_refused() {
    let app = TestApp::sqlite().await;
    let stored = app.contents().await;
    for (password, code) in [("short", "too_short"), ("Password123", "common_password"), (&"x".repeat(257), "too_long")]
    {
        let refused = app.stranger().post("auth/register", json!({ "email": "a@b.test", "password": password })).await;
        let refused = refused.refused(422, "invalid");
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!("/password"), &json!(code))
        );
    }
    let role = json!({ "email": "a@b.test", "password": PASSWORD, "role": "admin" });
    app.stranger().post("auth/register", role).await.refused(422, "unknown_field");
    app.stranger()
        .post("auth/register", json!({ "email": "a@b@c", "password": PASSWORD }))
        .await
        .refused(422, "invalid");
    assert_eq!(app.contents().await, stored);
    app.close().await;
}
