//! `POST tickets/bulk`.

use axum::{extract::State, response::Response};

use super::super::{
    answer,
    command::Command,
    gate::{May, TicketsBulk},
};
use crate::{
    error::Result,
    protocol::{BulkAnswer, BulkChange, Problem},
    support::Support,
};

/// Changes up to 1,000 tickets, each by itself: what is refused for one does not stop the others.
#[utoipa::path(post, path = "/tickets/bulk", tag = "tickets", request_body = BulkChange,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again")),
    responses(
        (status = 200, description = "What became of each", body = BulkAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 422, description = "None, too many, or both forms at once", body = Problem),
    ))]
pub(in crate::http) async fn bulk(
    State(support): State<Support>,
    command: Command<BulkChange, May<TicketsBulk>>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().change_many(&command.call, command.input).await?))
}
