//! What handlers answer with.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::etag;
use crate::{
    desk::Done,
    error::Error,
    protocol::{Page, Ticket},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Room for one resource; a page makes more.
const BODY_BYTES: usize = 2_048;

/// 201 with the resource.
pub(super) fn created<T: Serialize>(done: Done<T>) -> Response {
    replayable(StatusCode::CREATED, done)
}

/// 200 with the resource.
pub(super) fn ok<T: Serialize>(done: Done<T>) -> Response {
    replayable(StatusCode::OK, done)
}

/// What `axum::Json` answers, in half the time: it writes piece by piece through a buffer that checks its room at every piece.
pub(super) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    let mut body = Vec::with_capacity(BODY_BYTES);
    match serde_json::to_writer(&mut body, value) {
        Ok(()) => (status, [(header::CONTENT_TYPE, JSON)], body).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a handler hands its answer over and is done with it")]
fn replayable<T: Serialize>(status: StatusCode, done: Done<T>) -> Response {
    let mut response = json(status, &done.value);
    if done.replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// A ticket after a change, with its tag.
pub(super) fn ticket(status: StatusCode, done: Done<Ticket>) -> Response {
    let tag = etag::of(&done.value);
    with_tag(replayable(status, done), &tag)
}

pub(super) fn with_tag(mut response: Response, tag: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// A page with `Link` to its neighbours. `query` is the request's own query string.
#[expect(clippy::needless_pass_by_value, reason = "a handler hands its answer over and is done with it")]
pub(super) fn page<T: Serialize>(page: Page<T>, query: Option<&str>) -> Response {
    linked(&page, page.next.as_deref(), page.previous.as_deref(), query)
}

/// A page of any shape with `Link` to its neighbours.
pub(super) fn linked<T: Serialize>(
    page: &T,
    next: Option<&str>,
    previous: Option<&str>,
    query: Option<&str>,
) -> Response {
    let others: Vec<_> =
        query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).collect();
    let link = |cursor: Option<&str>, rel: &str| {
        let cursor = cursor?;
        let pairs: Vec<_> = others.iter().copied().map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
        Some(format!("<?{}>; rel=\"{rel}\"", pairs.join("&")))
    };
    let links: Vec<_> = [link(next, "next"), link(previous, "prev")].into_iter().flatten().collect();
    let mut response = json(StatusCode::OK, page);
    if let (false, Ok(value)) = (links.is_empty(), HeaderValue::from_str(&links.join(", "))) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}
