//! `GET tickets/{ticket_id}/events`: the timeline.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::{Anyone, Asking},
    command::Params,
    ids::Id,
};
use crate::{
    error::{Error, Result},
    model::{TicketId, limits},
    protocol::{Event, Page, Problem},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TimelineParams {
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// What happened to a ticket, newest first. Customers do not see the desk's own facts.
#[utoipa::path(get, path = "/tickets/{ticket_id}/events", tag = "tickets",
    params(("ticket_id" = TicketId, Path, description = "The ticket's id"), TimelineParams),
    responses(
        (status = 200, description = "A page", body = Page<Event>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn timeline(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    asking: Asking<Anyone>,
    Params(params): Params<TimelineParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    if params.limit.is_some_and(|limit| !(1..=limits::PAGE_MAX).contains(&limit)) {
        return Err(Error::BadRequest { code: "invalid_parameter", detail: "limit: must be 1 to 100.".into() });
    }
    let page = support.desk().list_events(&asking.call, ticket, params.limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}
