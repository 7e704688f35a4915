//! `POST tickets/{ticket_id}/resolve`.

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

/// Marks the ticket as answered. Doing it twice changes nothing.
#[utoipa::path(post, path = "/tickets/{ticket_id}/resolve", tag = "tickets", params(TicketPath), responses(
    (status = 200, description = "The ticket as it is now", body = Ticket),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
    (status = 412, description = "Changed meanwhile", body = Problem),
))]
pub(in crate::http) async fn resolve(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Nothing, May<TicketsStatus>>,
) -> Result<Response> {
    let done = support.desk().resolve(&command.call, ticket).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
