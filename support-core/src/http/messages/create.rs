//! `POST tickets/{ticket_id}/messages`.

use axum::{extract::State, response::Response};

use super::super::{answer, command::Command, gate::Anyone, ids::Id};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{CreateMessage, Message, Problem},
    support::Support,
};

/// Writes a message, or a note for the desk alone. A repeated `client_id` answers the first message.
#[utoipa::path(post, path = "/tickets/{ticket_id}/messages", tag = "messages", request_body = CreateMessage,
    params(
        ("ticket_id" = TicketId, Path, description = "The ticket's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again"),
    ),
    responses(
        (status = 201, description = "Written", body = Message),
        (status = 400, description = "A customer's note", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "The client_id stands for another message, or something newer is there", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn create(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<CreateMessage, Anyone>,
) -> Result<Response> {
    Ok(answer::created(support.desk().reply(&command.call, ticket, command.input).await?))
}
