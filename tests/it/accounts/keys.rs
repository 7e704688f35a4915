//! `api-keys`.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use support_tests::{actor::Actor, app::TestApp, on_both};

fn program(app: &TestApp, key: &serde_json::Value) -> Actor {
    app.stranger().with_bearer(key["key"].as_str().unwrap())
}

on_both! {
    // SEC: N-21
    async fn a_key_is_shown_once_and_does_what_its_scopes_say(app) {
        let ada = app.admin("Ada").await;
        let wish = json!({ "name": "Orders", "scopes": ["tickets:reply", "tickets:read"], "expires_in_days": 30 });
        let minted = ada.post("api-keys", wish.clone()).await.ok();
        let secret = minted["key"].as_str().unwrap();
        assert!(secret.starts_with("sk_") && secret.len() == 46, "256 bits");
        let path = format!("api-keys/{}", minted["id"].as_str().unwrap());
        let shown = ada.get(&path).await;
        assert!(!shown.text.contains(secret) && !ada.get("api-keys").await.text.contains(secret));
        let stored = app.contents().await;
        assert!(!stored.values().any(|rows| rows.contains(secret)), "the secret is nowhere in the database");

        let orders = program(app, &minted);
        let me = orders.get("auth/me").await.ok();
        assert_eq!((&me["kind"], &me["name"], &me["permissions"]), (&json!("service"), &json!("Orders"), &json!(["tickets:read", "tickets:reply"])));
        let ticket = orders.post("tickets", json!({ "subject": "From the shop" })).await.ok();
        let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        assert_eq!(orders.post(&thread, json!({ "body": "Shipped" })).await.ok()["author"]["name"], "Orders");
        let header = app.stranger().silent().get("tickets").header("x-api-key", secret).await;
        assert_eq!(header.ok()["data"].as_array().unwrap().len(), 1);

        let stored = app.contents().await;
        orders.patch(&format!("tickets/{}", ticket["id"].as_str().unwrap()), json!({ "priority": "low" })).await.refused(403, "forbidden");
        orders.get("users").await.refused(403, "forbidden");
        orders.get("api-keys").await.refused(403, "forbidden");
        orders.post("api-keys", wish).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);

        let used = ada.get(&path).await.ok();
        assert_eq!((&used["hint"], &used["name"]), (&json!(secret[..7]), &json!("Orders")));
        assert_eq!((&used["last_used_at"], &used["revoked_at"]), (&json!("2026-03-02T09:00:00Z"), &json!(null)));
        assert_eq!(used["expires_at"], "2026-04-01T09:00:00Z");
        assert_eq!(ada.patch(&path, json!({ "name": "Shop" })).await.ok()["name"], "Shop");
        assert_eq!(ada.call(Method::DELETE, &path).await.status, 204);
        orders.get("tickets").await.refused(401, "unauthenticated");
        assert_eq!(ada.call(Method::DELETE, &path).await.status, 204);
    }

    // SEC: N-12, N-21
    async fn a_key_ends_with_its_time_and_with_its_maker(app) {
        let ada = app.admin("Ada").await;
        let bea = json!({ "email": "bea@people.test", "password": "a fine password", "role": "admin" });
        let made = ada.post("users", bea.clone()).await.ok();
        let tokens = app.stranger().post("auth/login", json!({ "email": "bea@people.test", "password": "a fine password" })).await.ok();
        let bea = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        let short = bea.post("api-keys", json!({ "name": "Short", "scopes": ["tickets:read"], "expires_in_days": 1 })).await.ok();
        let long = bea.post("api-keys", json!({ "name": "Long", "scopes": ["tickets:read", "audit:read", "users:read"] })).await.ok();
        program(app, &short).get("tickets").await.ok();
        let secret = long["key"].as_str().unwrap();
        for bad in ["sk_", &secret[1..], &secret.to_uppercase(), &format!("{secret}A"), &secret[..45]] {
            app.stranger().silent().get("tickets").header("x-api-key", bad).await.refused(401, "unauthenticated");
            app.stranger().with_bearer(bad).get("tickets").await.refused(401, "unauthenticated");
        }
        app.clock.advance(TimeDelta::days(1));
        program(app, &short).get("tickets").await.refused(401, "unauthenticated");
        program(app, &long).get("users").await.ok();

        // It never does what its maker may not.
        let path = format!("users/{}", made["id"].as_str().unwrap());
        let role = ada.post("roles", json!({ "name": "Reader", "permissions": ["tickets:read"] })).await.ok();
        // Without an admin's account the desk would be open for set-up again.
        let demotion = json!({ "role": "agent", "custom_role": role["id"] });
        ada.patch(&path, demotion.clone()).await.refused(409, "last_admin");
        let second = json!({ "email": "cai@people.test", "password": "a fine password", "role": "admin" });
        ada.post("users", second).await.ok();
        ada.patch(&path, demotion).await.ok();
        program(app, &long).get("tickets").await.ok();
        program(app, &long).get("users").await.refused(403, "forbidden");
        ada.patch(&path, json!({ "is_active": false })).await.ok();
        program(app, &long).get("tickets").await.refused(401, "unauthenticated");
    }

    async fn a_key_has_scopes_of_its_makers_own_and_none_to_make_keys(app) {
        let ada = app.admin("Ada").await;
        let stored = app.contents().await;
        for (scopes, days, pointer, code) in [
            (json!([]), json!(1), "/scopes", "empty"),
            (json!(["api_keys:manage"]), json!(1), "/scopes", "not_for_keys"),
            (json!(["tickets:eat"]), json!(1), "/scopes/0", "invalid_value"),
            (json!(["tickets:read"]), json!(0), "/expires_in_days", "out_of_range"),
            (json!(["tickets:read"]), json!(366), "/expires_in_days", "out_of_range"),
        ] {
            let body = json!({ "name": "Key", "scopes": scopes, "expires_in_days": days });
            let refused = ada.post("api-keys", body).await.refused(422, "invalid");
            assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!(code)));
        }
        ada.post("api-keys", json!({ "name": "Key", "scopes": ["tickets:read"] })).header("idempotency-key", "k").await.refused(422, "invalid");
        app.agent("Ana").await.post("api-keys", json!({ "name": "Key", "scopes": ["tickets:read"] })).await.refused(403, "forbidden");
        assert_eq!(app.contents().await["support_api_keys"], stored["support_api_keys"]);
    }
}
