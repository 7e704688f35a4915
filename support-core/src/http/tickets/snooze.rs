//! `POST tickets/{ticket_id}/snooze`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::Command,
        gate::{May, TicketsStatus},
        ids::Id,
    },
    show::TicketPath,
};
use crate::{
    error::Result,
    model::TicketId,
    protocol::{Problem, Snooze, Ticket},
    support::Support,
};

/// Puts the ticket aside. It opens by itself at that time, or when the customer writes.
#[utoipa::path(post, path = "/tickets/{ticket_id}/snooze", tag = "tickets", request_body = Snooze,
    params(TicketPath,
        ("If-Match" = Option<String>, Header, description = "Only if it is still this version"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again"),
    ),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "It became a part of another ticket", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn snooze(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Snooze, May<TicketsStatus>>,
) -> Result<Response> {
    let done = support.desk().snooze(&command.call, ticket, &command.input).await?;
    Ok(answer::ticket(StatusCode::OK, done))
}
