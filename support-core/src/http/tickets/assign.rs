//! `POST tickets/{ticket_id}/assign`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::Command,
        gate::{May, TicketsAssign},
        ids::Id,
    },
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Assign, Problem, Ticket},
    support::Support,
};

/// Gives the ticket to an agent, or to nobody.
#[utoipa::path(post, path = "/tickets/{ticket_id}/assign", tag = "tickets", params(TicketPath), request_body = Assign, responses(
    (status = 200, description = "The ticket as it is now", body = Ticket),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
    (status = 412, description = "Changed meanwhile", body = Problem),
    (status = 422, description = "No such agent", body = Problem),
))]
pub(in crate::http) async fn assign(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Assign, May<TicketsAssign>>,
) -> Result<Response> {
    let done = support.desk().assign(&command.call, ticket, command.input).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
