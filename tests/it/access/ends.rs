//! Whoever loses a right loses it everywhere: at the next request, and on the streams that are open, in whichever process.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{
    actor::Actor,
    app::{Backend, Plan, TestApp},
    socket::{Server, Socket},
};

const PASSWORD: &str = "a fine password";

/// Where rights are taken away, and where the streams are held that end by it.
struct Desk<'a> {
    acting: &'a TestApp,
    holding: &'a TestApp,
    server: Server,
    admin: Actor,
    within: Duration,
}

impl<'a> Desk<'a> {
    async fn of(acting: &'a TestApp, holding: &'a TestApp, within: Duration) -> Self {
        let server = Server::start(holding.router.clone()).await;
        Self { acting, holding, server, admin: acting.admin("Ada").await, within }
    }

    /// An agent with an account, signed in to a browser, and the address of the account.
    async fn agent(&self, name: &str, custom_role: Option<&Value>) -> (Actor, String) {
        let email = format!("{name}@people.test");
        let user = json!({ "email": email, "password": PASSWORD, "custom_role": custom_role });
        let made = self.admin.post("users", user).await.ok();
        (self.browser(name).await, format!("users/{}", made["id"].as_str().unwrap()))
    }

    async fn browser(&self, name: &str) -> Actor {
        let browser = self.acting.stranger();
        let credentials = json!({ "email": format!("{name}@people.test"), "password": PASSWORD });
        assert_eq!(browser.post("auth/session", credentials).await.status, 204);
        browser
    }

    async fn program(&self, name: &str) -> (Actor, Value) {
        let credentials = json!({ "email": format!("{name}@people.test"), "password": PASSWORD });
        let tokens = self.acting.stranger().post("auth/login", credentials).await.ok();
        (self.acting.stranger().with_bearer(tokens["access_token"].as_str().unwrap()), tokens)
    }

    async fn socket(&self, actor: &Actor, surface: &str) -> Socket {
        let mut socket = self.server.socket(actor, &format!("{surface}/ws")).await;
        socket.expect("ready").await;
        socket
    }

    /// The socket is closed in time, and its credential is refused where it was held.
    async fn closes(&self, what: &str, mut socket: Socket, actor: &Actor, probe: &str) {
        let acted = Instant::now();
        let code = loop {
            if let Err(code) = socket.next().await {
                break code;
            }
        };
        self.ended(what, acted, code).await;
        actor.clone().at(&self.holding.router).get(probe).await.refused(401, "unauthenticated");
    }

    async fn ended(&self, what: &str, acted: Instant, code: u16) {
        assert_eq!(code, 1008, "{what}");
        assert!(acted.elapsed() < self.within, "{what}: after {:?}", acted.elapsed());
        // What a process remembers of sessions, it remembers for three seconds.
        self.acting.clock.advance(TimeDelta::seconds(3));
    }
}

