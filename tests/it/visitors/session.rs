//! A visitor comes, comes back, says who they are, goes.

use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::{
    app::{KEY, TestApp},
    on_both,
};

on_both! {
    async fn a_visitor_is_remembered_by_a_cookie_for_frames_on_other_sites(app) {
        let browser = app.stranger().on("/w/api/v1");
        browser.get("session").await.refused(401, "unauthenticated");
        let started = browser.post("session", json!({ "key": KEY })).await;
        allow_duplicates! { assert_snapshot!(started.shown(), @r#"
        200
        {
          "contact": {
            "created_at": "2026-03-02T09:00:00Z",
            "email": null,
            "id": "[id 1]",
            "name": "",
            "phone": null,
            "ticket_count": 0,
            "verified": false
          },
          "cursor": "[position]"
        }
        "#); }
        let cookie = started.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-support_visitor_"), "{cookie}");
        for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=None", "; Partitioned", "; Max-Age=7776000"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let stored = app.contents().await;
        let resumed = browser.post("session", json!({ "key": KEY })).await;
        assert_eq!((resumed.header("set-cookie"), &resumed.body["contact"]), ("", &started.body["contact"]));
        assert_eq!(browser.get("session").await.ok()["contact"], started.body["contact"]);
        assert_eq!(app.contents().await, stored, "coming back leaves no trace");
        app.clock.advance(TimeDelta::days(90));
        browser.get("session").await.refused(401, "unauthenticated");
        browser.get("tickets").await.refused(401, "unauthenticated");
    }

    async fn a_visitor_leaves_a_name_and_an_address(app) {
        let visitor = app.visitor().await;
        let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let named = visitor.patch("me", json!({ "name": "Mia", "email": "Mia@Example.COM" })).await;
        allow_duplicates! { assert_snapshot!(named.shown(), @r#"
        200
        {
          "created_at": "2026-03-02T09:00:00Z",
          "email": "Mia@example.com",
          "id": "[id 1]",
          "name": "Mia",
          "phone": null,
          "ticket_count": 1,
          "verified": false
        }
        "#); }
        let agent = app.agent("Ana").await;
        let ticket = agent.get(&format!("tickets/{}", opened["id"].as_str().unwrap())).await.ok();
        assert_eq!(ticket["requester"], json!({ "id": visitor.id(), "name": "Mia", "email": "Mia@example.com" }));
        assert_eq!(agent.get(&format!("contacts/{}", visitor.id())).await.ok(), named.body);
        let stored = app.contents().await;
        visitor.patch("me", json!({ "email": "no address" })).await.refused(422, "invalid");
        visitor.patch("me", json!({ "verified": true })).await.refused(422, "unknown_field");
        assert_eq!(app.contents().await, stored);
    }

    async fn a_session_that_has_ended_opens_nothing(app) {
        let visitor = app.visitor().await;
        visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let cookie = visitor.cookie();
        let ended = visitor.act("session/end").await;
        assert_eq!((ended.status, visitor.cookie().as_str()), (204, ""));
        let copy = app.stranger().on("/w/api/v1");
        copy.get("tickets").header("cookie", &cookie).await.refused(401, "unauthenticated");
        // Who comes after sees nothing of who was there before.
        let next = app.visitor().await;
        assert_eq!(next.get("tickets").await.ok()["data"], json!([]));
    }
}

#[tokio::test]
async fn an_unknown_inbox_has_no_widget() {
    let app = TestApp::sqlite().await;
    let stored = app.contents().await;
    for key in ["", "pk_other", "%"] {
        app.stranger().on("/w/api/v1").post("session", json!({ "key": key })).await.refused(404, "not_found");
    }
    app.stranger().get("/w/pk_other.js").await.refused(404, "not_found");
    app.stranger().get("/w/pk_other/frame").await.refused(404, "not_found");
    app.stranger().get(&format!("/w/{KEY}")).await.refused(404, "not_found");
    assert_eq!(app.contents().await, stored);
    app.close().await;
}

// SEC: W-04
#[tokio::test]
async fn no_answer_to_the_desk_carries_a_visitors_secret() {
    let app = TestApp::sqlite().await;
    let visitor = app.visitor().await;
    let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let secret = visitor.cookie().split_once('=').unwrap().1.to_owned();
    let admin = app.admin("Ada").await;
    let path = format!("tickets/{}", opened["id"].as_str().unwrap());
    for address in [
        "tickets".to_owned(),
        path.clone(),
        format!("{path}/messages"),
        format!("{path}/events"),
        format!("contacts/{}", visitor.id()),
        "inboxes".into(),
        "tokens".into(),
        "deliveries".into(),
    ] {
        let reply = admin.get(&address).await;
        assert_eq!(reply.status, 200);
        assert!(!reply.text.contains(&secret) && !reply.text.contains("identity secret"), "{address}");
    }
    assert!(app.contents().await.values().all(|rows| !rows.contains(&secret)), "only its hash is stored");
    app.close().await;
}
