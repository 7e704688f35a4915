//! `messages`: over all tickets that the caller can reach.

use axum::{
    Json,
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{Command, Params, page_limit},
    gate::{Anyone, Correspondent, CustomerOr, TicketsRead},
    ids::Id,
};
use crate::{
    error::Result,
    model::{DateTime, Direction, MessageId, TicketId, Utc, limits},
    protocol::{Message, Page, PostMessage, Problem},
    storage::MessageFilter,
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AllMessagesParams {
    /// Of this ticket.
    ticket: Option<TicketId>,
    /// `inbound` from customers, `outbound` from the desk.
    direction: Option<Direction>,
    /// Notes, or what is public.
    is_internal: Option<bool>,
    /// Later than.
    created_at_after: Option<DateTime<Utc>>,
    /// Earlier than.
    created_at_before: Option<DateTime<Utc>>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// The messages that the caller may see, ascending by `created_at`.
#[utoipa::path(get, path = "/messages", tag = "messages", params(AllMessagesParams), responses(
    (status = 200, description = "A page", body = Page<Message>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "The ticket is not there, or out of reach", body = Problem),
))]
pub(in crate::http) async fn list_all(
    State(support): State<Support>,
    asking: Asking<CustomerOr<TicketsRead>>,
    Params(params): Params<AllMessagesParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let filter = MessageFilter {
        ticket: params.ticket,
        direction: params.direction,
        is_internal: params.is_internal,
        created_after: params.created_at_after,
        created_before: params.created_at_before,
    };
    let page = support.desk().list_all_messages(&asking.call, filter, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Writes a message, or a note for the desk alone. A repeated `client_id` answers the first message.
#[utoipa::path(post, path = "/messages", tag = "messages", request_body = PostMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again")),
    responses(
        (status = 201, description = "Written", body = Message),
        (status = 400, description = "A customer's note", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "The ticket is not there, or out of reach", body = Problem),
        (status = 409, description = "The client_id stands for another message, or something newer is there", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn post(
    State(support): State<Support>,
    command: Command<PostMessage, Anyone>,
) -> Result<Response> {
    Ok(answer::created(support.desk().post_message(&command.call, command.input).await?))
}

/// One message.
#[utoipa::path(get, path = "/messages/{message_id}", tag = "messages",
    params(("message_id" = MessageId, Path, description = "The message's id")),
    responses(
        (status = 200, description = "The message", body = Message),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn show(
    State(support): State<Support>,
    Id(id): Id<MessageId>,
    asking: Asking<Correspondent>,
) -> Result<Json<Message>> {
    Ok(Json(support.desk().show_message(&asking.call, id).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReplyParams {
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// The messages that answer this one, ascending.
#[utoipa::path(get, path = "/messages/{message_id}/replies", tag = "messages",
    params(("message_id" = MessageId, Path, description = "The message's id"), ReplyParams),
    responses(
        (status = 200, description = "A page", body = Page<Message>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn replies(
    State(support): State<Support>,
    Id(id): Id<MessageId>,
    asking: Asking<Correspondent>,
    Params(params): Params<ReplyParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let page = support.desk().list_replies(&asking.call, id, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}
