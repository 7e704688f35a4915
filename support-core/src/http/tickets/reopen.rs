//! `POST tickets/{ticket_id}/reopen`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::{Command, Nothing},
        gate::{May, TicketsStatus},
        ids::Id,
    },
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Problem, Ticket},
    support::Support,
};

/// Opens the ticket again, from any status. Doing it twice changes nothing.
#[utoipa::path(post, path = "/tickets/{ticket_id}/reopen", tag = "tickets", params(TicketPath), responses(
    (status = 200, description = "The ticket as it is now", body = Ticket),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
    (status = 412, description = "Changed meanwhile", body = Problem),
))]
pub(in crate::http) async fn reopen(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Nothing, May<TicketsStatus>>,
) -> Result<Response> {
    let done = support.desk().reopen(&command.call, ticket).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
