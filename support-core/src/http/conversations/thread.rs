//! `conversations/{conversation_id}/messages`: what `tickets/{ticket_id}/messages` is, for every kind of conversation.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::super::{
    answer,
    caller::Asking,
    command::{Command, Params, page_limit},
    gate::{Anyone, Correspondent},
    ids::Conversation,
    messages::MessageParams,
};
use crate::{
    error::Result,
    model::ConversationId,
    protocol::{CreateMessage, Message, Page, Problem},
    support::Support,
};

/// A part of the thread, ascending. Without parameters: the newest messages; `previous` leads to older ones.
#[utoipa::path(get, path = "/conversations/{conversation_id}/messages", tag = "conversations",
    params(("conversation_id" = ConversationId, Path, description = "A ticket's or another conversation's id"), MessageParams),
    responses(
        (status = 200, description = "A page", body = Page<Message>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn list_messages(
    State(support): State<Support>,
    Conversation(id): Conversation,
    asking: Asking<Correspondent>,
    Params(params): Params<MessageParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let query = params.query(page_limit(params.limit)?);
    let page = support.desk().list_thread(&asking.call, id, &query).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Writes a message, or a note for the desk alone. A repeated `client_id` answers the first message.
#[utoipa::path(post, path = "/conversations/{conversation_id}/messages", tag = "conversations", request_body = CreateMessage,
    params(
        ("conversation_id" = ConversationId, Path, description = "A ticket's or another conversation's id"),
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
pub(in crate::http) async fn create_message(
    State(support): State<Support>,
    Conversation(id): Conversation,
    command: Command<CreateMessage, Anyone>,
) -> Result<Response> {
    Ok(answer::created(support.desk().write_message(&command.call, id, command.input).await?))
}
