//! `POST tickets/{ticket_id}/read`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{answer, command::Command, gate::Anyone, ids::Id},
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{MarkRead, Problem, Ticket},
    support::Support,
};

/// Marks the thread as read for the caller's side, up to a message or all of it.
#[utoipa::path(post, path = "/tickets/{ticket_id}/read", tag = "tickets", params(TicketPath), request_body = MarkRead, responses(
    (status = 200, description = "The ticket as it is now", body = Ticket),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
))]
pub(in crate::http) async fn read(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<MarkRead, Anyone>,
) -> Result<Response> {
    let done = support.desk().read(&command.call, ticket, command.input).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
