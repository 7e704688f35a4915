//! `POST conversations`.

use axum::{extract::State, response::Response};

use super::super::{answer, command::Command, gate::Colleague};
use crate::{
    error::Result,
    protocol::{Conversation, CreateConversation, Problem},
    support::Support,
};

/// Starts a direct or group conversation among agents. A second direct one of the same two answers the first.
#[utoipa::path(post, path = "/conversations", tag = "conversations", request_body = CreateConversation,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again")),
    responses(
        (status = 201, description = "Started, or the direct conversation that the two have", body = Conversation),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Agents only", body = Problem),
        (status = 409, description = "The Idempotency-Key belongs to another request", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn create(
    State(support): State<Support>,
    command: Command<CreateConversation, Colleague>,
) -> Result<Response> {
    Ok(answer::created(support.desk().start_conversation(&command.call, command.input).await?))
}
