//! `PATCH conversations/{conversation_id}`.

use axum::{extract::State, response::Response};

use super::{
    super::{answer, command::Command, gate::Colleague, ids::Conversation as Id},
    list::ConversationPath,
};
use crate::{
    error::Result,
    protocol::{ChangeConversation, Conversation, Problem},
    support::Support,
};

/// Gives a group another title. Everybody who takes part may.
#[utoipa::path(patch, path = "/conversations/{conversation_id}", tag = "conversations", request_body = ChangeConversation,
    params(
        ConversationPath,
        ("If-Match" = Option<String>, Header, description = "The version that the caller knows, in quotes"),
    ),
    responses(
        (status = 200, description = "The conversation as it is now", body = Conversation),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Agents only", body = Problem),
        (status = 404, description = "Not there, or the caller takes no part", body = Problem),
        (status = 409, description = "A direct conversation has no title", body = Problem),
        (status = 412, description = "It was changed meanwhile", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn change(
    State(support): State<Support>,
    Id(id): Id,
    command: Command<ChangeConversation, Colleague>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().change_conversation(&command.call, id, command.input).await?))
}
