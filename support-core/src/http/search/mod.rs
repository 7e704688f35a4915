//! `GET search`: the best tickets for a query.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    gate::{CustomerOr, TicketsRead},
};
use crate::{
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::limits,
    protocol::{Page, Problem, SearchHit},
    support::Support,
};

/// A search.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// As in `search` of the list of tickets. Left out: the newest tickets.
    #[param(example = "refund from:mia is:open")]
    #[serde(default)]
    q: String,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

pub(super) fn shared() -> Routes {
    Routes::new().routes(routes!(search))
}

/// The best of the newest hundred tickets that the query finds, with the places where its words stand. Customers find their own
/// tickets, and nothing by notes.
#[utoipa::path(get, path = "/search", tag = "tickets", params(SearchParams), responses(
    (status = 200, description = "Hits, the best first", body = Page<SearchHit>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn search(
    asking: Asking<CustomerOr<TicketsRead>>,
    State(support): State<Support>,
    Params(params): Params<SearchParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    if params.q.chars().count() > limits::SEARCH_MAX {
        let detail = format!("q: must have at most {} characters.", limits::SEARCH_MAX);
        return Err(Error::BadRequest { code: "invalid_parameter", detail });
    }
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let page = support.desk().search(&asking.call, &params.q, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}
