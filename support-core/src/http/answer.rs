//! What handlers answer with.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::etag;
use crate::{
    desk::Done,
    protocol::{Page, Ticket},
};

/// 201 with the resource.
pub(super) fn created<T: Serialize>(done: Done<T>) -> Response {
    replayable(StatusCode::CREATED, done)
}

/// 200 with the resource.
pub(super) fn ok<T: Serialize>(done: Done<T>) -> Response {
    replayable(StatusCode::OK, done)
}

fn replayable<T: Serialize>(status: StatusCode, done: Done<T>) -> Response {
    let mut response = (status, Json(done.value)).into_response();
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
pub(super) fn page<T: Serialize>(page: Page<T>, query: Option<&str>) -> Response {
    let others: Vec<_> =
        query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).collect();
    let link = |cursor: &Option<String>, rel: &str| {
        let cursor = cursor.as_ref()?;
        let pairs: Vec<_> = others.iter().copied().map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
        Some(format!("<?{}>; rel=\"{rel}\"", pairs.join("&")))
    };
    let links: Vec<_> = [link(&page.next, "next"), link(&page.previous, "prev")].into_iter().flatten().collect();
    let mut response = Json(page).into_response();
    if let (false, Ok(value)) = (links.is_empty(), HeaderValue::from_str(&links.join(", "))) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}