async fn walk(desk: &Desk<'_>) {
    let admin = &desk.admin;
    let (ben, path) = desk.agent("ben", None).await;
    let socket = desk.socket(&ben, "/api/v1").await;
    admin.patch(&path, json!({ "is_active": false })).await.ok();
    desk.closes("disabled", socket, &ben, "auth/me").await;

    let (cai, path) = desk.agent("cai", None).await;
    let socket = desk.socket(&cai, "/api/v1").await;
    assert_eq!(admin.delete(&path).await.status, 204);
    desk.closes("deleted", socket, &cai, "auth/me").await;

    let (dan, path) = desk.agent("dan", None).await;
    let socket = desk.socket(&dan, "/api/v1").await;
    admin.patch(&path, json!({ "role": "admin" })).await.ok();
    desk.closes("another role", socket, &dan, "auth/me").await;

    let (eve, _) = desk.agent("eve", None).await;
    let elsewhere = desk.browser("eve").await;
    let socket = desk.socket(&elsewhere, "/api/v1").await;
    let new = json!({ "current_password": PASSWORD, "new_password": "another fine password" });
    eve.patch("users/me", new).await.ok();
    desk.closes("another password", socket, &elsewhere, "auth/me").await;

    let (fay, _) = desk.agent("fay", None).await;
    let elsewhere = desk.browser("fay").await;
    let (socket, mut other) = (desk.socket(&fay, "/api/v1").await, desk.socket(&elsewhere, "/api/v1").await);
    let old = fay.apart();
    assert_eq!(fay.delete("auth/session").await.status, 204);
    desk.closes("signed out", socket, &old, "auth/me").await;
    // In another browser they go on: what they hear next is that they may.
    other.expect("ping").await;

    let role = admin.post("roles", json!({ "name": "Clerk", "permissions": ["tickets:read"] })).await.ok();
    let (gil, _) = desk.agent("gil", Some(&role["id"])).await;
    let gil = gil.at(&desk.holding.router);
    gil.get("tickets").await.ok();
    let mut socket = desk.socket(&gil, "/api/v1").await;
    let role = format!("roles/{}", role["id"].as_str().unwrap());
    admin.patch(&role, json!({ "permissions": ["tickets:note"] })).await.ok();
    let acted = Instant::now();
    desk.ended("a role that may do less", acted, socket.next().await.unwrap_err()).await;
    gil.get("tickets").await.refused(403, "forbidden");

    let visitor = desk.acting.visitor().await;
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let link = admin.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
    let portal = desk.acting.portal(link["token"].as_str().unwrap()).await;
    let again = desk.acting.portal(link["token"].as_str().unwrap()).await;
    let (socket, revoked) = (desk.socket(&portal, "/portal/api/v1").await, desk.socket(&again, "/portal/api/v1").await);
    let old = portal.apart();
    assert_eq!(portal.act("session/end").await.status, 204);
    desk.closes("left the portal", socket, &old, "session").await;
    admin.act(&format!("tokens/{}/revoke", link["id"].as_str().unwrap())).await.ok();
    desk.closes("a link revoked", revoked, &again, "session").await;

    let socket = desk.socket(&visitor, "/w/api/v1").await;
    let old = visitor.apart();
    assert_eq!(visitor.act("session/end").await.status, 204);
    desk.closes("a visitor left", socket, &old, "session").await;

    // Programs hold streams.
    let key = admin.post("api-keys", json!({ "name": "A program", "scopes": ["tickets:read"] })).await.ok();
    let program = desk.holding.stranger().silent().with_header("x-api-key", key["key"].as_str().unwrap());
    let mut feed = program.feed("").await;
    feed.expect("ready").await;
    assert_eq!(admin.delete(&format!("api-keys/{}", key["id"].as_str().unwrap())).await.status, 204);
    let acted = Instant::now();
    feed.drain().await;
    desk.ended("a key revoked", acted, 1008).await;
    program.get("tickets").await.refused(401, "unauthenticated");

    desk.agent("hal", None).await;
    for what in ["logged out", "a spent refresh token"] {
        let (program, tokens) = desk.program("hal").await;
        let program = program.at(&desk.holding.router);
        let refresh = json!({ "refresh_token": tokens["refresh_token"] });
        let door = if what == "logged out" { "auth/logout" } else { "auth/refresh" };
        if door == "auth/refresh" {
            desk.acting.stranger().post(door, refresh.clone()).await.ok();
        }
        let mut feed = program.feed("").await;
        feed.expect("ready").await;
        desk.acting.stranger().post(door, refresh).await;
        let acted = Instant::now();
        feed.drain().await;
        desk.ended(what, acted, 1008).await;
        program.get("auth/me").await.refused(401, "unauthenticated");
    }
    let facts = admin.get("audit?action=user.signed_out&limit=100").await.ok();
    let reasons = facts["data"].as_array().unwrap().iter().filter_map(|fact| fact["changes"]["reason"]["to"].as_str());
    assert_eq!(reasons.collect::<Vec<_>>(), ["a spent refresh token was used again"]);
}

// SEC: N-10, N-03, N-09, R-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_process_where_it_ends_a_stream_is_closed_at_once() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(mut app) = Plan::new(backend).start().await else { continue };
        app.run();
        walk(&Desk::of(&app, &app, Duration::from_secs(2)).await).await;
        app.close().await;
    }
}

// SEC: N-10, N-03, N-09, R-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_another_process_a_stream_is_closed_within_five_seconds() {
    let Some(mut app) = Plan::new(Backend::Postgres).start().await else { return };
    let mut other = app.beside().await;
    app.run();
    other.run();
    walk(&Desk::of(&app, &other, Duration::from_secs(5)).await).await;
    other.close().await;
    app.close().await;
}
