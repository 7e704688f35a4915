//! Who calls: from the request's head to an actor of the desk, and the extractors that let only some of them in.

use std::{
    marker::PhantomData,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Query},
    http::{HeaderMap, Method, header, request::Parts},
};
use chrono::DateTime;
use serde::Deserialize;

use super::{
    base::BasePath,
    cookies::{Surface, has_own_origin, is_other_site, is_same_origin},
    etag,
    gate::Gate,
    layers::RequestId,
    portal,
};
use crate::{
    desk::{Call, Precondition},
    error::{Error, Result},
    model::{Actor, ActorKind, InboxId, SessionId, TenantId, Timestamp},
    secret::{self, prefix},
    storage::SessionKind,
    support::Support,
};

/// Somebody authenticated.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// The session of ours that the credential belongs to.
    pub(crate) session: Option<SessionId>,
    /// A visitor's inbox.
    pub(crate) inbox: Option<InboxId>,
}

/// The tenant of a request.
pub(crate) fn tenant(support: &Support, parts: &Parts) -> Result<TenantId> {
    (support.inner.tenant)(parts).ok_or(Error::NotFound)
}

/// Who calls; an error when nobody does.
///
/// The result is kept in the request, so that several extractors ask once.
pub(crate) async fn caller(support: &Support, parts: &mut Parts) -> Result<Caller> {
    if let Some(caller) = parts.extensions.get::<Caller>() {
        return Ok(caller.clone());
    }
    let caller = authenticate(support, parts).await?;
    parts.extensions.insert(caller.clone());
    Ok(caller)
}

async fn authenticate(support: &Support, parts: &mut Parts) -> Result<Caller> {
    let surface = parts.extensions.get::<Surface>().copied().unwrap_or(Surface::Api);
    let tenant = tenant(support, parts)?;
    let desk = &support.inner.desk;
    if surface == Surface::Link {
        return portal::link::caller(support, parts).await;
    }
    let base = BasePath::of(parts);
    if let Some(ticket) = stream_ticket(parts) {
        return by_stream_ticket(support, tenant, surface, &ticket).await;
    }
    if surface == Surface::Api
        && let Some(key) = api_key(&parts.headers)
    {
        return match desk.actor_of_key(tenant, key?).await? {
            Some(actor) => Ok(Caller { actor, session: None, inbox: None }),
            None => Err(desk.wrong_secret(tenant, address(parts), Error::Unauthenticated).await),
        };
    }
    if surface == Surface::Api
        && let Some(bearer) = bearer(&parts.headers)
    {
        if let Some(accounts) = &support.inner.accounts
            && let Some((person, session)) = accounts.by_access_token(desk, tenant, bearer?).await?
        {
            return Ok(Caller { actor: desk.actor(&person).await?, session: Some(session), inbox: None });
        }
        // A host may use bearer tokens of its own.
        return by_host(support, tenant, parts).await;
    }
    // From here on the browser sends the credential by itself, whoever made it send the request.
    let unsafe_method = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let refused = if is_websocket(&parts.headers) {
        !has_own_origin(&parts.headers, desk.public_url())
    } else if is_live(parts) {
        is_other_site(&parts.headers, desk.public_url())
    } else {
        unsafe_method && !is_same_origin(&parts.headers, desk.public_url())
    };
    let cross_site = |caller: Caller| if refused { Err(Error::CrossSite) } else { Ok(caller) };
    let cookie = support.cookie(&parts.headers, surface, tenant, &base);
    match (surface, cookie) {
        (Surface::Api, Some(cookie)) if support.inner.accounts.is_some() => {
            let accounts = support.accounts()?;
            match accounts.by_cookie(desk, tenant, &cookie).await? {
                Some((person, session)) => {
                    cross_site(Caller { actor: desk.actor(&person).await?, session: Some(session), inbox: None })
                }
                None => cross_site(by_host(support, tenant, parts).await?),
            }
        }
        (Surface::Api, _) => cross_site(by_host(support, tenant, parts).await?),
        (Surface::Widget, Some(cookie)) => cross_site(by_visitor(support, tenant, &cookie).await?),
        (Surface::Portal, Some(cookie)) => cross_site(by_portal(support, tenant, &cookie, parts).await?),
        (Surface::Widget | Surface::Portal, None) | (Surface::Link, _) => Err(Error::Unauthenticated),
    }
}

/// `X-API-Key: sk_…`, or the same as a bearer token.
fn api_key(headers: &HeaderMap) -> Option<Result<&str>> {
    if let Some(key) = headers.get("x-api-key") {
        return Some(key.to_str().map_err(|_| Error::Unauthenticated));
    }
    bearer(headers).filter(|token| token.as_ref().is_ok_and(|token| token.starts_with(prefix::API_KEY)))
}

/// `Authorization: Bearer …`. Some error for another scheme.
fn bearer(headers: &HeaderMap) -> Option<Result<&str>> {
    let value = headers.get(header::AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    Some(match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token),
        _ => Err(Error::Unauthenticated),
    })
}

pub(super) fn is_websocket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

async fn by_host(support: &Support, tenant: TenantId, parts: &Parts) -> Result<Caller> {
    let Some(authenticator) = &support.inner.authenticator else { return Err(Error::Unauthenticated) };
    let identity = authenticator.authenticate(parts).await.map_err(|error| Error::Unavailable(error.into()))?;
    let identity = identity.ok_or(Error::Unauthenticated)?;
    let actor = support.inner.desk.actor_of(tenant, identity).await?;
    Ok(Caller { actor, session: None, inbox: None })
}

