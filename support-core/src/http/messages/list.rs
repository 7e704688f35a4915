//! `GET tickets/{ticket_id}/messages`.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    gate::{CustomerOr, TicketsRead},
    ids::Id,
};
use crate::{
    desk::MessageQuery,
    error::Result,
    model::TicketId,
    protocol::{Message, Page, Problem},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct MessageParams {
    /// Only messages after this `seq`.
    after_seq: Option<i64>,
    /// 1 to 100; 50 when left out.
    pub(in crate::http) limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

impl MessageParams {
    pub(in crate::http) fn query(&self, limit: Option<u32>) -> MessageQuery {
        MessageQuery { after_seq: self.after_seq, limit, cursor: self.cursor.clone() }
    }
}

/// A part of the thread, ascending. Without parameters: the newest messages; `previous` leads to older ones.
#[utoipa::path(get, path = "/tickets/{ticket_id}/messages", tag = "messages",
    params(("ticket_id" = TicketId, Path, description = "The ticket's id"), MessageParams),
    responses(
        (status = 200, description = "A page", body = Page<Message>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
pub(in crate::http) async fn list(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    asking: Asking<CustomerOr<TicketsRead>>,
    Params(params): Params<MessageParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let query = params.query(limit);
    let page = support.desk().list_messages(&asking.call, ticket, &query).await?;
    Ok(answer::page(page, raw.as_deref()))
}
