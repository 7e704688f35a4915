//! The first admin.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use support_tests::on_both;

fn request(code: &str, email: &str) -> Value {
    json!({ "code": code, "email": email, "password": "a fine password", "name": "Ada" })
}

on_both! {
    // SEC: N-19
    async fn a_code_makes_one_admin_once(app) {
        let code = app.support.setup_code().await.unwrap().unwrap();
        let browser = app.stranger();
        let weak = json!({ "code": code, "email": "ada@people.test", "password": "short", "name": "a\u{0}" });
        let refused = browser.post("auth/setup", weak).await.refused(422, "invalid");
        let pointers: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/password", "/name"]);
        let made = browser.post("auth/setup", request(&code, "ada@people.test")).await;
        assert_eq!(made.status, 201, "a code outlives a bad password: {}", made.text);
        let me = browser.get("auth/me").await.ok();
        assert_eq!((&me["name"], &me["role"]), (&json!("Ada"), &json!("admin")));
        let stored = app.contents().await;
        app.stranger().post("auth/setup", request(&code, "eve@people.test")).await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
        assert_eq!(app.support.setup_code().await.unwrap(), None);
        assert!(!app.support.needs_setup().await.unwrap());
        assert!(app.support.create_first_admin("eve@people.test", "a fine password", "Eve").await.is_err());
    }

    async fn of_many_setups_at_once_one_makes_the_admin(app) {
        let code = app.support.setup_code().await.unwrap().unwrap();
        let all = join_all((0..8).map(|number| {
            let body = request(&code, &format!("admin{number}@people.test"));
            async { app.stranger().post("auth/setup", body).await.status }
        }));
        let mut statuses = all.await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 404, 404, 404, 404, 404, 404, 404]);
        assert_eq!(app.contents().await["support_accounts"].lines().count(), 1);
    }

    async fn an_old_or_foreign_code_makes_nobody(app) {
        let replaced = app.support.setup_code().await.unwrap().unwrap();
        let code = app.support.setup_code().await.unwrap().unwrap();
        let stored = app.contents().await;
        for bad in [replaced.as_str(), "", "ssu_", &code.to_uppercase(), &format!("{code} ")] {
            app.stranger().post("auth/setup", request(bad, "eve@people.test")).await.refused(404, "not_found");
        }
        app.clock.advance(TimeDelta::minutes(30));
        app.stranger().post("auth/setup", request(&code, "eve@people.test")).await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
    }
}
