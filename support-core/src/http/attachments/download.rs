//! `GET attachments/{attachment_id}` and its small picture: the bytes, or a part of them.

use std::ops::Range;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::super::{
    caller::Asking,
    gate::{CustomerOr, TicketsRead},
    ids::Id,
};
use crate::{
    desk::{FileAccess, FileVariant},
    error::{Error, Result},
    model::AttachmentId,
    protocol::Problem,
    support::Support,
};

/// Whatever a file is: no script of it runs, and no other site shows it.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
);
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// More than a small picture ever has; where its size is not kept, this much is asked for.
const THUMBNAIL_MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The file, for whoever may read its message now. Images can be shown; everything else is only ever saved. Knows `Range` with one
/// range, `If-Range` and `If-None-Match`.
#[utoipa::path(get, path = "/attachments/{attachment_id}", tag = "attachments",
    params(("attachment_id" = AttachmentId, Path, description = "The file's id")),
    responses(
        (status = 200, description = "All of it", content_type = "*/*", body = [u8]),
        (status = 206, description = "A part of it", content_type = "*/*", body = [u8]),
        (status = 304, description = "The caller has it"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 416, description = "It is not so long", body = Problem),
        (status = 503, description = "The file store is not available", body = Problem),
    ))]
pub(in crate::http) async fn download(
    State(support): State<Support>,
    Id(id): Id<AttachmentId>,
    method: Method,
    headers: HeaderMap,
    asking: Asking<CustomerOr<TicketsRead>>,
) -> Result<Response> {
    let access = support.desk().file(&asking.call, id, FileVariant::Whole).await?;
    if is_known(&headers, &access) {
        return Ok(with_headers(StatusCode::NOT_MODIFIED.into_response(), &access));
    }
    let size = access.size.unwrap_or_default();
    let (status, range) = match wanted(&headers, &access, size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let all = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((all, Error::NoSuchRange).into_response());
        }
    };
    let length = range.end - range.start;
    let part = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        support.desk().note_download(&asking.call, &access).await?;
        Body::from_stream(support.desk().read_file(&access, range).await?)
    };
    let mut answer = with_headers((status, body).into_response(), &access);
    answer.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    if let (StatusCode::PARTIAL_CONTENT, Ok(part)) = (status, HeaderValue::from_str(&part)) {
        answer.headers_mut().insert(header::CONTENT_RANGE, part);
    }
    Ok(answer)
}

/// A small picture of an image, as JPEG of at most 640 × 640 pixels.
#[utoipa::path(get, path = "/attachments/{attachment_id}/thumbnail", tag = "attachments",
    params(("attachment_id" = AttachmentId, Path, description = "The file's id")),
    responses(
        (status = 200, description = "The picture", content_type = "image/jpeg", body = [u8]),
        (status = 304, description = "The caller has it"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, out of reach, or no image that has one", body = Problem),
        (status = 503, description = "The file store is not available", body = Problem),
    ))]
pub(in crate::http) async fn thumbnail(
    State(support): State<Support>,
    Id(id): Id<AttachmentId>,
    headers: HeaderMap,
    asking: Asking<CustomerOr<TicketsRead>>,
) -> Result<Response> {
    let access = support.desk().file(&asking.call, id, FileVariant::Thumbnail).await?;
    if is_known(&headers, &access) {
        return Ok(with_headers(StatusCode::NOT_MODIFIED.into_response(), &access));
    }
    let body = Body::from_stream(support.desk().read_file(&access, 0..THUMBNAIL_MAX_BYTES).await?);
    Ok(with_headers(body.into_response(), &access))
}

fn with_headers(mut answer: Response, access: &FileAccess) -> Response {
    let headers = answer.headers_mut();
    let texts = [
        (header::CONTENT_TYPE, &access.media),
        (header::CONTENT_DISPOSITION, &access.disposition),
        (header::ETAG, &access.tag),
    ];
    for (name, text) in texts {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_known(headers: &HeaderMap, access: &FileAccess) -> bool {
    let Some(tags) = text(headers, header::IF_NONE_MATCH) else { return false };
    tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == access.tag)
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes (RFC 9110, 14.2). What is written otherwise counts as if it were not there.
fn wanted(headers: &HeaderMap, access: &FileAccess, size: u64) -> Wanted {
    if text(headers, header::IF_RANGE).is_some_and(|tag| tag != access.tag) {
        return Wanted::All;
    }
    text(headers, header::RANGE).map_or(Wanted::All, |range| part(range, size))
}

fn part(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::All;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let range = match (number(first), number(last)) {
        (Some(first), _) if last.is_empty() => first..size,
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (None, Some(count)) if first.is_empty() => size.saturating_sub(count)..size,
        _ => return Wanted::All,
    };
    if range.is_empty() { Wanted::Nothing } else { Wanted::Part(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_anything_else_is_the_whole_file() {
        for (range, wanted) in [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=90-1000", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-1000", Wanted::Part(0..100)),
            ("bytes=0-18446744073709551615", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=9-0", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("lines=1-2", Wanted::All),
        ] {
            assert_eq!(part(range, 100), wanted, "{range}");
        }
    }
}
