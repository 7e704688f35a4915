//! `POST tickets/{ticket_id}/unmerge`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::{Command, Nothing},
        gate::{May, TicketsMerge},
        ids::Id,
    },
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Problem, Ticket},
    support::Support,
};

/// Takes a merged ticket out again, within a day.
#[utoipa::path(post, path = "/tickets/{ticket_id}/unmerge", tag = "tickets",
    params(TicketPath,
        ("If-Match" = Option<String>, Header, description = "Only if it is still this version"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again"),
    ),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "Not merged, or for more than a day", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn unmerge(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Nothing, May<TicketsMerge>>,
) -> Result<Response> {
    let done = support.desk().unmerge(&command.call, ticket).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
