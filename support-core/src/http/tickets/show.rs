//! `GET tickets/{ticket_id}`.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::super::{
    answer::{json, with_tag},
    caller::Asking,
    command::Params,
    etag,
    gate::{CustomerOr, TicketsRead},
    ids::Id,
};
use crate::{
    error::{Error, Result},
    model::TicketId,
    protocol::{Problem, Ticket},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ShowParams {
    /// `messages` brings the newest part of the thread.
    include: Option<String>,
}

/// One ticket.
#[utoipa::path(get, path = "/tickets/{ticket_id}", tag = "tickets", params(TicketPath, ShowParams), responses(
    (status = 200, description = "The ticket; `ETag` stands for this version", body = Ticket),
    (status = 304, description = "Still the version of `If-None-Match`"),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
))]
pub(in crate::http) async fn show(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    asking: Asking<CustomerOr<TicketsRead>>,
    Params(params): Params<ShowParams>,
    headers: HeaderMap,
) -> Result<Response> {
    let with_messages = match params.include.as_deref() {
        None => false,
        Some("messages") => true,
        Some(_) => {
            return Err(Error::BadRequest { code: "invalid_parameter", detail: "include: must be `messages`.".into() });
        }
    };
    let ticket = support.desk().show(&asking.call, ticket, with_messages).await?;
    let tag = etag::of(&ticket);
    if etag::is_known(&headers, &tag) {
        return Ok(with_tag(StatusCode::NOT_MODIFIED.into_response(), &tag));
    }
    Ok(with_tag(json(StatusCode::OK, &ticket), &tag))
}

/// The address of a ticket.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the parameter in the OpenAPI document; handlers read it through `Id`")]
pub(in crate::http) struct TicketPath {
    /// The ticket's id.
    ticket_id: TicketId,
}
