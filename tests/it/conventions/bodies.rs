//! What a body may be.

use axum::body::{Body, Bytes};
use futures_util::stream;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::{app::TestApp, on_both};

on_both! {
    // SEC: A-04, C-10, C-11
    async fn a_body_that_breaks_a_rule_stores_nothing(app) {
        let visitor = app.visitor().await;
        let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let thread = format!("tickets/{}/messages", opened["id"].as_str().unwrap());
        let agent = app.agent("Ana").await;
        let stored = app.contents().await;
        let long = "x".repeat(20_001);
        for (body, status, code) in [
            (r#"{"body": "Hi", "author_kind": "agent"}"#.to_owned(), 422, "unknown_field"),
            (r#"{"body": "Hi", "tenant_id": "1", "seq": 7}"#.into(), 422, "unknown_field"),
            (r#"{"body": "one", "body": "two"}"#.into(), 422, "invalid"),
            (r#"{"body": ["Hi"]}"#.into(), 422, "invalid"),
            (r#"{"body": {"$gt": ""}}"#.into(), 422, "invalid"),
            (r#"{"body": 5}"#.into(), 422, "invalid"),
            (r#"{"body": null}"#.into(), 422, "invalid"),
            (r#"{}"#.into(), 422, "invalid"),
            (String::new(), 422, "invalid"),
            (r#"{"body": ""}"#.into(), 422, "invalid"),
            (r#"{"body": " \n\t "}"#.into(), 422, "invalid"),
            (r#"{"body": "a\u0000b"}"#.into(), 422, "invalid"),
            (r#"{"body": "a\u001bb"}"#.into(), 422, "invalid"),
            (r#"{"body": "Hi", "client_id": ""}"#.into(), 422, "invalid"),
            (r#"{"body": "Hi", "client_id": "a b"}"#.into(), 422, "invalid"),
            (format!(r#"{{"body": "Hi", "client_id": "{}"}}"#, "c".repeat(65)), 422, "invalid"),
            (format!(r#"{{"body": "{long}"}}"#), 422, "invalid"),
            (r#"{"body": "Hi""#.into(), 400, "malformed_json"),
            (r#"{"body": "Hi"} {}"#.into(), 400, "malformed_json"),
            ("[".repeat(300), 400, "malformed_json"),
            (format!(r#"{{"body": "{}"}}"#, "x".repeat(2 << 20)), 413, "too_large"),
        ] {
            let shown: String = body.chars().take(60).collect();
            let reply = visitor.post(&thread, json!({})).body(body).await;
            assert_eq!(reply.body["code"], code, "{shown}: {}", reply.text);
            reply.refused(status, code);
        }
        visitor.post(&thread, json!({})).body(&b"{\"body\": \"\xff\"}"[..]).await.refused(400, "malformed_json");
        for media in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let reply = visitor.post(&thread, json!({ "body": "Hi" })).header("content-type", media).await;
            reply.refused(415, "unsupported_media_type");
        }
        // Announced or not, too large is too large.
        let chunks = stream::iter((0..64).map(|_| Ok::<_, std::convert::Infallible>(Bytes::from(vec![b' '; 32 << 10]))));
        visitor.post(&thread, json!({})).body(Body::from_stream(chunks)).await.refused(413, "too_large");
        agent.patch(&thread.replace("/messages", ""), json!({ "version": 9 })).await.refused(422, "unknown_field");
        agent.patch(&thread.replace("/messages", ""), json!({ "status": "done" })).await.refused(422, "invalid");
        agent.act(&thread.replace("/messages", "/resolve")).json(&json!({ "at": 1 })).await.refused(422, "unknown_field");
        assert_eq!(app.contents().await, stored);
        visitor.post(&thread, json!({ "body": "x".repeat(20_000), "client_id": "c".repeat(64) })).await.ok();
        agent.act(&thread.replace("/messages", "/resolve")).json(&json!({})).await.ok();
    }
}

#[tokio::test]
async fn a_refusal_names_every_field_that_is_wrong() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let wrong =
        json!({ "subject": "two\nlines", "description": "a\u{7}b", "category": "x".repeat(101), "client_id": "?" });
    let reply = agent.post("tickets", wrong).header("x-request-id", "abcdef0123456789abcd").await;
    allow_duplicates! { assert_snapshot!(reply.shown(), @r#"
    422
    {
      "code": "invalid",
      "detail": "Some fields are not valid.",
      "errors": [
        {
          "code": "control_character",
          "detail": "must not contain control characters",
          "pointer": "/subject"
        },
        {
          "code": "control_character",
          "detail": "must not contain control characters",
          "pointer": "/description"
        },
        {
          "code": "too_long",
          "detail": "must have at most 100 characters",
          "pointer": "/category"
        },
        {
          "code": "invalid_client_id",
          "detail": "must be 1 to 64 letters, digits, `_`, `.` or `-`",
          "pointer": "/client_id"
        }
      ],
      "request_id": "[request]",
      "status": 422,
      "title": "Unprocessable Entity",
      "type": "about:blank"
    }
    "#); }
    let reply = agent.post("tokens", json!({ "scope": { "ticket": agent.id() }, "can": ["read", "fly"] })).await;
    assert_eq!(reply.refused(422, "invalid")["errors"][0]["pointer"], "/can/1");
    let reply =
        agent.post("tickets", json!({ "subject": "x", "requester": { "email": "no address", "name": "" } })).await;
    assert_eq!(reply.refused(422, "invalid")["errors"][0]["pointer"], "/requester/email");
    let reply = agent.post("tickets", json!({ "subject": "x", "role": "admin" })).await;
    assert_eq!(reply.refused(422, "unknown_field")["errors"][0]["pointer"], "/role");
    app.close().await;
}

#[tokio::test]
async fn text_is_kept_in_one_normal_form_and_enums_are_read_in_any_case() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let ticket = agent
        .post("tickets", json!({ "subject": "Cafe\u{301}", "initial_message": "a\r\nb\rc", "priority": "Urgent" }))
        .await
        .ok();
    assert_eq!((&ticket["subject"], &ticket["priority"]), (&json!("Caf\u{e9}"), &json!("urgent")));
    let thread = agent.get(&format!("tickets/{}/messages", ticket["id"].as_str().unwrap())).await.ok();
    assert_eq!(thread["data"][0]["body"], "a\nb\nc");
    let user = json!({ "email": "jose@people.test", "password": "long enough 1", "first_name": "Jose\u{301}" });
    assert_eq!(app.admin("Ada").await.post("users", user).await.ok()["first_name"], "Jos\u{e9}");
    app.close().await;
}
