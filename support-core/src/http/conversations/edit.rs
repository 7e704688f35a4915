//! `conversations/{conversation_id}/messages/{message_id}`: changing a message, and what it said before.

use axum::{Json, extract::State, http::StatusCode, response::Response};

use super::super::{
    answer,
    caller::Asking,
    command::{Command, Nothing},
    gate::{Anyone, Correspondent},
    ids::{Conversation, Id},
};
use crate::{
    error::Result,
    model::{ConversationId, MessageId},
    protocol::{EditMessage, Message, Page, Problem, React, Revision},
    support::Support,
};

#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only names the parameters for the document")]
pub(in crate::http) struct MessagePath {
    /// A ticket's or another conversation's id.
    conversation_id: ConversationId,
    /// The message's id.
    message_id: MessageId,
}

/// Gives one's own message another text. What it said before stays in its history.
#[utoipa::path(patch, path = "/conversations/{conversation_id}/messages/{message_id}", tag = "conversations",
    request_body = EditMessage, params(MessagePath),
    responses(
        (status = 200, description = "The message as it is now", body = Message),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Somebody else's, or not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "It was deleted", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn edit(
    State(support): State<Support>,
    Conversation(conversation): Conversation,
    Id(message): Id<MessageId>,
    command: Command<EditMessage, Anyone>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().edit_message(&command.call, conversation, message, command.input).await?))
}

/// Takes a message's text away, with its history. Its place stays, and says that there was one.
#[utoipa::path(delete, path = "/conversations/{conversation_id}/messages/{message_id}", tag = "conversations",
    params(MessagePath),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Somebody else's, or not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn delete(
    State(support): State<Support>,
    Conversation(conversation): Conversation,
    Id(message): Id<MessageId>,
    command: Command<Nothing, Anyone>,
) -> Result<StatusCode> {
    support.desk().delete_message(&command.call, conversation, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a message a sign, or takes it back with `on: false`. The same twice changes nothing.
#[utoipa::path(post, path = "/conversations/{conversation_id}/messages/{message_id}/reactions", tag = "conversations",
    request_body = React, params(MessagePath),
    responses(
        (status = 200, description = "The message as it is now", body = Message),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "It was deleted, or has too many signs", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn react(
    State(support): State<Support>,
    Conversation(conversation): Conversation,
    Id(message): Id<MessageId>,
    command: Command<React, Anyone>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().react(&command.call, conversation, message, command.input).await?))
}

/// What a message said before it was edited, oldest first. Empty for one that was not, or was deleted.
#[utoipa::path(get, path = "/conversations/{conversation_id}/messages/{message_id}/history", tag = "conversations",
    params(MessagePath),
    responses(
        (status = 200, description = "All of it", body = Page<Revision>),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn history(
    State(support): State<Support>,
    Conversation(conversation): Conversation,
    Id(message): Id<MessageId>,
    asking: Asking<Correspondent>,
) -> Result<Json<Page<Revision>>> {
    let data = support.desk().message_history(&asking.call, conversation, message).await?;
    Ok(Json(Page { data, next: None, previous: None }))
}
