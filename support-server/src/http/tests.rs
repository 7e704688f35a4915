//! The page routes against a real desk on SQLite, at every kind of mount point.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Method, Request, StatusCode, header},
};
use support_core::{
    AccountOptions, SecretKey, Support,
    protocol::{CreateToken, MintedToken, Ticket, TokenScope},
    storage::SqliteStorage,
};
use tower::ServiceExt as _;

const MOUNTS: [(&str, &str); 3] = [("/", ""), ("/support", "/support"), ("/t/{tenant}/help", "/t/acme/help")];
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a long enough pass phrase";

/// A browser that keeps its cookies, at a desk with one admin.
struct Browser {
    app: Router,
    base: String,
    cookies: Vec<String>,
    _folder: tempfile::TempDir,
}

struct Page {
    status: StatusCode,
    location: String,
    policy: String,
    text: String,
}

impl Page {
    /// The value of the first hidden field with this name.
    fn field(&self, name: &str) -> String {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\"")).expect("the page has the field");
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Browser {
    async fn open(mount: &str, base: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let support = Support::builder()
            .storage(SqliteStorage::open(folder.path().join("desk.db")).await.unwrap())
            .accounts(AccountOptions::default())
            .secret(SecretKey::new("a secret that is used in tests only, long enough").unwrap())
            .public_url(format!("http://localhost{base}"))
            .build()
            .await
            .unwrap();
        support.create_first_admin(EMAIL, PASSWORD, "Ada").await.unwrap();
        Self { app: super::mount(mount, &support), base: base.to_owned(), cookies: Vec::new(), _folder: folder }
    }

    async fn send(&mut self, method: Method, path: &str, kind: &'static str, body: String) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, "localhost")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, self.cookies.join("; "))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            let name = pair.split('=').next().unwrap().to_owned();
            self.cookies.retain(|kept| kept.split('=').next() != Some(&name));
            self.cookies.push(pair);
        }
        let text = |name| {
            response.headers().get(name).map(HeaderValue::to_str).transpose().unwrap().unwrap_or_default().to_owned()
        };
        let (status, location, policy) = (response.status(), text("location"), text("content-security-policy"));
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Page { status, location, policy, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, "text/plain", String::new()).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body).await
    }

    async fn call<T: serde::de::DeserializeOwned>(&mut self, path: &str, body: &impl serde::Serialize) -> T {
        let body = serde_json::to_string(body).unwrap();
        let page = self.send(Method::POST, path, "application/json", body).await;
        serde_json::from_str(&page.text).expect(&page.text)
    }

    async fn sign_in(&mut self) -> Page {
        self.post("/admin/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("next", "/admin/v/mine")]).await
    }
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_sign_in_and_back_below_every_mount_point() {
    for (mount, base) in MOUNTS {
        let mut browser = Browser::open(mount, base).await;
        let home = browser.get("/admin").await;
        assert_eq!((home.status, home.location), (StatusCode::SEE_OTHER, format!("{base}/admin/v/open")), "{mount}");
        let turned_away = browser.get("/admin/v/mine").await;
        assert_eq!(turned_away.location, format!("{base}/admin/sign-in?next=%2Fadmin%2Fv%2Fmine"));
        let wrong = browser.post("/admin/sign-in", &[("email", EMAIL), ("password", "no"), ("next", "")]).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(
            wrong.text.contains("do not match") && wrong.text.contains(EMAIL) && !wrong.text.contains("value=\"no\"")
        );
        assert_eq!(browser.sign_in().await.location, format!("{base}/admin/v/mine"));
        let desk = browser.get("/admin/v/mine").await;
        assert_eq!(desk.status, StatusCode::OK);
        assert!(desk.text.contains(&format!("data-base=\"{base}\"")) && desk.text.contains("All caught up"));
        assert!(
            desk.policy.contains("script-src 'self' 'wasm-unsafe-eval';") && !desk.policy.contains("unsafe-inline")
        );
    }
}

#[tokio::test]
async fn signing_out_needs_the_forms_proof_and_ends_the_session() {
    let mut browser = Browser::open("/support", "/support").await;
    browser.sign_in().await;
    let proof = browser.get("/admin/v/open").await.field("csrf");
    let forged = browser.post("/admin/sign-out", &[("csrf", "AAAA")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/admin/v/open").await.status, StatusCode::OK);
    let left = browser.post("/admin/sign-out", &[("csrf", &proof)]).await;
    assert_eq!(left.location, "/support/admin/sign-in");
    assert_eq!(browser.get("/admin/v/open").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    let mut browser = Browser::open("/", "").await;
    browser.sign_in().await;
    for path in ["/admin/nothing", "/admin/v/open/t/01890a5d-ac96-774b-bcce-b302099a8057"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let unreadable = browser.post("/admin/sign-in", &[("email", EMAIL)]).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unreadable.text.contains("<h1"));
}

#[tokio::test]
async fn a_portal_link_opens_its_thread_and_takes_a_reply_below_every_mount_point() {
    for (mount, base) in MOUNTS {
        let mut desk = Browser::open(mount, base).await;
        desk.sign_in().await;
        let asked = serde_json::json!({ "subject": "Late", "requester": { "email": "mia@example.com" }, "initial_message": "Hello" });
        let ticket: Ticket = desk.call("/api/v1/tickets", &asked).await;
        let wish = CreateToken { scope: TokenScope::Ticket(ticket.id), expires_in_days: None, can: None, note: None };
        let minted: MintedToken = desk.call("/api/v1/tokens", &wish).await;
        assert_eq!(minted.url, format!("http://localhost{base}/portal#{}", minted.token));

        let stranger = desk.get("/portal").await;
        assert!(stranger.text.contains("name=\"link\""), "{mount}");
        let ended = desk.post("/portal/session", &[("link", "spt_nothing")]).await;
        assert_eq!(ended.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post("/portal/session", &[("link", &minted.url)]).await.location, format!("{base}/portal"));
        let thread = format!("/portal/t/{}", ticket.id);
        assert_eq!(desk.get("/portal").await.location, format!("{base}{thread}"));
        let page = desk.get(&thread).await;
        let (csrf, client_id) = (page.field("csrf"), page.field("client_id"));
        let reply = format!("{thread}/reply");
        let forged = desk.post(&reply, &[("csrf", "AAAA"), ("client_id", &client_id), ("body", "Kept text")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert!(forged.text.contains("Kept text"), "what was typed is not lost");
        // Twice, as an impatient reader does: it stands there once.
        for _ in 0..2 {
            let sent =
                desk.post(&reply, &[("csrf", &csrf), ("client_id", &client_id), ("body", "<i>Where is it?</i>")]).await;
            assert_eq!(sent.location, format!("{base}{thread}#reply"));
        }
        let page = desk.get(&thread).await;
        assert_eq!(page.text.matches("&lt;i&gt;Where is it?").count(), 1);
        let empty = desk.post(&reply, &[("csrf", &csrf), ("client_id", "next"), ("body", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text.contains("The text must not be empty."));
    }
}
