//! The list of one kind of setting.

use axum::{extract::State, http::StatusCode, response::Response};
use support_core::{Support, protocol::Page};

use super::{
    super::{
        answer::{page, status_of},
        ask::PageAsk,
        office::{enter, read, sorry},
    },
    known,
};
use crate::pages::{self, Entries, Listing, Resource};

pub(super) async fn show<R: Resource>(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let mut office = enter(&support, &ask, R::SECTION).await?;
    let unreadable = |failure| sorry(&ask, status_of(&failure));
    office.done = ask.query("done").and_then(|done| done_sentence(&done, R::ONE));
    let filters: Vec<_> = R::FILTERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), ask.query(name)?)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let cursor = ask.query("cursor").map(|cursor| ("cursor".to_owned(), cursor));
    let query: Vec<_> = filters.iter().cloned().chain(cursor).collect();
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let mut rows: Page<R::Wire> = read(&ask, &format!("{}?limit=50&{query}", R::PATH)).await.map_err(unreadable)?;
    R::sort(&mut rows.data);
    let known = known::<R>(&support, &ask).await.map_err(unreadable)?;
    let turn = |cursor: Option<String>| {
        let query: Vec<_> = filters.iter().cloned().chain([("cursor".to_owned(), cursor?)]).collect();
        Some(format!("{}{}?{}", ask.base, R::SECTION.path(), serde_urlencoded::to_string(query).ok()?))
    };
    let model = Listing::<R::Wire> {
        rows: rows.data,
        next: turn(rows.next),
        previous: turn(rows.previous),
        filters: Entries::new(filters.clone()),
        known,
    };
    Ok(page(&ask, StatusCode::OK, pages::listing::<R>(&office, &model)))
}

/// What a form has done, in words of our own: an address can't make the page say anything else.
pub(super) fn done_sentence(done: &str, one: &str) -> Option<String> {
    let is_known = ["created", "saved", "deleted", "revoked"].contains(&done);
    is_known.then(|| format!("The {one} was {done}."))
}
