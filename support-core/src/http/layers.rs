//! What surrounds every route of ours: request ids, headers, problems, panics.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;

use super::{BasePath, problem};
use crate::{clock::random, error::Error, secret::prefix as secret, support::Support};

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, known to everything that handles it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The id that a request came with, if it is acceptable: 1 to 128 of `A-Z a-z 0-9 _ . -`.
pub(super) fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let legal = (1..=128).contains(&given.len())
        && given.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    if legal { given.to_owned() } else { String::new() }
}

/// A policy for answers that are no pages.
const API_CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

/// Gives the request an id, contains panics, completes problems and sets the headers that every response carries.
pub(super) async fn surround(State(support): State<Support>, mut request: Request, next: Next) -> Response {
    let mut id = request_id(request.headers());
    if id.is_empty() {
        let bytes = random::<10>(support.inner.desk.entropy());
        id = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    request.extensions_mut().insert(RequestId(id.clone()));
    // Here, because further in the API's own prefix is cut off the address too.
    let (parts, body) = request.into_parts();
    let base = BasePath::of(&parts);
    let line = AccessLine::of(&parts);
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(base);
    let answer = std::panic::AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = answer.unwrap_or_else(|_| Error::internal("a handler panicked").into_response());
    let mut response = problem::complete(response, &id);
    if let Some(line) = line {
        line.write(&id, &response);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(X_REQUEST_ID, value);
    }
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    default(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(header::CONTENT_SECURITY_POLICY, API_CSP);
    default(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if support.inner.secure_cookies {
        default(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// A line of the access log, which whoever wants it turns on: `SUPPORT_LOG=info,support_core::access=debug`. No query, no address, no
/// secret.
struct AccessLine {
    method: Method,
    path: String,
}

const ACCESS: &str = "support_core::access";

impl AccessLine {
    fn of(parts: &Parts) -> Option<Self> {
        tracing::enabled!(target: ACCESS, tracing::Level::DEBUG)
            .then(|| Self { method: parts.method.clone(), path: masked(parts.uri.path()) })
    }

    fn write(self, request_id: &str, response: &Response) {
        let Self { method, path } = self;
        let status = response.status().as_u16();
        tracing::event!(target: ACCESS, tracing::Level::DEBUG, request.id = request_id, %method, path, status, "answered");
    }
}

/// A path without what is secret in it: the token of `portal/{token}`, and whatever else looks like a secret of ours.
fn masked(path: &str) -> String {
    let mut before = "";
    let segments = path.split('/').map(|segment| {
        let is_token = before == "portal" && path.contains("/api/v1/portal/");
        before = segment;
        if is_token || secret::PREFIXES.iter().any(|prefix| segment.contains(prefix)) { "…" } else { segment }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Turns the router's own bare 405 into a problem; `Allow` stays.
pub(super) async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}

#[cfg(test)]
mod tests {
    use super::*;

    // SEC: P-04
    #[test]
    fn the_access_log_shows_no_token() {
        for (path, shown) in [
            ("/api/v1/portal/spt_abc/tickets", "/api/v1/portal/…/tickets"),
            ("/api/v1/portal/anything%20at%20all", "/api/v1/portal/…"),
            ("/help/api/v1/portal/x/", "/help/api/v1/portal/…/"),
            ("/api/v1/nowhere/spt_abc", "/api/v1/nowhere/…"),
            ("/portal/api/v1/session", "/portal/api/v1/session"),
            ("/portal/t/1", "/portal/t/1"),
            ("/api/v1/tickets", "/api/v1/tickets"),
        ] {
            assert_eq!(masked(path), shown);
        }
    }
}
