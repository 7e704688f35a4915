//! helpdesk-pro: sign-in with tokens, users, tickets with comments.
//!
//! Its "comments" are `messages` here, its `title` is `subject`, its PUT is PATCH, its `stats/summary` is `stats`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{actor::Actor, app::TestApp, on_both};

const PASSWORD: &str = "password123 of mine";

/// A customer who has registered and signed in, as a program does.
async fn customer(app: &TestApp, email: &str) -> (Actor, Value) {
    let body = json!({ "email": email, "password": PASSWORD, "first_name": "John", "last_name": "Doe" });
    let user = app.stranger().post("auth/register", body).await.ok();
    let tokens = app.stranger().post("auth/login", json!({ "email": email, "password": PASSWORD })).await.ok();
    (app.stranger().with_bearer(tokens["access_token"].as_str().unwrap()), user)
}

/// An admin with an account, who signs in like everybody else.
async fn admin(app: &TestApp) -> Actor {
    app.support.create_first_admin("admin@helpdesk.test", PASSWORD, "Ada Admin").await.unwrap();
    let tokens = json!({ "email": "admin@helpdesk.test", "password": PASSWORD });
    let tokens = app.stranger().post("auth/login", tokens).await.ok();
    app.stranger().with_bearer(tokens["access_token"].as_str().unwrap())
}

fn at(user: &Value) -> String {
    format!("users/{}", user["id"].as_str().unwrap())
}

on_both! {
    // Promise: the authentication endpoints register, login, refresh, logout, me, and the first two usage examples.
    async fn somebody_registers_signs_in_refreshes_and_signs_out(app) {
        // Registering: email, password, first and last name; the role is customer and cannot be chosen.
        let body = json!({ "email": "user@example.com", "password": PASSWORD, "first_name": "John", "last_name": "Doe" });
        let registered = app.stranger().post("auth/register/", body.clone()).await;
        assert_eq!((registered.status, &registered.body["role"]), (201, &json!("customer")));
        let mut promoted = body.clone();
        promoted["role"] = json!("admin");
        app.stranger().post("auth/register", promoted).await.refused(422, "unknown_field");
        assert!(!registered.text.contains(PASSWORD) && !registered.text.contains("argon2"), "no hash, no password");
        // Login answers an access token of 30 minutes and a refresh token of 7 days.
        let credentials = json!({ "email": "user@example.com", "password": PASSWORD });
        let tokens = app.stranger().post("auth/login", credentials.clone()).await.ok();
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("bearer"), &json!(1800)));
        // The current user.
        let bearer = |tokens: &Value| app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        let me = bearer(&tokens).get("auth/me").await.ok();
        assert_eq!((&me["id"], &me["email"]), (&registered.body["id"], &json!("user@example.com")));
        // The access token is over after 30 minutes; the refresh token buys the next pair, once.
        app.clock.advance(TimeDelta::minutes(30));
        bearer(&tokens).get("auth/me").await.refused(401, "unauthenticated");
        let refresh = json!({ "refresh_token": tokens["refresh_token"] });
        let next = app.stranger().post("auth/refresh", refresh).await.ok();
        bearer(&next).get("auth/me").await.ok();
        // Logout: both tokens of the session are refused from then on.
        let last = json!({ "refresh_token": next["refresh_token"] });
        assert_eq!(app.stranger().post("auth/logout", last.clone()).await.status, 204);
        bearer(&next).get("auth/me").await.refused(401, "unauthenticated");
        app.stranger().post("auth/refresh", last).await.refused(401, "unauthenticated");
        // A refresh token lives 7 days.
        let tokens = app.stranger().post("auth/login", credentials).await.ok();
        app.clock.advance(TimeDelta::days(7));
        let refresh = json!({ "refresh_token": tokens["refresh_token"] });
        app.stranger().post("auth/refresh", refresh).await.refused(401, "unauthenticated");
    }

    // Promise: the user endpoints: list (admin), my profile, change my profile, one user, change and delete (admin).
    async fn users_are_kept_by_admins_and_look_after_their_own_profile(app) {
        let admin = admin(app).await;
        let (john, user) = customer(app, "john@example.com").await;
        let (jane, _) = customer(app, "jane@example.com").await;
        // The list is the admin's; here it is the desk's people, customers being contacts.
        let listed = admin.get("users/").await.ok();
        assert!(listed["data"].as_array().unwrap().iter().any(|user| user["email"] == "admin@helpdesk.test"));
        john.get("users").await.refused(403, "forbidden");
        app.stranger().get("users").await.refused(401, "unauthenticated");
        // My profile, and changing it; the role is not mine to change.
        assert_eq!(john.get("users/me").await.ok()["id"], user["id"]);
        let changed = john.patch("users/me", json!({ "first_name": "Johnny", "last_name": "Dough" })).await.ok();
        assert_eq!((&changed["first_name"], &changed["last_name"]), (&json!("Johnny"), &json!("Dough")));
        assert!([403, 422].contains(&john.patch("users/me", json!({ "role": "admin" })).await.status));
        assert_eq!(john.get("users/me").await.ok()["role"], "customer");
        // One user: oneself and the desk; for another customer there is none.
        assert_eq!(john.get(&at(&user)).await.ok()["email"], "john@example.com");
        jane.get(&at(&user)).await.refused(404, "not_found");
        let seen = admin.get(&at(&user)).await.ok();
        // The fields: id, email, names, role, timestamps, activity; never the password's hash.
        for field in ["id", "email", "first_name", "last_name", "role", "is_active", "created_at", "updated_at", "last_login_at"] {
            assert!(seen.get(field).is_some(), "{field}");
        }
        assert!(seen["last_login_at"].is_string(), "activity is tracked");
        assert!(!seen.to_string().contains("hash"));
        // Changing and deleting are the admin's.
        assert!([403, 404].contains(&jane.patch(&at(&user), json!({ "first_name": "X" })).await.status));
        assert_eq!(admin.patch(&at(&user), json!({ "first_name": "Jon" })).await.ok()["first_name"], "Jon");
        assert!([403, 404].contains(&jane.call(axum::http::Method::DELETE, &at(&user)).await.status));
        assert_eq!(admin.call(axum::http::Method::DELETE, &at(&user)).await.status, 204);
        john.get("auth/me").await.refused(401, "unauthenticated");
    }

    // Promise: the ticket endpoints list, create, get, update, assign, comments, statistics; usage example 3.
    async fn a_ticket_is_opened_answered_assigned_and_counted(app) {
        let (john, user) = customer(app, "john@example.com").await;
        let admin = admin(app).await;
        let me = admin.get("auth/me").await.ok();
        // Created with title, description and priority, as in the example; any case, trailing slash or not.
        let body = json!({ "title": "Website not loading", "description": "The main website is not loading properly", "priority": "high" });
        let created = john.post("tickets/", body).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let ticket = created.body;
        assert_eq!((&ticket["subject"], &ticket["status"], &ticket["priority"]), (&json!("Website not loading"), &json!("open"), &json!("high")));
        // The creator, and who has it.
        assert_eq!((&ticket["requester"]["id"], &ticket["assigned_to"]), (&user["id"], &Value::Null));
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        app.stranger().get("tickets").await.refused(401, "unauthenticated");
        // Listed and read.
        assert_eq!(john.get("tickets/").await.ok()["data"][0]["id"], ticket["id"]);
        assert_eq!(admin.get(&path).await.ok()["description"], "The main website is not loading properly");
        // Updated, by the desk alone.
        let changed = admin.patch(&path, json!({ "priority": "urgent", "status": "pending" })).await.ok();
        assert_eq!((&changed["priority"], &changed["status"]), (&json!("urgent"), &json!("pending")));
        john.patch(&path, json!({ "priority": "low" })).await.refused(403, "forbidden");
        // Assigned to an agent.
        let assigned = admin.post(&format!("{path}/assign"), json!({ "assignee": me["id"] })).await.ok();
        assert_eq!(assigned["assigned_to"]["id"], me["id"]);
        john.act(&format!("{path}/assign")).await.refused(403, "forbidden");
        // Comments with content, author, time; internal ones are the desk's alone.
        let thread = format!("{path}/messages");
        let comment = john.post(&thread, json!({ "body": "It still does not load" })).await;
        assert_eq!((comment.status, &comment.body["author"]["id"]), (201, &user["id"]));
        admin.post(&thread, json!({ "body": "DNS again", "is_internal": true })).await.ok();
        john.post(&thread, json!({ "body": "Mine", "is_internal": true })).await.refused(400, "internal_by_customer");
        admin.post(&thread, json!({ "body": "Please try now" })).await.ok();
        let seen = john.get(&format!("{thread}/")).await.ok();
        let bodies: Vec<_> = seen["data"].as_array().unwrap().iter().map(|message| message["body"].clone()).collect();
        assert_eq!(bodies, ["It still does not load", "Please try now"]);
        assert_eq!(admin.get(&thread).await.ok()["data"].as_array().unwrap().len(), 3);
        // Resolution is tracked.
        let resolved = admin.act(&format!("{path}/resolve")).await.ok();
        assert!(resolved["resolved_at"].is_string() && resolved["first_response_at"].is_string());
        // The summary of statistics is the desk's.
        let stats = admin.get("tickets/stats").await.ok();
        assert_eq!(stats["by_status"]["resolved"], 1);
        john.get("tickets/stats").await.refused(403, "forbidden");
    }
}