/// Whether it asks for one of the two live routes.
fn is_live(parts: &Parts) -> bool {
    let path = parts.uri.path();
    path.ends_with("/events/stream") || path.ends_with("/ws")
}

/// Whether a request came with a single-use ticket.
pub(super) fn has_stream_ticket(parts: &Parts) -> bool {
    stream_ticket(parts).is_some()
}

/// A single-use ticket instead of a header, on the two live routes only.
fn stream_ticket(parts: &Parts) -> Option<String> {
    #[derive(Deserialize)]
    struct Ticket {
        ticket: String,
    }
    if !is_live(parts) {
        return None;
    }
    Query::<Ticket>::try_from_uri(&parts.uri).ok().map(|Query(query)| query.ticket)
}

async fn by_stream_ticket(support: &Support, tenant: TenantId, surface: Surface, ticket: &str) -> Result<Caller> {
    if surface != Surface::Api || !secret::is_well_formed(prefix::STREAM, ticket) {
        return Err(Error::Unauthenticated);
    }
    let desk = &support.inner.desk;
    let mut tx = desk.storage().write().await?;
    let session = tx.consume_session(SessionKind::Stream, &secret::hash(ticket), desk.now()).await?;
    let session = session.filter(|session| session.tenant == tenant).ok_or(Error::Unauthenticated)?;
    let person = match session.person {
        Some(person) => tx.find_person(tenant, person).await?.filter(|person| person.is_active),
        None => None,
    };
    tx.commit().await?;
    let person = person.ok_or(Error::Unauthenticated)?;
    Ok(Caller { actor: desk.actor(&person).await?, session: session.parent, inbox: None })
}

async fn by_visitor(support: &Support, tenant: TenantId, cookie: &str) -> Result<Caller> {
    let desk = &support.inner.desk;
    if !secret::is_well_formed(prefix::SESSION, cookie) {
        return Err(Error::Unauthenticated);
    }
    let mut tx = desk.reader().await?;
    let session = tx.find_session(SessionKind::Visitor, &secret::hash(cookie)).await?;
    let session = session.filter(|session| session.tenant == tenant && session.is_live(desk.now()));
    let session = session.ok_or(Error::Unauthenticated)?;
    let person = session.person.ok_or(Error::Unauthenticated)?;
    let person =
        tx.find_person(tenant, person).await?.filter(|person| person.is_active).ok_or(Error::Unauthenticated)?;
    let mut actor = desk.actor(&person).await?;
    actor.kind = ActorKind::Visitor;
    Ok(Caller { actor, session: Some(session.id), inbox: session.inbox })
}

async fn by_portal(support: &Support, tenant: TenantId, cookie: &str, parts: &mut Parts) -> Result<Caller> {
    let desk = &support.inner.desk;
    if !secret::is_well_formed(prefix::SESSION, cookie) {
        return Err(Error::Unauthenticated);
    }
    let mut tx = desk.reader().await?;
    let session = tx.find_session(SessionKind::Portal, &secret::hash(cookie)).await?;
    let session = session.filter(|session| session.tenant == tenant && session.is_live(desk.now()));
    let session = session.ok_or(Error::Unauthenticated)?;
    let token = match session.token {
        Some(token) => tx.find_token(tenant, token).await?,
        None => None,
    };
    drop(tx);
    let token = token.filter(|token| token.is_live(desk.now()));
    let token = token.ok_or(Error::Unauthenticated)?;
    let actor = desk.portal_actor(&token).await?.ok_or(Error::Unauthenticated)?;
    parts.extensions.insert(portal::Opened(std::sync::Arc::new(token)));
    Ok(Caller { actor, session: Some(session.id), inbox: None })
}

/// A request that only looks.
#[derive(Debug)]
pub(crate) struct Asking<G> {
    pub(crate) call: Call,
    pub(crate) caller: Caller,
    gate: PhantomData<G>,
}

impl<G: Gate> FromRequestParts<Support> for Asking<G> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, support: &Support) -> Result<Self> {
        let caller = caller(support, parts).await?;
        if !G::admit(&caller.actor) {
            return Err(Error::Forbidden);
        }
        let call = call(parts, &caller)?;
        Ok(Self { call, caller, gate: PhantomData })
    }
}

/// The call of a request's head, without an idempotency key.
pub(super) fn call(parts: &Parts, caller: &Caller) -> Result<Call> {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut call = Call::new(caller.actor.clone(), request_id);
    call.address = address(parts);
    call.precondition =
        Precondition { versions: etag::versions(&parts.headers)?, unmodified_since: unmodified_since(&parts.headers)? };
    Ok(call)
}

/// The peer's address. Read from the extensions: a host need not have asked axum for it.
pub(super) fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// The call of a request that nobody need be authenticated for: of the engine itself, until it is known who asks.
pub(super) fn open_call(parts: &Parts, tenant: TenantId) -> Call {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Call { address: address(parts), ..Call::new(Actor::system(tenant), request_id) }
}

fn unmodified_since(headers: &HeaderMap) -> Result<Option<Timestamp>> {
    let Some(value) = headers.get(header::IF_UNMODIFIED_SINCE) else { return Ok(None) };
    let time = value.to_str().ok().and_then(|value| DateTime::parse_from_rfc2822(value).ok());
    let bad = || Error::BadRequest { code: "invalid_header", detail: "If-Unmodified-Since is no HTTP date.".into() };
    Ok(Some(time.ok_or_else(bad)?.to_utc()))
}
