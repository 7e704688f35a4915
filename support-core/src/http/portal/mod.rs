//! `portal/api/v1/session`: a link's secret becomes a cookie. The form with the token in the address is in `link`.

pub(super) mod link;

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};

use super::{
    base::BasePath,
    caller::{Asking, caller, open_call, tenant},
    command::{Command, Nothing, Open, Secret},
    cookies::{Surface, is_same_origin},
    gate::Anyone,
};
use crate::{
    desk::Call,
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::{SessionId, TokenRecord},
    protocol::{AskForLinks, PortalContext, PortalSession, Problem},
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord},
    support::Support,
};

/// What only `/portal/api/v1` has.
pub(super) fn own() -> Routes {
    Routes::new().routes(routes!(start, show)).routes(routes!(end)).routes(routes!(links)).merge(link::both())
}

/// Exchanges a link's secret for a cookie. Unknown, expired and revoked links are one and the same: 404.
#[utoipa::path(post, path = "/session", tag = "portal", security(()), request_body = PortalSession, responses(
    (status = 200, description = "What the link opens; the cookie is set", body = PortalContext),
    (status = 403, description = "The request came from another site", body = Problem),
    (status = 404, description = "The link does not work", body = Problem),
    (status = 429, description = "Too many wrong links from this network", body = Problem),
))]
async fn start(State(support): State<Support>, open: Open<PortalSession>) -> Result<Response> {
    let desk = support.desk();
    if !is_same_origin(&open.parts.headers, desk.public_url()) {
        return Err(Error::CrossSite);
    }
    let tenant = tenant(&support, &open.parts)?;
    let call = open_call(&open.parts, tenant);
    let Some((token, actor)) = desk.token_holder(tenant, &open.input.token).await? else {
        return Err(desk.wrong_secret(tenant, call.address, Error::NotFound).await);
    };
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
        desk.end_session(&call, tx.as_write(), before.id).await?;
    }
    tx.insert_session(&session, Some(&secret::hash(&secret))).await?;
    tx.count_token_uses(tenant, token.id, 1, now).await?;
    tx.commit().await?;
    let max_age = (token.expires_at - now).num_seconds();
    let cookie = support.set_cookie(Surface::Portal, tenant, &base, Some(&secret), max_age);
    let context = desk.portal_context(&Call { actor, ..call }, &token).await?;
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie)], Json(context)).into_response())
}

/// Has fresh links mailed to the address, if requests were ever written from it. The answer is the same whether they were or not.
#[utoipa::path(post, path = "/links", tag = "portal", security(()), request_body = AskForLinks, responses(
    (status = 202, description = "Heard"),
    (status = 422, description = "This is no address", body = Problem),
    (status = 429, description = "Too many requests from this network", body = Problem),
))]
async fn links(State(support): State<Support>, open: Open<AskForLinks>) -> Result<StatusCode> {
    let call = open_call(&open.parts, tenant(&support, &open.parts)?);
    support.desk().ask_for_links(&call, &open.input).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The link by which a caller of the portal came in.
#[derive(Debug, Clone)]
pub(super) struct Opened(pub(super) Arc<TokenRecord>);

impl FromRequestParts<Support> for Opened {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, support: &Support) -> Result<Self> {
        caller(support, parts).await?;
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthenticated)
    }
}

/// What the cookie's link opens.
#[utoipa::path(get, path = "/session", tag = "portal", responses(
    (status = 200, description = "What the link opens", body = PortalContext),
    (status = 401, description = "There is no session", body = Problem),
))]
async fn show(State(support): State<Support>, asking: Asking<Anyone>, opened: Opened) -> Result<Json<PortalContext>> {
    Ok(Json(support.desk().portal_context(&asking.call, &opened.0).await?))
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
        support.desk().end_session(&command.call, tx.as_write(), session).await?;
        tx.commit().await?;
    }
    let cookie = support.set_cookie(Surface::Portal, tenant, &base, None, 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
