//! Versions as entity tags.

use axum::http::{HeaderMap, header};

use crate::{
    error::{Error, Result},
    protocol::Ticket,
};

/// The strong tag of a ticket as the caller sees it: its version, and a hash of everything shown, since a person's new name is
/// no new version of the ticket.
pub(super) fn of(ticket: &Ticket) -> String {
    let shown = serde_json::to_vec(ticket).unwrap_or_default();
    format!("\"{}-{}\"", ticket.version, super::assets::digest(&shown))
}

/// The versions that `If-Match` names; none when it is absent or `*`.
pub(super) fn versions(headers: &HeaderMap) -> Result<Option<Vec<i64>>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let bad = || Error::BadRequest { code: "invalid_header", detail: "If-Match is no list of entity tags.".into() };
    let value = value.to_str().map_err(|_| bad())?.trim();
    if value == "*" {
        return Ok(None);
    }
    let mut versions = Vec::new();
    for tag in value.split(',') {
        let tag = tag.trim();
        // A weak tag never matches strongly (RFC 9110, 13.1.1); one that is not ours stands for no version.
        if tag.starts_with("W/") {
            continue;
        }
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).ok_or_else(bad)?;
        versions.extend(inner.split_once('-').map_or(inner, |(version, _)| version).parse::<i64>().ok());
    }
    Ok(Some(versions))
}

/// Whether `If-None-Match` names the tag.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .any(|known| matches!(known.trim().trim_start_matches("W/"), known if known == tag || known == "*"))
}
