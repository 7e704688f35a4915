//! What every answer carries, and how a request is recognised later.

use serde_json::json;
use support_tests::app::{KEY, TestApp};

// SEC: O-01, O-02
#[tokio::test]
async fn every_class_of_answer_carries_the_same_protection() {
    let app = TestApp::sqlite().await;
    let (visitor, agent) = (app.visitor().await, app.agent("Ana").await);
    let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let path = format!("tickets/{}", opened["id"].as_str().unwrap());
    let tag = agent.get(&path).await.header("etag").to_owned();
    let answers = [
        ("200", agent.get(&path).await),
        ("201", agent.post("tickets", json!({ "subject": "x" })).await),
        ("204", agent.get("/livez").await),
        ("304", agent.get(&path).header("if-none-match", &tag).await),
        ("400", agent.get("tickets?limit=0").await),
        ("401", app.stranger().get("tickets").await),
        ("403", agent.post("users", json!({ "email": "a@b.test", "password": "long enough 1" })).await),
        ("404", agent.get("nothing/here").await),
        ("405", agent.call(axum::http::Method::DELETE, &path).await),
        ("409", agent.post(&format!("{path}/messages"), json!({ "body": "x", "last_seen_seq": 0 })).await),
        ("412", agent.act(&format!("{path}/close")).header("if-match", "\"0\"").await),
        ("413", agent.post("tickets", json!({ "subject": "x".repeat(300_000) })).await),
        ("415", agent.act("tickets").body("x").await),
        ("422", agent.post("tickets", json!({ "x": 1 })).await),
    ];
    for (status, answer) in &answers {
        assert_eq!(answer.status.to_string(), *status, "{}", answer.text);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{status}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{status}");
        assert_eq!(answer.header("cache-control"), "no-store", "{status}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{status}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{status}: {policy}"
        );
        assert_eq!(answer.header("x-request-id").len(), 20, "{status}");
        assert_eq!(answer.header("server"), "", "{status}");
    }
    // SEC: W-09: only the widget's frame may be framed, by its own inbox's sites.
    let frame = app.stranger().get(&format!("/w/{KEY}/frame")).await;
    assert_eq!(frame.status, 200);
    assert!(frame.header("content-security-policy").contains("frame-ancestors https://shop.test;"));
    assert!(!frame.header("content-security-policy").contains("unsafe-inline"));
    assert_eq!(frame.header("set-cookie"), "");
    app.close().await;
}

#[tokio::test]
async fn a_request_keeps_its_id_and_a_bad_one_is_replaced() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let given = agent.post("tickets", json!({ "subject": "x" })).header("x-request-id", "Web-1.a_B").await;
    assert_eq!(given.header("x-request-id"), "Web-1.a_B");
    assert!(app.contents().await["support_events"].contains("Web-1.a_B"), "the log knows the request");
    let problem = agent.get("nothing").header("x-request-id", "r-2").await;
    assert_eq!(problem.refused(404, "not_found")["request_id"], "r-2");
    for bad in ["", "a b", "a;b", "ä", &"x".repeat(129)] {
        let reply = agent.get("auth/me").header("x-request-id", bad).await;
        assert_ne!(reply.header("x-request-id"), bad);
        assert_eq!(reply.header("x-request-id").len(), 20);
    }
    app.close().await;
}

// SEC: A-13, W-07
#[tokio::test]
async fn a_cookie_that_another_site_sends_changes_nothing() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let visitor = app.visitor().await;
    let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let thread = format!("tickets/{}/messages", opened["id"].as_str().unwrap());
    let stored = app.contents().await;
    let body = json!({ "body": "forged" });
    for site in ["cross-site", "same-site", "none"] {
        for origin in ["https://evil.test", "null", "https://support.test.evil.test", "https://support.test"] {
            for who in [&agent, &visitor] {
                let reply =
                    who.post(&thread, body.clone()).header("sec-fetch-site", site).header("origin", origin).await;
                assert_eq!(reply.header("access-control-allow-origin"), "");
                reply.refused(403, "cross_site");
            }
        }
    }
    // A browser without Fetch Metadata: the origin decides, and it must be there.
    for who in [agent.clone().silent(), visitor.clone().silent()] {
        who.post(&thread, body.clone()).await.refused(403, "cross_site");
        for origin in [
            "https://evil.test",
            "null",
            "http://support.test:8080",
            "https://support.test.evil.test",
            "https://xsupport.test",
        ] {
            who.post(&thread, body.clone()).header("origin", origin).await.refused(403, "cross_site");
        }
    }
    // Nor may another site hold our live feed open with our cookie.
    for who in [&agent, &visitor] {
        let feed =
            who.get("events/stream").header("sec-fetch-site", "cross-site").header("origin", "https://evil.test");
        feed.await.refused(403, "cross_site");
        who.clone()
            .silent()
            .get("events/stream")
            .header("origin", "https://evil.test")
            .await
            .refused(403, "cross_site");
    }
    assert_eq!(app.contents().await, stored);
    for who in [agent.clone().silent(), visitor.clone().silent()] {
        who.post(&thread, json!({ "body": "real" })).header("origin", "https://support.test").await.ok();
    }
    app.close().await;
}

#[tokio::test]
async fn signing_in_from_another_site_is_refused() {
    let app = TestApp::sqlite().await;
    app.support.create_first_admin("ada@people.test", "a fine password", "Ada").await.unwrap();
    let stored = app.contents().await;
    let browser = app.stranger();
    let credentials = json!({ "email": "ada@people.test", "password": "a fine password" });
    browser.post("auth/session", credentials).header("sec-fetch-site", "cross-site").await.refused(403, "cross_site");
    let start = app.stranger().on("/w/api/v1").post("session", json!({ "key": KEY }));
    start.header("sec-fetch-site", "cross-site").await.refused(403, "cross_site");
    assert_eq!(app.contents().await, stored);
    app.close().await;
}
