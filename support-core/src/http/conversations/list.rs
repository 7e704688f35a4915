//! `GET conversations`, and one of them.

use axum::{
    Json,
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    gate::Colleague,
    ids::Conversation as Id,
};
use crate::{
    error::Result,
    model::{ConversationId, limits},
    protocol::{Conversation, Page, Problem},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ConversationParams {
    /// Only those with messages that the caller has not read.
    unread: Option<bool>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only names the parameter for the document")]
pub(in crate::http) struct ConversationPath {
    /// The conversation's id.
    conversation_id: ConversationId,
}

/// The direct and group conversations that the caller takes part in, latest activity first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ConversationParams), responses(
    (status = 200, description = "A page", body = Page<Conversation>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Agents only", body = Problem),
))]
pub(in crate::http) async fn list(
    State(support): State<Support>,
    asking: Asking<Colleague>,
    Params(params): Params<ConversationParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let unread_only = params.unread.unwrap_or(false);
    let page = support.desk().list_conversations(&asking.call, unread_only, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{conversation_id}", tag = "conversations", params(ConversationPath), responses(
    (status = 200, description = "The conversation", body = Conversation),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Agents only", body = Problem),
    (status = 404, description = "Not there, or the caller takes no part", body = Problem),
))]
pub(in crate::http) async fn show(
    State(support): State<Support>,
    Id(id): Id,
    asking: Asking<Colleague>,
) -> Result<Json<Conversation>> {
    Ok(Json(support.desk().show_conversation(&asking.call, id).await?))
}
