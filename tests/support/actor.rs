//! Somebody who uses the application as a browser or a program does.

use std::{
    collections::BTreeMap,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, Response, header},
};
use serde_json::Value;
use support_core::model::PersonId;
use tower::ServiceExt as _;

use crate::{feed::Feed, reply::Reply};

/// The host that browsers believe to talk to.
pub const HOST: &str = "support.test";
/// Its origin.
pub const ORIGIN: &str = "https://support.test";

/// What separates the parts of a form with files.
pub const BOUNDARY: &str = "----a-boundary-4711";

/// A caller with cookies, or with a bearer token.
#[derive(Debug, Clone)]
pub struct Actor {
    router: Router,
    mount: String,
    surface: &'static str,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    bearer: Option<String>,
    is_browser: bool,
    /// Sent with every request, in place of what it would carry otherwise.
    headers: Vec<(&'static str, String)>,
    person: Option<PersonId>,
}

impl Actor {
    pub(crate) fn new(router: Router, mount: &str, surface: &'static str) -> Self {
        Self {
            router,
            mount: mount.to_owned(),
            surface,
            cookies: Arc::default(),
            bearer: None,
            is_browser: true,
            headers: Vec::new(),
            person: None,
        }
    }

    /// The same caller, of whom the test knows who it is.
    pub fn with_person(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }

    /// The same caller as a program with an access token.
    pub fn with_bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self.is_browser = false;
        self.cookies = Arc::default();
        self
    }

    /// The same caller with one more header on every request: another host, a host's own credential.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same caller with a cookie jar of its own: what an answer sets there stays there.
    pub fn apart(&self) -> Self {
        let cookies = self.cookies.lock().expect("no test panics while it holds the jar").clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..self.clone() }
    }

    /// The same caller at another application.
    pub fn at(mut self, router: &Router) -> Self {
        self.router = router.clone();
        self
    }

    /// The same cookies sent to another surface.
    pub fn on(mut self, surface: &'static str) -> Self {
        self.surface = surface;
        self
    }

    /// The same cookies in a browser that says nothing of where the request comes from.
    pub fn silent(mut self) -> Self {
        self.is_browser = false;
        self
    }

    /// Who this is.
    #[track_caller]
    pub fn id(&self) -> PersonId {
        self.person.expect("somebody who is known")
    }

    /// Takes over `Set-Cookie` values.
    pub fn store(&self, values: impl IntoIterator<Item = HeaderValue>) {
        let mut cookies = self.cookies.lock().expect("no test panics while it holds the jar");
        for value in values {
            let text = value.to_str().expect("cookies are ASCII").to_owned();
            let (pair, attributes) = text.split_once(';').expect("our cookies have attributes");
            let (name, value) = pair.split_once('=').expect("a cookie is a pair");
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The `Cookie` header.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.lock().expect("no test panics while it holds the jar");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// `GET`. A path with a leading slash starts at the mount point, another one at the caller's surface.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// `POST` with a body.
    #[expect(clippy::needless_pass_by_value, reason = "a test writes the body where it sends it")]
    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(&body)
    }

    /// `POST` without one.
    pub fn act(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// `POST attachments` of a file.
    pub fn upload(&self, name: &str, content: impl AsRef<[u8]>) -> Call {
        self.act("attachments").file(name, content)
    }

    /// The id of a file that is uploaded with success.
    pub async fn brings(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let brought = self.upload(name, content).await.ok();
        brought["id"].as_str().expect("an id").to_owned()
    }

    /// `PATCH`.
    #[expect(clippy::needless_pass_by_value, reason = "a test writes the body where it sends it")]
    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(&body)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Any method.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let uri = match path.strip_prefix('/') {
            Some(_) => format!("{}{path}", self.mount),
            None => format!("{}{}/{path}", self.mount, self.surface),
        };
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = uri.parse().expect("tests write valid addresses");
        let mut call = Call { actor: self.clone(), request }.header("host", HOST);
        if self.is_browser {
            call = call.header("sec-fetch-site", "same-origin").header("origin", ORIGIN);
        }
        if let Some(token) = &self.bearer {
            call = call.header("authorization", &format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        let cookie = self.cookie();
        if cookie.is_empty() { call } else { call.header("cookie", &cookie) }
    }

    /// The live feed after an event, as a browser resumes it.
    pub async fn feed_after(&self, id: &str) -> Feed {
        Feed::new(self.get("events/stream").header("last-event-id", id).send().await)
    }

    /// The live feed; `query` starts with `?` or is empty.
    pub async fn feed(&self, query: &str) -> Feed {
        Feed::new(self.get(&format!("events/stream{query}")).send().await)
    }
}

/// A request that is sent by awaiting it.
#[derive(Debug)]
pub struct Call {
    actor: Actor,
    request: Request<Body>,
}

impl Call {
    /// Sets a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("tests write valid names");
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).expect("tests write valid values"));
        self
    }

    /// Takes a header away.
    pub fn without(mut self, name: &str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// Adds what a server in front of the router would: the peer's address, for one.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.request.extensions_mut().insert(extension);
        self
    }

    /// Sets a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string()).header("content-type", "application/json")
    }

    /// Sets a form with one file, as a browser writes it.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Call {
        self.part(&format!("name=\"file\"; filename=\"{name}\""), content)
    }

    /// Sets a form with one part. `about` is what its `Content-Disposition` says after `form-data`.
    pub fn part(self, about: &str, content: impl AsRef<[u8]>) -> Call {
        let mut form = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\n\r\n").into_bytes();
        form.extend_from_slice(content.as_ref());
        form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let length = form.len().to_string();
        self.body(form).multipart().header("content-length", &length)
    }

    /// Says that the body is a form with files.
    pub fn multipart(self) -> Call {
        self.header("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"))
    }

    /// Sets a body as it is.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sends it; the body of the answer is not read.
    pub async fn send(self) -> Response<Body> {
        let answer = self.actor.router.clone().oneshot(self.request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        self.actor.store(answer.headers().get_all(header::SET_COOKIE).iter().cloned());
        answer
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Reply::of(self.send().await).await })
    }
}
