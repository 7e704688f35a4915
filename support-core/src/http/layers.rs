//! What surrounds every route of ours: request ids, headers, problems, panics.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;

use super::{BasePath, problem};
use crate::{clock::random, error::Error, support::Support};

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
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(base);
    let answer = std::panic::AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = answer.unwrap_or_else(|_| Error::internal("a handler panicked").into_response());
    let mut response = problem::complete(response, &id);
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

/// Turns the router's own bare 405 into a problem; `Allow` stays.
pub(super) async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}
