//! `GET tickets`.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::super::{
    answer,
    caller::Asking,
    command::Params,
    gate::{CustomerOr, TicketsRead},
};
use crate::{
    desk::{TicketParams, TicketQuery},
    error::Result,
    protocol::{Page, Problem, Ticket},
    support::Support,
};

/// The tickets that the caller can find: all for the desk, their own for customers.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(TicketParams), responses(
    (status = 200, description = "A page", body = Page<Ticket>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub(in crate::http) async fn list(
    asking: Asking<CustomerOr<TicketsRead>>,
    State(support): State<Support>,
    Params(params): Params<TicketParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let query = TicketQuery::read(params, &asking.call.actor)?;
    let page = support.desk().list_tickets(&asking.call, &query).await?;
    Ok(answer::page(page, raw.as_deref()))
}
