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
    /// Where its requests come from, as browsers say it.
    site: &'static str,
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
        Self {
            app: super::mount(mount, &support),
            base: base.to_owned(),
            cookies: Vec::new(),
            site: "same-origin",
            _folder: folder,
        }
    }

    async fn send(&mut self, method: Method, path: &str, kind: &'static str, body: String) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, "localhost")
            .header("sec-fetch-site", self.site)
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

// SEC: A-13
#[tokio::test]
async fn a_form_that_another_sites_page_sent_does_nothing() {
    let mut browser = Browser::open("/support", "/support").await;
    let fields = [("email", EMAIL), ("code", "x"), ("password", PASSWORD), ("next", ""), ("csrf", "")];
    for site in ["cross-site", "same-site", "none"] {
        browser.site = site;
        let paths =
            ["/forgot", "/reset", "/invite", "/portal/links", "/setup", "/admin/sign-in", "/admin/settings/tags"];
        for path in paths {
            let refused = browser.post(path, &fields).await;
            assert_eq!((refused.status, browser.cookies.len()), (StatusCode::FORBIDDEN, 0), "{site} {path}");
        }
    }
    browser.site = "same-origin";
    assert_eq!(browser.post("/forgot", &fields).await.status, StatusCode::OK);
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
        let wish = CreateToken::of(TokenScope::Ticket(ticket.id));
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

impl Browser {
    /// Somebody else at the same desk.
    fn another(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            app: self.app.clone(),
            base: self.base.clone(),
            cookies: Vec::new(),
            site: "same-origin",
            _folder: folder,
        }
    }
}

#[tokio::test]
async fn an_admin_makes_changes_and_deletes_a_tag_by_forms_alone() {
    for (mount, base) in MOUNTS {
        let mut desk = Browser::open(mount, base).await;
        desk.sign_in().await;
        assert!(desk.get("/admin/settings").await.text.contains(&format!("href=\"{base}/admin/settings/tags\"")));
        assert!(desk.get("/admin/settings/tags").await.text.contains("No tags yet"), "{mount}");
        let csrf = desk.get("/admin/settings/tags/new").await.field("csrf");
        let wish = |csrf: &str, color: &str| {
            [
                ("csrf", csrf.to_owned()),
                ("name", "<i>vip".to_owned()),
                ("color", color.to_owned()),
                ("description", "Kept".to_owned()),
            ]
        };
        let post = async |desk: &mut Browser, path: &str, fields: &[(&str, String)]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            desk.post(path, &fields).await
        };
        let forged = post(&mut desk, "/admin/settings/tags", &wish("AAAA", "#aabbcc")).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert!(forged.text.contains("value=\"Kept\""), "what was typed is not lost");
        let wrong = post(&mut desk, "/admin/settings/tags", &wish(&csrf, "red")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("id=\"color-note\"") && wrong.text.contains("Must be a colour"), "{}", wrong.text);
        let made = post(&mut desk, "/admin/settings/tags", &wish(&csrf, "#aabbcc")).await;
        assert_eq!(
            (made.status, made.location.as_str()),
            (StatusCode::SEE_OTHER, format!("{base}/admin/settings/tags?done=created").as_str())
        );
        let taken = post(&mut desk, "/admin/settings/tags", &wish(&csrf, "#aabbcc")).await;
        assert_eq!(taken.status, StatusCode::CONFLICT);
        let list = desk.get("/admin/settings/tags?done=created").await.text;
        assert!(list.contains("The tag was created.") && list.contains("&lt;i&gt;vip"), "{list}");
        let id = list.split("/admin/settings/tags/").find_map(|rest| {
            let id = rest.split('"').next()?;
            (id.len() == 36).then(|| id.to_owned())
        });
        let page = format!("/admin/settings/tags/{}", id.expect("a row links to its page"));
        let edit = desk.get(&page).await;
        assert!(
            edit.text.contains("value=\"#aabbcc\"") && !edit.text.contains("name=\"name\""),
            "a tag keeps its name"
        );
        let saved = desk.post(&page, &[("csrf", &csrf), ("color", "#000000"), ("description", "")]).await;
        assert_eq!(saved.location, format!("{base}/admin/settings/tags?done=saved"));
        let remove = format!("{page}/delete");
        assert_eq!(desk.post(&remove, &[("csrf", "AAAA")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            desk.post(&remove, &[("csrf", &csrf)]).await.location,
            format!("{base}/admin/settings/tags?done=deleted")
        );
        assert_eq!(desk.get(&page).await.status, StatusCode::NOT_FOUND);
        let told = desk.get("/admin/settings/tags?done=%3Cb%3Eyou%20won").await.text;
        assert!(!told.contains("you won"), "an address says nothing of its own");
    }
}

#[tokio::test]
async fn pages_are_closed_to_whom_they_are_not_for() {
    let mut admin = Browser::open("/support", "/support").await;
    let mut agent = admin.another();
    admin.sign_in().await;
    let away = agent.get("/admin/settings/users?role=admin").await;
    assert_eq!(away.location, "/support/admin/sign-in?next=%2Fadmin%2Fsettings%2Fusers%3Frole%3Dadmin");
    let email = "ben@example.com";
    let wish = serde_json::json!({ "email": email, "password": PASSWORD, "role": "agent" });
    let _: serde_json::Value = admin.call("/api/v1/users", &wish).await;
    agent.post("/admin/sign-in", &[("email", email), ("password", PASSWORD), ("next", "")]).await;
    for path in ["users", "users/new", "tags", "fields", "sla-policies", "calendars", "configuration", "inboxes"] {
        let refused = agent.get(&format!("/admin/settings/{path}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(refused.text.contains("This is not open to you") && !refused.text.contains("<form"), "{path}");
    }
    let csrf = agent.get("/admin/settings/tokens").await.field("csrf");
    let refused = agent.post("/admin/settings/tags", &[("csrf", &csrf), ("name", "mine"), ("color", "#000000")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let overview = agent.get("/admin/settings").await;
    assert!(
        overview.text.contains("Portal links") && !overview.text.contains("/admin/settings/users"),
        "{}",
        overview.text
    );
    let open = admin.get("/admin/settings/configuration").await;
    assert_eq!((open.status, open.policy.contains("unsafe-inline")), (StatusCode::OK, false));
}

#[tokio::test]
async fn a_configuration_is_saved_and_reset_key_by_key() {
    let mut desk = Browser::open("/", "").await;
    desk.sign_in().await;
    let path = "/admin/settings/configuration";
    let csrf = desk.get(path).await.field("csrf");
    let wrong = desk.post(path, &[("csrf", &csrf), ("WHATSAPP_NUMBER", "call me")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"WHATSAPP_NUMBER-note\"") && wrong.text.contains("value=\"call me\""));
    let number = ("WHATSAPP_NUMBER", "+91 79753 57599");
    let files = [("FILE_MAX_MB", "25"), ("FILES_DAY_MB", "200"), ("FILES_TOTAL_MB", "20000")];
    let form = [("csrf", csrf.as_str()), number, ("CHAT_MAIL_DELAY", "90"), ("OPEN_REGISTRATION", "on")];
    let saved = desk.post(path, &[&form[..], &files[..]].concat()).await;
    assert_eq!(saved.location, format!("{path}?done=saved"));
    let page = desk.get(path).await.text;
    assert!(page.contains("value=\"917975357599\"") && page.contains("value=\"90\""));
    assert_eq!(page.matches("name=\"reset\"").count(), 3, "the bubble was switched off by its empty box");
    desk.post(path, &[("csrf", &csrf), ("reset", "WHATSAPP_NUMBER")]).await;
    let page = desk.get(path).await.text;
    assert!(!page.contains("917975357599") && page.contains("value=\"90\""), "the other keys stay");
}

#[tokio::test]
async fn statistics_and_the_audit_log_are_pages_and_files() {
    let mut desk = Browser::open("/support", "/support").await;
    desk.sign_in().await;
    let asked = serde_json::json!({ "subject": "Late", "requester": { "email": "mia@example.com" } });
    let _: Ticket = desk.call("/api/v1/tickets", &asked).await;
    let page = desk.get("/admin/statistics?days=7").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("1 created and 0 resolved in 7 days"), "{}", page.text);
    assert!(page.text.contains("href=\"/support/admin/v/open?status=open\""), "a bar leads to its tickets");
    let backwards = desk.get("/admin/statistics?from=2026-03-02&to=2026-03-01").await;
    assert_eq!(backwards.status, StatusCode::BAD_REQUEST);
    assert!(backwards.text.contains("id=\"range-note\"") && backwards.text.contains("in 30 days"));
    let file = desk.get("/admin/statistics.csv?days=7").await.text;
    assert!(file.starts_with("number,of,value\r\nopen,,1\r\n") && file.contains("status,open,1\r\n"), "{file}");
    let _: serde_json::Value = desk.call("/api/v1/tags", &serde_json::json!({ "name": "<b>vip" })).await;
    let log = desk.get("/admin/audit?action=setting.created").await;
    assert_eq!(log.status, StatusCode::OK);
    assert!(log.text.contains("&lt;b&gt;vip") && log.text.contains("/support/admin/settings/tags/"), "{}", log.text);
    assert!(log.text.contains("href=\"/support/api/v1/audit/export?action=setting.created\""));
    assert_eq!(desk.get("/admin/audit?action=nothing").await.status, StatusCode::BAD_REQUEST);
    assert!(desk.get("/admin/audit?resource=tag%3Anone").await.text.contains("Nothing fits"));
}

#[tokio::test]
async fn a_key_is_shown_once_and_a_role_is_given_by_its_form() {
    let mut desk = Browser::open("/support", "/support").await;
    desk.sign_in().await;
    let csrf = desk.get("/admin/settings/api-keys/new").await.field("csrf");
    let wish = [
        ("csrf", csrf.as_str()),
        ("name", "Importer"),
        ("scopes", "tickets:read"),
        ("scopes", "tickets:reply"),
        ("expires_in_days", "30"),
    ];
    let made = desk.post("/admin/settings/api-keys", &wish).await;
    assert_eq!((made.status, made.location.as_str()), (StatusCode::CREATED, ""));
    let (_, rest) = made.text.split_once("class=\"snippet-code\"").expect("the secret is shown");
    let secret = rest.split('>').nth(1).unwrap().split('<').next().unwrap().trim().to_owned();
    assert!(secret.starts_with("sk_") && secret.len() > 30, "{secret}");
    let list = desk.get("/admin/settings/api-keys").await.text;
    assert!(list.contains("Importer") && !list.contains(&secret));
    let role = [("csrf", csrf.as_str()), ("name", "Trainee"), ("description", ""), ("permissions", "tickets:read")];
    assert_eq!(desk.post("/admin/settings/roles", &role).await.location, "/support/admin/settings/roles?done=created");
    let form = desk.get("/admin/settings/users/new").await.text;
    let role = form.split("<option").find(|option| option.contains("Trainee")).expect("the role can be chosen");
    let role = role.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let user = [
        ("csrf", csrf.as_str()),
        ("email", "ben@example.com"),
        ("password", PASSWORD),
        ("first_name", "Ben"),
        ("last_name", ""),
        ("role", &role),
    ];
    assert_eq!(desk.post("/admin/settings/users", &user).await.location, "/support/admin/settings/users?done=created");
    assert!(desk.get("/admin/settings/users?search=ben").await.text.contains("Trainee"));
    let mut trainee = desk.another();
    trainee.post("/admin/sign-in", &[("email", "ben@example.com"), ("password", PASSWORD), ("next", "")]).await;
    assert_eq!(trainee.get("/admin/settings").await.status, StatusCode::FORBIDDEN, "the role opens no page of these");
}