// Promise: the interactive documentation, the health check, and CORS by configuration.
#[tokio::test]
async fn the_api_documents_itself_and_says_that_it_is_well() {
    let app = TestApp::sqlite().await;
    let page = app.stranger().get("/api/docs/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html"), "{}", page.text);
    let document: Value = serde_json::from_str(&app.stranger().get("/api/openapi.json").await.text).unwrap();
    for path in ["/api/v1/auth/login", "/api/v1/users/{person_id}", "/api/v1/tickets/{ticket_id}/messages"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    assert_eq!(app.stranger().get("/livez").await.status, 204);
    assert_eq!(app.stranger().get("/readyz").await.status, 204);
    // No page of another origin reads answers by a browser's cookie; a program's token needs no leave of that kind.
    let (john, _) = customer(&app, "john@example.com").await;
    let reply = john.get("tickets").header("origin", "http://localhost:3000").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, ""));
    app.close().await;
}

// Promise: passwords are hashed, tokens can be taken back, roles decide.
#[tokio::test]
async fn what_is_stored_of_a_password_is_a_slow_hash() {
    let app = TestApp::sqlite().await;
    customer(&app, "john@example.com").await;
    let stored = app.contents().await;
    assert!(stored["support_accounts"].contains("$argon2id$"), "Argon2id, where the source has bcrypt");
    assert!(stored.values().all(|rows| !rows.contains(PASSWORD)));
    app.close().await;
}
