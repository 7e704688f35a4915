//! A host that is a Leptos application itself: its server functions and files stay its own, and ours stay ours.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, StatusCode},
    routing::{get, post},
};
use leptos::{prelude::ServerFnError, server, server_fn::axum::server_fn_paths};
use support_tests::app::{Backend, Plan};
use tower::ServiceExt as _;

/// The host's own.
#[server(prefix = "/api", endpoint = "greet")]
async fn greet(name: String) -> Result<String, ServerFnError> {
    Ok(format!("Hello {name}"))
}

/// Posts a form as a browser of the host does.
async fn submit(router: &Router, address: &str) -> (StatusCode, String) {
    let request = Request::post(address)
        .header("host", "support.test")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("name=Mia"));
    let answer = router.clone().oneshot(request.expect("a request")).await.expect("an answer");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a whole answer");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leptos_hosts_server_functions_and_files_are_its_own() {
    let app = Plan::new(Backend::Sqlite).mounted("/support").start().await.unwrap();
    let router = Router::new()
        .route("/api/{*function}", post(leptos_axum::handle_server_fns))
        .route("/pkg/host.css", get(async || "the host's style"))
        .merge(support_server::mount("/support", &app.support));

    let (status, greeting) = submit(&router, "/api/greet").await;
    assert_eq!((status, greeting.as_str()), (StatusCode::OK, "\"Hello Mia\""));
    let style = router.clone().oneshot(Request::get("/pkg/host.css").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(style.status(), StatusCode::OK);

    // We bring none that the host would serve for us without asking who calls, and serve none of the host's.
    assert_eq!(server_fn_paths().collect::<Vec<_>>(), [("/api/greet", Method::POST)]);
    let (status, problem) = submit(&router, "/support/api/greet").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(problem.contains("\"code\":\"not_found\""), "{problem}");
    app.close().await;
}
