//! `portal/{token}`: the portal for programs, with the token in the address. Every address here is a secret: the log masks it.

use std::sync::{Arc, OnceLock};

use axum::{
    Json,
    extract::{Request, State},
    http::request::Parts,
    middleware::Next,
    response::Response,
};

use super::{
    super::{
        answer,
        caller::{Asking, Caller, address, tenant},
        command::{Command, Nothing},
        gate::Anyone,
        ids::{self, Id},
    },
    Opened,
};
use crate::{
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::{TenantId, TicketId, TokenId},
    protocol::{CreateMessage, Message, PortalContext, PortalMessage, Problem, Ticket, TokenScope},
    support::Support,
};

/// What only `portal/{token}` has.
pub(in crate::http) fn own() -> Routes {
    Routes::new().routes(routes!(show)).routes(routes!(write))
}

/// What both forms of the portal have beside what all surfaces have.
pub(in crate::http) fn both() -> Routes {
    Routes::new().routes(routes!(close))
}

/// What the token opens. Unknown, expired and revoked tokens are one and the same: 404, here and below.
#[utoipa::path(get, path = "/", tag = "portal", responses(
    (status = 200, description = "What the token opens", body = PortalContext),
    (status = 404, description = "The token does not work", body = Problem),
))]
async fn show(State(support): State<Support>, asking: Asking<Anyone>, opened: Opened) -> Result<Json<PortalContext>> {
    Ok(Json(support.desk().portal_context(&asking.call, &opened.0).await?))
}

/// Writes a message. `ticket` may be left out where the token opens one ticket.
#[utoipa::path(post, path = "/messages", tag = "portal", request_body = PortalMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the first answer again")),
    responses(
        (status = 201, description = "Written", body = Message),
        (status = 403, description = "The token may not reply", body = Problem),
        (status = 404, description = "The token does not work, or the ticket is out of its reach", body = Problem),
        (status = 409, description = "The client_id stands for another message", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 415, description = "The body is no JSON", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
async fn write(
    State(support): State<Support>,
    opened: Opened,
    command: Command<PortalMessage, Anyone>,
) -> Result<Response> {
    let PortalMessage { ticket, body, attachments, client_id } = command.input;
    let ticket = match (ticket, &opened.0.scope) {
        (Some(ticket), _) => ticket,
        (None, TokenScope::Ticket(ticket)) => *ticket,
        (None, TokenScope::Contact(_) | TokenScope::Link(_)) => {
            return Err(Error::field("/ticket", "missing_field", "is required: this link opens more than one ticket"));
        }
    };
    let message = CreateMessage { body, attachments, client_id, ..CreateMessage::default() };
    Ok(answer::created(support.desk().reply(&command.call, ticket, message).await?))
}

/// Ends the ticket, where the link may. Doing it twice changes nothing; writing opens it again.
#[utoipa::path(post, path = "/tickets/{ticket_id}/close", tag = "portal",
    params(("ticket_id" = TicketId, Path, description = "The ticket's id")), responses(
    (status = 200, description = "The ticket as it is now", body = Ticket),
    (status = 401, description = "There is no session", body = Problem),
    (status = 403, description = "The link may not close", body = Problem),
    (status = 404, description = "Not there, or out of reach", body = Problem),
    (status = 412, description = "Changed meanwhile", body = Problem),
))]
async fn close(
    State(support): State<Support>,
    Id(ticket): Id<TicketId>,
    command: Command<Nothing, Anyone>,
) -> Result<Response> {
    let done = support.desk().close(&command.call, ticket).await?;
    Ok(answer::ticket(axum::http::StatusCode::OK, done))
}

/// Which token a request turned out to carry; written by whoever finds out, read when the request was accepted.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Carried(Arc<OnceLock<(Support, TenantId, TokenId)>>);

/// Counts accepted requests as uses of their token.
pub(in crate::http) async fn count(mut request: Request, next: Next) -> Response {
    let carried = Carried::default();
    request.extensions_mut().insert(carried.clone());
    let response = next.run(request).await;
    if let (true, Some((support, tenant, token))) = (response.status().is_success(), carried.0.get()) {
        support.desk().note_token_use(*tenant, *token);
    }
    response
}

/// Who calls with the token in the address. One answer for everything that can be wrong with it.
pub(in crate::http) async fn caller(support: &Support, parts: &mut Parts) -> Result<Caller> {
    let secret = ids::text(parts, support, "token").await?;
    let (desk, tenant) = (support.desk(), tenant(support, parts)?);
    let Some((token, actor)) = desk.token_holder(tenant, &secret).await? else {
        return Err(desk.wrong_secret(tenant, address(parts), Error::NotFound).await);
    };
    if let Some(carried) = parts.extensions.get::<Carried>() {
        carried.0.get_or_init(|| (support.clone(), tenant, token.id));
    }
    parts.extensions.insert(Opened(Arc::new(token)));
    Ok(Caller { actor, session: None, inbox: None })
}
