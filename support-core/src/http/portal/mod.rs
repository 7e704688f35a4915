//! `portal/api/v1/session`: a link's secret becomes a cookie.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    base::BasePath,
    caller::{Asking, tenant},
    command::{Command, Nothing, Open, Secret},
    cookies::{Surface, is_same_origin},
    gate::Anyone,
};
use crate::{
    desk::{Call, TicketQuery},
    error::{Error, Result},
    model::{Actor, Scope, SessionId, TokenRecord},
    protocol::{PortalContext, PortalSession, Problem},
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord},
    support::Support,
};

/// What only `/portal/api/v1` has.
pub(super) fn own() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(start, show)).routes(routes!(end))
}

/// Exchanges a link's secret for a cookie. Unknown, expired and revoked links are one and the same: 404.
#[utoipa::path(post, path = "/session", tag = "portal", security(()), request_body = PortalSession, responses(
    (status = 200, description = "What the link opens; the cookie is set", body = PortalContext),
    (status = 403, description = "The request came from another site", body = Problem),
    (status = 404, description = "The link does not work", body = Problem),
))]
async fn start(State(support): State<Support>, open: Open<PortalSession>) -> Result<Response> {
    let desk = support.desk();
    if !is_same_origin(&open.parts.headers, desk.public_url()) {
        return Err(Error::CrossSite);
    }
    let tenant = tenant(&support, &open.parts)?;
    let token = desk.live_token(tenant, &open.input.token).await?.ok_or(Error::NotFound)?;
    let actor = desk.portal_actor(&token).await?.ok_or(Error::NotFound)?;
    let now = desk.now();
    let session = SessionRecord {
        id: SessionId(desk.fresh_id(now)),
        tenant,
        kind: SessionKind::Portal,
        person: Some(token.contact),
        inbox: None,
        token: Some(token.id),
        parent: None,
        created_at: now,
        expires_at: token.expires_at,
        revoked_at: None,
    };
    let secret = secret::fresh(prefix::SESSION, desk.entropy());
    let base = BasePath::of(&open.parts);
    let before = support.cookie(&open.parts.headers, Surface::Portal, tenant, &base);
    let mut tx = desk.storage().write().await?;
    // A session that the browser brought along ends: nobody can have planted one that outlives the exchange.
    if let Some(before) = before
        && let Some(before) = tx.find_session(SessionKind::Portal, &secret::hash(&before)).await?
    {
        tx.revoke_session(tenant, before.id, now).await?;
    }
    tx.insert_session(&session, Some(&secret::hash(&secret))).await?;
    tx.count_token_use(tenant, token.id).await?;
    tx.commit().await?;
    let max_age = (token.expires_at - now).num_seconds();
    let cookie = support.set_cookie(Surface::Portal, tenant, &base, Some(&secret), max_age);
    let context = context(&support, actor, &token).await?;
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie)], Json(context)).into_response())
}

async fn context(support: &Support, actor: Actor, token: &TokenRecord) -> Result<PortalContext> {
    let call = Call::new(actor, "");
    let query = TicketQuery { limit: 50, ..TicketQuery::default() };
    let tickets = match call.actor.scope {
        Scope::Ticket(ticket) => vec![support.desk().show(&call, ticket, false).await?],
        Scope::Requester(_) | Scope::Desk | Scope::Nothing => support.desk().list_tickets(&call, &query).await?.data,
    };
    Ok(PortalContext { scope: token.scope, can: token.can.clone(), tickets, expires_at: token.expires_at })
}

/// What the cookie's link opens.
#[utoipa::path(get, path = "/session", tag = "portal", responses(
    (status = 200, description = "What the link opens", body = PortalContext),
    (status = 401, description = "There is no session", body = Problem),
))]
async fn show(State(support): State<Support>, asking: Asking<Anyone>) -> Result<Json<PortalContext>> {
    let tenant = asking.call.actor.tenant;
    let mut tx = support.desk().reader().await?;
    let session = match asking.caller.session {
        Some(session) => tx.find_session_by_id(tenant, session).await?,
        None => None,
    };
    let token = match session.and_then(|session| session.token) {
        Some(token) => tx.find_token(tenant, token).await?,
        None => None,
    };
    drop(tx);
    let token = token.ok_or(Error::Unauthenticated)?;
    Ok(Json(context(&support, asking.call.actor, &token).await?))
}

/// Ends the session and removes the cookie. The link itself goes on working.
#[utoipa::path(post, path = "/session/end", tag = "portal", responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "There is no session", body = Problem),
))]
async fn end(
    State(support): State<Support>,
    base: BasePath,
    command: Command<Nothing, Anyone, Secret>,
) -> Result<Response> {
    let tenant = command.call.actor.tenant;
    if let Some(session) = command.caller.session {
        let mut tx = support.desk().storage().write().await?;
        tx.revoke_session(tenant, session, support.desk().now()).await?;
        tx.commit().await?;
    }
    if let Some(person) = command.call.actor.person {
        support.inner.hub.revoke(tenant, person);
    }
    let cookie = support.set_cookie(Surface::Portal, tenant, &base, None, 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
