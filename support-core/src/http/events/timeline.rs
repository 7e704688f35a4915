//! `GET tickets/{ticket_id}/events`: the timeline.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{PageParams, Params, page_limit},
    gate::{CustomerOr, TicketsRead},
    ids::Id,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Event, Page, Problem},
    support::Support,
};

/// What happened to a ticket, newest first. Customers do not see the desk's own facts.
#[utoipa::path(get, path = "/tickets/{ticket_id}/events", tag = "tickets",
    params(("ticket_id" = TicketId, Path, description = "The ticket's id"), PageParams),
    responses(
        (status = 200, description = "A page", body = Page<Event>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn timeline(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    asking: Asking<CustomerOr<TicketsRead>>,
    Params(params): Params<PageParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let page = support.desk().list_events(&asking.call, ticket, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct EventParams {
    /// The ticket's id.
    ticket: TicketId,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// What happened to a ticket, newest first, as under the ticket's own address.
#[utoipa::path(get, path = "/events", tag = "events", params(EventParams), responses(
    (status = 200, description = "A page", body = Page<Event>),
    (status = 400, description = "No ticket, an unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
))]
pub(in crate::http) async fn events(
    State(support): State<Support>,
    asking: Asking<CustomerOr<TicketsRead>>,
    Params(params): Params<EventParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let page = support.desk().list_events(&asking.call, params.ticket, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}
