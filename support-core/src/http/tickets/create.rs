//! `POST tickets`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::super::{answer, command::Command, gate::Anyone};
use crate::{
    error::Result,
    protocol::{CreateTicket, Problem, Ticket},
    support::Support,
};

/// Opens a ticket. Needs only `subject`, or an `initial_message` to take one from.
#[utoipa::path(post, path = "/tickets", tag = "tickets", request_body = CreateTicket,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again")),
    responses(
        (status = 201, description = "Opened", body = Ticket),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 409, description = "The client_id stands for another ticket", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn create(
    State(support): State<Support>,
    command: Command<CreateTicket, Anyone>,
) -> Result<Response> {
    let done = support.desk().open(&command.call, command.caller.inbox, command.input).await?;
    Ok(answer::ticket(StatusCode::CREATED, done))
}
