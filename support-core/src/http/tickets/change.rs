//! `PATCH tickets/{ticket_id}`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{answer, command::Command, gate::Staff, ids::Id},
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{ChangeTicket, Problem, Ticket},
    support::Support,
};

/// Changes the named fields in one step.
#[utoipa::path(patch, path = "/tickets/{ticket_id}", tag = "tickets", request_body = ChangeTicket,
    params(TicketPath, ("If-Match" = Option<String>, Header, description = "Only if it is still this version")),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn change(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<ChangeTicket, Staff>,
) -> Result<Response> {
    let done = support.desk().change(&command.call, ticket, command.input).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
