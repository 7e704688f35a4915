//! Pages as responses: their headers, their way on, their errors.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};

use super::ask::PageAsk;
use crate::{
    api::Failure,
    pages::{ErrorPage, error_page},
};

/// A page, with the policy that it runs under: our own files, our own API, nothing inline.
pub(crate) fn page(ask: &PageAsk, status: StatusCode, html: String) -> Response {
    let (mut headers, host) = (HeaderMap::new(), &ask.host);
    // `'self'` covers our WebSocket in Chromium and Firefox; Safari wants to read its address.
    let sockets = if host.is_empty() { String::new() } else { format!(" ws://{host} wss://{host}") };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'{sockets}; \
         img-src 'self' data: blob:; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    (status, headers, Html(html)).into_response()
}

/// On to another of our pages, after a form or for a better address.
pub(crate) fn go(ask: &PageAsk, path: &str, cookies: Vec<HeaderValue>) -> Response {
    let mut response = Redirect::to(&format!("{}{path}", ask.base)).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page that says what went wrong.
pub(crate) fn refused(ask: &PageAsk, status: u16, style: &str, next: (&str, &str)) -> Response {
    error(ask, ErrorPage::of(status).with_next(next.0, next.1), style)
}

/// A page that says in the server's own words why a form was refused.
pub(crate) fn told(ask: &PageAsk, failure: &Failure, style: &str, next: (&str, &str)) -> Response {
    let model = ErrorPage { text: failure.sentence(), ..ErrorPage::of(status_of(failure)) };
    error(ask, model.with_next(next.0, next.1), style)
}

/// An error page with words of its own.
pub(crate) fn error(ask: &PageAsk, model: ErrorPage, style: &str) -> Response {
    let status = StatusCode::from_u16(model.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let model = ErrorPage { request_id: ask.request_id.clone(), ..model };
    page(ask, status, error_page(&ask.frame(style, None), &model))
}

/// The status of a failed call: the server's own, or 500 for an answer that cannot be read.
pub(crate) fn status_of(failure: &Failure) -> u16 {
    failure.status().unwrap_or(500)
}
