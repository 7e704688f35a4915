//! The engine inside a host: at any place, with the host's own users, beside the host's own routes.

use axum::{
    Router,
    body::to_bytes,
    extract::{Path, Request},
    http::{Method, Response, StatusCode},
    routing::get,
};
use serde_json::{Value, json};
use support_core::SecretKey;
use support_tests::{
    app::{Backend, KEY, Plan},
    sqlite::SqliteFile,
};
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

#[path = "../../support-server/examples/host.rs"]
#[expect(dead_code, unreachable_pub, reason = "an example is a program of its own; only its app() is used here")]
mod host;

async fn text(response: Response<axum::body::Body>) -> (u16, String) {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn ask(router: &Router, address: &str) -> (u16, String) {
    let request =
        Request::builder().uri(address).header("host", "support.test").body(axum::body::Body::empty()).unwrap();
    text(router.clone().oneshot(request).await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_works_at_any_place_and_leaves_the_hosts_own_routes_alone() {
    for (pattern, mount) in [("", ""), ("/support", "/support"), ("/t/{tenant}/help", "/t/acme/help")] {
        for nested in [false, true] {
            if nested && pattern.is_empty() {
                continue;
            }
            let mut app = Plan::new(Backend::Sqlite).mounted(mount).start().await.unwrap();
            let ours =
                if nested { Router::new().nest(pattern, app.support.router()) } else { app.support.mount(pattern) };
            app.router = Router::new()
                .route("/", get(async || "the host's home"))
                .route("/things/{id}", get(async |Path(id): Path<u32>| format!("thing {id}")))
                .merge(ours)
                .fallback(async || (StatusCode::NOT_FOUND, "the host's 404"));
            assert_eq!(ask(&app.router, "/").await, (200, "the host's home".into()), "{pattern}");
            assert_eq!(ask(&app.router, "/things/7").await, (200, "thing 7".into()));
            assert_eq!(ask(&app.router, "/nothing/here").await, (404, "the host's 404".into()));

            let (visitor, agent) = (app.visitor().await, app.agent("Ana").await);
            let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
            let path = format!("tickets/{}", opened["id"].as_str().unwrap());
            agent.post(&format!("{path}/messages"), json!({ "body": "Hi" })).await.ok();
            assert_eq!(visitor.get(&format!("{path}/messages")).await.ok()["data"].as_array().unwrap().len(), 2);
            agent.get("nothing/").await.refused(404, "not_found");
            let link = agent.post("tokens", json!({ "scope": { "ticket": opened["id"] } })).await.ok();
            assert!(link["url"].as_str().unwrap().starts_with(&format!("https://support.test{mount}/portal#")));
            app.portal(link["token"].as_str().unwrap()).await.get(&path).await.ok();
            let (status, frame) = ask(&app.router, &format!("{mount}/w/{KEY}/frame")).await;
            assert!(status == 200 && frame.contains(&format!("data-base=\"{mount}\"")), "{frame}");
            assert!(frame.contains(&format!("src=\"{mount}/w/a/")), "{frame}");
            // A cookie of one place is none at another.
            assert!(agent.cookie().starts_with("__Host-support_desk_"));
            app.close().await;
        }
    }
}

#[tokio::test]
async fn cookies_of_two_mounts_have_two_names() {
    let (one, two) = (Plan::new(Backend::Sqlite), Plan::new(Backend::Sqlite).mounted("/support"));
    let (one, two) = (one.start().await.unwrap(), two.start().await.unwrap());
    let name = |cookie: String| cookie.split('=').next().unwrap().to_owned();
    assert_ne!(name(one.agent("Ana").await.cookie()), name(two.agent("Ana").await.cookie()));
    one.close().await;
    two.close().await;
}

/// A user of the example's shop.
struct User<'r>(&'r Router, Option<u32>);

impl User<'_> {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request =
            Request::builder().method(method).uri(format!("/support/api/v1/{path}")).header("host", "localhost:3000");
        request = request.header("origin", "http://localhost:3000").header("content-type", "application/json");
        if let Some(user) = self.1 {
            request = request.header("cookie", format!("shop_user={user}"));
        }
        let body = body.map_or_else(axum::body::Body::empty, |body| body.to_string().into());
        let (status, text) = text(self.0.clone().oneshot(request.body(body).unwrap()).await.unwrap()).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_hosts_users_see_their_own_tickets_and_nobody_elses() {
    static FILE: OnceCell<SqliteFile> = OnceCell::const_new();
    let file = FILE.get_or_try_init(async || SqliteFile::new()).await.unwrap();
    let secret = SecretKey::new(*b"0123456789abcdefghijklmnopqrstuv").unwrap();
    let (router, support) = host::app(&file.path(), secret).await.unwrap();
    let (nobody, staff, mia, tom) =
        (User(&router, None), User(&router, Some(1)), User(&router, Some(2)), User(&router, Some(3)));
    assert_eq!(ask(&router, "/").await, (200, "The shop".into()));
    assert_eq!(nobody.get("tickets").await.0, 401);
    assert_eq!(nobody.post("tickets", json!({ "subject": "x" })).await.0, 401);

    let (status, ticket) = mia.post("tickets", json!({ "subject": "My order" })).await;
    assert_eq!(status, 201, "{ticket}");
    let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
    assert_eq!(mia.get("tickets").await.1["data"].as_array().unwrap().len(), 1);
    assert_eq!(tom.get("tickets").await.1["data"], json!([]));
    for foreign in [path.clone(), format!("{path}/messages"), format!("{path}/events")] {
        assert_eq!(tom.get(&foreign).await.0, 404);
    }
    assert_eq!(tom.post(&format!("{path}/messages"), json!({ "body": "Mine" })).await.0, 404);
    assert_eq!(mia.get("tickets/stats").await.0, 403);
    assert_eq!(staff.post(&format!("{path}/messages"), json!({ "body": "Hi Mia" })).await.0, 201);
    assert_eq!(mia.get(&format!("{path}/messages")).await.1["data"][0]["body"], "Hi Mia");
    // The host's own plugin.
    let (status, problem) =
        mia.post(&format!("{path}/messages"), json!({ "body": "My card is 4111111111111111" })).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("card_number")));
    // There are no accounts beside the host's.
    assert_eq!(mia.post("auth/login", json!({ "email": "a@b.test", "password": "x" })).await.0, 404);
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(support.run(stop.clone()));
    stop.cancel();
    running.await.unwrap();
}
