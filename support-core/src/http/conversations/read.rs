//! Reading a conversation of whatever kind, and who has read what.

use axum::{Json, extract::State, http::StatusCode};

use super::{
    super::{
        caller::Asking,
        command::{Command, Nothing},
        gate::{Anyone, Staff},
        ids::{Conversation, Id},
    },
    edit::MessagePath,
};
use crate::{
    error::Result,
    model::{ConversationId, MessageId},
    protocol::{Page, Problem, Receipt},
    support::Support,
};

/// Marks everything as read.
#[utoipa::path(post, path = "/conversations/{conversation_id}/read", tag = "conversations",
    params(("conversation_id" = ConversationId, Path, description = "A ticket's or another conversation's id")),
    responses(
        (status = 204, description = "Read"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn read(
    State(support): State<Support>,
    Conversation(id): Conversation,
    command: Command<Nothing, Anyone>,
) -> Result<StatusCode> {
    support.desk().read_conversation(&command.call, id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks everything up to a message as read. Reading twice changes nothing, and what was read stays so.
#[utoipa::path(post, path = "/conversations/{conversation_id}/read-up-to/{message_id}", tag = "conversations", params(MessagePath),
    responses(
        (status = 204, description = "Read"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn read_up_to(
    State(support): State<Support>,
    Conversation(id): Conversation,
    Id(message): Id<MessageId>,
    command: Command<Nothing, Anyone>,
) -> Result<StatusCode> {
    support.desk().read_conversation(&command.call, id, Some(message)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks one message as read, and nothing before it. A ticket is read in its order: there it is everything up to the message.
#[utoipa::path(post, path = "/conversations/{conversation_id}/messages/{message_id}/read", tag = "conversations", params(MessagePath),
    responses(
        (status = 204, description = "Read"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn read_message(
    State(support): State<Support>,
    Conversation(id): Conversation,
    Id(message): Id<MessageId>,
    command: Command<Nothing, Anyone>,
) -> Result<StatusCode> {
    support.desk().read_message(&command.call, id, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who has read a message besides its author, and when first. For the desk alone.
#[utoipa::path(get, path = "/conversations/{conversation_id}/messages/{message_id}/receipts", tag = "conversations",
    params(MessagePath),
    responses(
        (status = 200, description = "All of them", body = Page<Receipt>),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn receipts(
    State(support): State<Support>,
    Conversation(id): Conversation,
    Id(message): Id<MessageId>,
    asking: Asking<Staff>,
) -> Result<Json<Page<Receipt>>> {
    let data = support.desk().list_receipts(&asking.call, id, message).await?;
    Ok(Json(Page { data, next: None, previous: None }))
}
