//! `POST tickets/{ticket_id}/merge`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::Command,
        gate::{May, TicketsMerge},
        ids::Id,
    },
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Merge, Problem, Ticket},
    support::Support,
};

/// Makes the ticket a part of another one of the same requester: messages, watchers, tags and links go there. Whoever holds a link to
/// a record that either names reads the whole of it from then on.
#[utoipa::path(post, path = "/tickets/{ticket_id}/merge", tag = "tickets", request_body = Merge,
    params(TicketPath,
        ("If-Match" = Option<String>, Header, description = "Only if it is still this version"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again"),
    ),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "Another customer's, or merged already", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn merge(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Merge, May<TicketsMerge>>,
) -> Result<Response> {
    let done = support.desk().merge(&command.call, ticket, &command.input).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
