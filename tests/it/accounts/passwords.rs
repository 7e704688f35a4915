//! New passwords: changed, forgotten, chosen for the first time; and how often one may guess.

use std::net::SocketAddr;

use axum::{extract::ConnectInfo, http::Method};
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{app::TestApp, on_both};

const PASSWORD: &str = "a fine password";
const OTHER: &str = "another fine password";

async fn registered(app: &TestApp, name: &str) -> Value {
    let body = json!({ "email": format!("{name}@people.test"), "password": PASSWORD });
    app.stranger().post("auth/register", body).await.ok()
}

async fn login(app: &TestApp, email: &str, password: &str) -> support_tests::reply::Reply {
    app.stranger().post("auth/login", json!({ "email": email, "password": password })).await
}

/// The code in the newest letter, and the letter.
async fn letter(app: &TestApp, count: usize, page: &str) -> (String, String) {
    let mails = app.mails(count).await;
    // Quoted-printable breaks long lines.
    let text = mails.last().unwrap().raw.replace("=\r\n", "").replace("=23", "#");
    let start = format!("https://support.test/{page}#");
    let code = text.split(&start).nth(1).unwrap_or_else(|| panic!("{text}")).split_whitespace().next().unwrap();
    (code.to_owned(), text)
}

on_both! {
    // SEC: N-04, N-18
    async fn a_new_password_needs_the_old_one_and_ends_every_session(app) {
        let person = registered(app, "cleo").await;
        let browser = app.stranger();
        assert_eq!(browser.post("auth/session", json!({ "email": "cleo@people.test", "password": PASSWORD })).await.status, 204);
        let tokens = login(app, "cleo@people.test", PASSWORD).await.ok();
        let api = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        assert_eq!(api.get("users/me").await.ok()["id"], person["id"]);
        let stored = app.contents().await;
        for (body, pointer) in [
            (json!({ "new_password": OTHER }), "/current_password"),
            (json!({ "new_password": OTHER, "current_password": "wrong" }), "/current_password"),
            (json!({ "new_password": OTHER, "current_password": "" }), "/current_password"),
            (json!({ "new_password": "short", "current_password": PASSWORD }), "/new_password"),
        ] {
            let refused = browser.patch("users/me", body).await.refused(422, "invalid");
            assert_eq!(refused["errors"][0]["pointer"], pointer);
        }
        assert_eq!(app.contents().await, stored);
        let old = browser.cookie();
        browser.patch("users/me", json!({ "first_name": "Cleo", "new_password": OTHER, "current_password": PASSWORD })).await.ok();
        assert_ne!(browser.cookie(), old, "the browser goes on with a fresh session");
        assert_eq!(browser.get("users/me").await.ok()["first_name"], "Cleo");
        app.stranger().get("auth/me").header("cookie", &old).await.refused(401, "unauthenticated");
        api.get("auth/me").await.refused(401, "unauthenticated");
        login(app, "cleo@people.test", PASSWORD).await.refused(401, "wrong_credentials");
        login(app, "cleo@people.test", OTHER).await.ok();
    }

    // SEC: N-11, N-14
    async fn a_forgotten_password_is_replaced_by_a_letters_link_once(app) {
        app.run();
        let tokens = { registered(app, "cleo").await; login(app, "cleo@people.test", PASSWORD).await.ok() };
        let ask = |email: &str| app.stranger().post("auth/password/forgot", json!({ "email": email }))
            .header("host", "evil.test").header("x-forwarded-host", "evil.test");
        let nobody = ask("nobody@people.test").await;
        let somebody = ask("CLEO@people.test").await;
        assert_eq!((nobody.status, nobody.text.as_str()), (202, ""));
        assert_eq!((somebody.status, somebody.text.as_str()), (202, ""));
        let (first, text) = letter(app, 1, "reset").await;
        assert!(!text.contains("evil.test"));
        assert!(!app.contents().await.values().any(|rows| rows.contains(&first)), "only its hash is stored");
        // A new letter makes the one before void.
        ask("cleo@people.test").await;
        let (second, _) = letter(app, 2, "reset").await;
        let reset = |token: &str, password: &str| app.stranger().post("auth/password/reset", json!({ "token": token, "password": password }));
        let stored = app.contents().await;
        for bad in [first.as_str(), "", " ", "spw_", &second.to_uppercase(), &format!("{second} "), &second.replace("spw_", "siv_"), tokens["refresh_token"].as_str().unwrap()] {
            reset(bad, OTHER).await.refused(404, "not_found");
        }
        assert_eq!(reset(&second, "short").await.refused(422, "invalid")["errors"][0]["pointer"], "/password");
        assert_eq!(app.contents().await, stored);
        let done = reset(&second, OTHER).await;
        assert_eq!((done.status, done.text.as_str()), (204, ""));
        reset(&second, PASSWORD).await.refused(404, "not_found");
        app.stranger().post("auth/refresh", json!({ "refresh_token": tokens["refresh_token"] })).await.refused(401, "unauthenticated");
        login(app, "cleo@people.test", PASSWORD).await.refused(401, "wrong_credentials");
        login(app, "cleo@people.test", OTHER).await.ok();
        ask("cleo@people.test").await;
        let (late, _) = letter(app, 3, "reset").await;
        app.clock.advance(TimeDelta::hours(1));
        reset(&late, PASSWORD).await.refused(404, "not_found");
    }

    // SEC: N-11
    async fn an_invitation_makes_an_account_usable_once(app) {
        app.run();
        let ada = app.admin("Ada").await;
        let made = ada.post("users", json!({ "email": "ben@people.test", "first_name": "Ben" })).await.ok();
        assert_eq!(made["is_invited"], true);
        login(app, "ben@people.test", "").await.refused(401, "wrong_credentials");
        let (first, _) = letter(app, 1, "invite").await;
        let path = format!("users/{}", made["id"].as_str().unwrap());
        ada.act(&format!("{path}/invite")).await.ok();
        let (second, _) = letter(app, 2, "invite").await;
        let accept = |token: &str| app.stranger().post("auth/password/reset", json!({ "token": token, "password": PASSWORD }));
        accept(&first).await.refused(404, "not_found");
        assert_eq!(accept(&second).await.status, 204);
        accept(&second).await.refused(404, "not_found");
        login(app, "ben@people.test", PASSWORD).await.ok();
        assert_eq!(ada.get(&path).await.ok()["is_invited"], false);
        ada.act(&format!("{path}/invite")).await.refused(409, "not_invited");

        let late = ada.post("users", json!({ "email": "cai@people.test" })).await.ok();
        let (code, _) = letter(app, 3, "invite").await;
        app.clock.advance(TimeDelta::days(7));
        accept(&code).await.refused(404, "not_found");
        // Ada's own session has ended meanwhile.
        let ada = app.admin("Ada").await;
        assert_eq!(ada.get(&format!("users/{}", late["id"].as_str().unwrap())).await.ok()["is_invited"], true);
    }

    // SEC: N-01, N-20
    async fn ten_failures_close_an_account_for_a_while_whoever_it_is(app) {
        registered(app, "cleo").await;
        for (email, spelling) in [("cleo@people.test", "Cleo+x@People.test"), ("nobody@people.test", "no(b)body@people.test")] {
            for number in 0..10 {
                let spelt = if number % 2 == 0 { email } else { spelling };
                login(app, spelt, "wrong").await.refused(401, "wrong_credentials");
            }
            let refused = login(app, email, PASSWORD).await;
            assert_eq!(refused.header("ratelimit-policy"), "\"account\";q=10;w=900");
            let wait: i64 = refused.header("retry-after").parse().unwrap();
            assert!((1..=901).contains(&wait) && refused.header("ratelimit").starts_with("\"account\";r=0;t="));
            refused.refused(429, "too_many_requests");
        }
        app.clock.advance(TimeDelta::minutes(15));
        login(app, "cleo@people.test", PASSWORD).await.ok();
        // What succeeds does not count.
        for _ in 0..15 {
            login(app, "cleo@people.test", PASSWORD).await.ok();
        }
    }

    // SEC: N-20
    async fn one_network_cannot_try_many_accounts(app) {
        registered(app, "cleo").await;
        let from = |address: &str, email: String, password: &str| {
            let peer: SocketAddr = format!("{address}:1234").parse().unwrap();
            app.stranger().post("auth/login", json!({ "email": email, "password": password })).extension(ConnectInfo(peer))
        };
        for number in 0..100 {
            from("203.0.113.9", format!("a{number}@people.test"), "wrong").await.refused(401, "wrong_credentials");
        }
        let refused = from("203.0.113.9", "cleo@people.test".into(), PASSWORD).await;
        assert!(refused.header("ratelimit-policy").starts_with("\"address\""));
        refused.refused(429, "too_many_requests");
        from("203.0.113.10", "cleo@people.test".into(), PASSWORD).await.ok();
    }

    // SEC: N-10, A-16
    async fn a_deleted_user_is_gone_but_stays_an_author(app) {
        let ada = app.admin("Ada").await;
        let made = ada.post("users", json!({ "email": "ben@people.test", "password": PASSWORD, "first_name": "Ben" })).await.ok();
        let id = made["id"].as_str().unwrap();
        let tokens = login(app, "ben@people.test", PASSWORD).await.ok();
        let ben = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        let ticket = ben.post("tickets", json!({ "subject": "Mine" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        ben.post(&format!("{path}/assign"), json!({ "assignee": id })).await.ok();
        ben.post(&format!("{path}/messages"), json!({ "body": "I am on it" })).await.ok();
        assert_eq!(ada.call(Method::DELETE, &format!("users/{id}")).await.status, 204);
        ben.get("auth/me").await.refused(401, "unauthenticated");
        login(app, "ben@people.test", PASSWORD).await.refused(401, "wrong_credentials");
        assert_eq!(ada.get(&path).await.ok()["assigned_to"], Value::Null);
        assert_eq!(ada.get(&format!("{path}/messages")).await.ok()["data"][0]["author"]["name"], "Ben");
        let listed = ada.get("users").await;
        assert!(!listed.text.contains(id), "{}", listed.text);
        ada.call(Method::DELETE, &format!("users/{id}")).await.refused(404, "not_found");
        ada.patch(&format!("users/{id}"), json!({ "is_active": true })).await.refused(404, "not_found");
        ada.call(Method::DELETE, &format!("users/{}", ada.id())).await.refused(409, "own_account");
        ada.post("users", json!({ "email": "ben@people.test", "password": PASSWORD })).await.ok();
    }

    async fn people_are_found_by_role_activity_and_name(app) {
        let ada = app.admin("Ada").await;
        for (email, role) in [("ben@people.test", "agent"), ("b_n@people.test", "agent"), ("cleo@people.test", "customer")] {
            ada.post("users", json!({ "email": email, "password": PASSWORD, "role": role })).await.ok();
        }
        let names = async |query: &str| {
            let page = ada.get(&format!("users?{query}")).await.ok();
            page["data"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("").await, ["Ada", "b_n", "ben"]);
        assert_eq!(names("role=admin").await, ["Ada"]);
        assert_eq!(names("role=customer").await, ["cleo"]);
        assert_eq!(names("search=B_N").await, ["b_n"], "an underscore is an underscore");
        assert_eq!(names("search=%25").await, Vec::<String>::new());
        assert_eq!(names("is_active=false").await, Vec::<String>::new());
        ada.get("users?role=king").await.refused(400, "invalid_parameter");
        ada.get("users?tenant_id=x").await.refused(400, "invalid_parameter");
    }
}
