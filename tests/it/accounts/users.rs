//! `users`.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn an_admin_makes_an_agent_who_signs_in(app) {
        let admin = app.admin("Ada").await;
        let made = admin.post("users", json!({ "email": "Ben@People.test", "password": "a fine password", "first_name": "Ben", "last_name": "Ito" })).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r#"
        201
        {
          "created_at": "2026-03-02T09:00:00Z",
          "custom_role": null,
          "email": "Ben@people.test",
          "first_name": "Ben",
          "id": "[id 1]",
          "is_active": true,
          "is_invited": false,
          "last_login_at": null,
          "last_name": "Ito",
          "name": "Ben Ito",
          "role": "agent",
          "updated_at": "2026-03-02T09:00:00Z"
        }
        "#); }
        admin.post("users", json!({ "email": "ben@people.test", "password": "a fine password" })).await.refused(409, "email_taken");
        let login = app.stranger().post("auth/login", json!({ "email": "ben@people.test", "password": "a fine password" })).await.ok();
        let ben = app.stranger().with_bearer(login["access_token"].as_str().unwrap());
        ben.get("tickets/stats").await.ok();
        let names: Vec<_> = ben.get("users").await.ok()["data"].as_array().unwrap().iter().map(|user| user["name"].clone()).collect();
        assert_eq!(names, ["Ada", "Ben Ito"]);
    }

    // SEC: A-02
    async fn a_right_to_contacts_shows_no_staff_and_one_to_users_no_contacts(app) {
        let (ada, cleo, visitor) = (app.admin("Ada").await, app.customer("Cleo").await, app.visitor().await);
        let registered = app.stranger().post("auth/register", json!({ "email": "cara@people.test", "password": "a fine password" })).await.ok();
        let member = async |name: &str, permission: &str| {
            let role = ada.post("roles", json!({ "name": name, "permissions": [permission] })).await.ok();
            let credentials = json!({ "email": format!("{name}@people.test"), "password": "a fine password" });
            let mut body = credentials.clone();
            body["custom_role"] = role["id"].clone();
            ada.post("users", body).await.ok();
            let login = app.stranger().post("auth/login", credentials).await.ok();
            app.stranger().with_bearer(login["access_token"].as_str().unwrap())
        };
        let (greeter, warden) = (member("greeter", "contacts:read").await, member("warden", "users:read").await);
        let (staff, outsiders) = (ada.id(), [cleo.id(), visitor.id()]);
        greeter.get(&format!("contacts/{staff}")).await.refused(404, "not_found");
        greeter.get(&format!("users/{staff}")).await.refused(403, "forbidden");
        for outsider in outsiders {
            greeter.get(&format!("contacts/{outsider}")).await.ok();
            warden.get(&format!("users/{outsider}")).await.refused(404, "not_found");
            warden.get(&format!("contacts/{outsider}")).await.refused(403, "forbidden");
        }
        ada.get(&format!("users/{}", cleo.id())).await.ok();
        warden.get(&format!("users/{staff}")).await.ok();
        // A customer with an account is one of the desk's users.
        warden.get(&format!("users/{}", registered["id"].as_str().unwrap())).await.ok();
        for (who, path) in [(&greeter, "contacts"), (&warden, "users")] {
            let own = who.get("users/me").await.ok()["id"].clone();
            who.get(&format!("{path}/{}", own.as_str().unwrap())).await.ok();
        }
    }

    async fn staff_is_listed_page_by_page(app) {
        let ada = app.admin("Ada").await;
        for name in ["Emil", "Dora", "Carl", "Ben"] {
            app.agent(name).await;
        }
        app.customer("Aaron").await;
        let mut names = Vec::new();
        let mut address = "users?limit=2".to_owned();
        loop {
            let page = ada.get(&address).await.ok();
            names.extend(page["data"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            address = format!("users?limit=2&cursor={next}");
        }
        assert_eq!(names, ["Ada", "Ben", "Carl", "Dora", "Emil"]);
    }

    // SEC: N-10
    async fn a_disabled_agent_is_refused_at_once_everywhere(app) {
        let admin = app.admin("Ada").await;
        let made = admin.post("users", json!({ "email": "ben@people.test", "password": "a fine password" })).await.ok();
        let credentials = json!({ "email": "ben@people.test", "password": "a fine password" });
        let login = app.stranger().post("auth/login", credentials.clone()).await.ok();
        let api = app.stranger().with_bearer(login["access_token"].as_str().unwrap());
        let browser = app.stranger();
        assert_eq!(browser.post("auth/session", credentials.clone()).await.status, 204);
        api.get("auth/me").await.ok();
        browser.get("auth/me").await.ok();
        let path = format!("users/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.patch(&path, json!({ "is_active": false })).await.ok()["is_active"], false);
        api.get("auth/me").await.refused(401, "unauthenticated");
        browser.get("auth/me").await.refused(401, "unauthenticated");
        app.stranger().post("auth/refresh", json!({ "refresh_token": login["refresh_token"] })).await.refused(401, "unauthenticated");
        app.stranger().post("auth/login", credentials.clone()).await.refused(401, "wrong_credentials");
        admin.patch(&path, json!({ "is_active": true })).await.ok();
        app.stranger().post("auth/login", credentials).await.ok();
        api.get("auth/me").await.refused(401, "unauthenticated");
    }

    async fn nobody_changes_rights_but_another_admin(app) {
        let admin = app.admin("Ada").await;
        let made = admin.post("users", json!({ "email": "ben@people.test", "password": "a fine password", "first_name": "Ben" })).await.ok();
        let path = format!("users/{}", made["id"].as_str().unwrap());
        let login = app.stranger().post("auth/login", json!({ "email": "ben@people.test", "password": "a fine password" })).await.ok();
        let ben = app.stranger().with_bearer(login["access_token"].as_str().unwrap());
        ben.patch(&path, json!({ "first_name": "Benno" })).await.ok();
        let stored = app.contents().await;
        ben.patch(&path, json!({ "role": "admin" })).await.refused(403, "forbidden");
        ben.patch(&path, json!({ "is_active": true })).await.refused(403, "forbidden");
        ben.patch(&path, json!({ "email": "eve@people.test" })).await.refused(422, "unknown_field");
        ben.patch(&format!("users/{}", admin.id()), json!({ "first_name": "Eve" })).await.refused(403, "forbidden");
        admin.patch(&format!("users/{}", admin.id()), json!({ "is_active": false })).await.refused(409, "own_account");
        let cleo = app.customer("Cleo").await;
        cleo.get(&path).await.refused(404, "not_found");
        cleo.patch(&path, json!({ "first_name": "Eve" })).await.refused(404, "not_found");
        let stored_now = app.contents().await;
        assert_eq!(stored_now["support_accounts"], stored["support_accounts"]);
        let demoted = admin.patch(&path, json!({ "role": "customer" })).await.ok();
        assert_eq!(demoted["role"], "customer");
        ben.get("auth/me").await.refused(401, "unauthenticated");
    }
}
