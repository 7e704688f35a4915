//! Addresses that are nobody's, methods that an address does not take, slashes too many.

use axum::http::Method;
use serde_json::{Value, json};
use support_core::http::openapi_document;
use support_tests::app::{Backend, Plan, TestApp};

#[tokio::test]
async fn an_unknown_address_is_refused_in_our_own_form() {
    for mount in ["", "/support"] {
        let app = Plan::new(Backend::Sqlite).mounted(mount).start().await.unwrap();
        let agent = app.agent("Ana").await;
        for address in [
            "/api/v1/nothing",
            "/api/v1",
            "/api/v1/tickets/1/2/3",
            "/w/api/v1/nothing",
            "/portal/api/v1/nothing",
            "/api/nothing/",
        ] {
            agent.get(address).await.refused(404, "not_found");
        }
        agent.get("tickets/not-an-id").await.refused(404, "not_found");
        agent.get("tickets/%ff").await.refused(404, "not_found");
        app.close().await;
    }
}

// SEC: O-10
#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_405_with_those_that_it_takes() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    for (method, address, allow) in [
        (Method::DELETE, "tickets", "GET,HEAD,POST"),
        (Method::PUT, "tickets/01890000-0000-7000-8000-000000000000", "GET,HEAD,PATCH"),
        (Method::GET, "auth/login", "POST"),
        (Method::TRACE, "auth/me", "GET,HEAD"),
        (Method::POST, "/livez", "GET,HEAD"),
    ] {
        let reply = agent.call(method, address).await;
        let mut allowed: Vec<_> = reply.header("allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(","), allow, "{address}");
        reply.refused(405, "method_not_allowed");
    }
    let head = agent.call(Method::HEAD, "auth/me").await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    app.close().await;
}

#[tokio::test]
async fn a_trailing_slash_is_the_same_address() {
    for mount in ["", "/support"] {
        let app = Plan::new(Backend::Sqlite).mounted(mount).start().await.unwrap();
        let agent = app.agent("Ana").await;
        let opened = agent.post("tickets/", json!({ "subject": "x" })).await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        let path = format!("tickets/{}/", opened.body["id"].as_str().unwrap());
        assert_eq!(agent.get(&path).await.ok(), opened.body);
        assert_eq!(agent.get("tickets/?limit=1").await.ok()["data"][0], opened.body);
        let visitor = app.visitor().await;
        assert_eq!(visitor.post("tickets/", json!({ "subject": "x" })).await.status, 201);
        app.close().await;
    }
}

#[tokio::test]
async fn the_document_is_served_as_it_is() {
    let app = TestApp::sqlite().await;
    let document = serde_json::to_value(openapi_document()).unwrap();
    let served: Value = serde_json::from_str(&app.stranger().get("/api/openapi.json").await.text).unwrap();
    assert_eq!(served, document);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    app.close().await;
}
