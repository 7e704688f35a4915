//! `w/api/v1/session`: a visitor comes, says who they are, goes.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;

use super::{
    super::{
        base::BasePath,
        caller::{Asking, Caller, caller, open_call, tenant},
        command::{Command, Nothing, Open, Secret},
        cookies::{Surface, is_same_origin},
        gate::Anyone,
    },
    identity::{self, Claimed},
};
use crate::{
    desk::Call,
    error::{Error, Result},
    model::{InboxRecord, PersonId, PersonKind, PersonRecord, Role, SessionId},
    protocol::{ChangeVisitor, Contact, Problem, StartSession, VisitorSession},
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord},
    support::Support,
};

/// Days that a visitor is remembered.
const SESSION_DAYS: i64 = 90;

/// Starts a visitor's session, or resumes the cookie's. With a host-signed identity the session is always a new one.
#[utoipa::path(post, path = "/session", tag = "widget", security(()), request_body = StartSession, responses(
    (status = 200, description = "The visitor; the cookie is set", body = VisitorSession),
    (status = 401, description = "The identity is not valid", body = Problem),
    (status = 403, description = "The request came from another site", body = Problem),
    (status = 404, description = "There is no such inbox", body = Problem),
))]
pub(super) async fn start(State(support): State<Support>, open: Open<StartSession>) -> Result<Response> {
    let mut parts = open.parts;
    if !is_same_origin(&parts.headers, support.desk().public_url()) {
        return Err(Error::CrossSite);
    }
    let tenant = tenant(&support, &parts)?;
    let inbox = support.desk().find_inbox(tenant, &open.input.key).await?.ok_or(Error::NotFound)?;
    let known = known(&support, &mut parts, &inbox).await?;
    let claimed = match &open.input.identity {
        Some(token) => Some(identity::verify(&inbox, token, support.desk().now())?),
        None => None,
    };
    if let (None, Some(known)) = (&claimed, &known) {
        return Ok(Json(visitor(&support, known).await?).into_response());
    }
    let (person, secret) = begin(&support, &open_call(&parts, tenant), &inbox, claimed, known.as_ref()).await?;
    let caller = Caller { actor: support.desk().actor(&person).await?, session: None, inbox: Some(inbox.id) };
    let base = BasePath::of(&parts);
    let cookie = support.set_cookie(Surface::Widget, tenant, &base, Some(&secret), SESSION_DAYS * 86_400);
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie)], Json(visitor(&support, &caller).await?)).into_response())
}

/// The visitor whom the cookie names, if it belongs to this inbox.
async fn known(support: &Support, parts: &mut Parts, inbox: &InboxRecord) -> Result<Option<Caller>> {
    match caller(support, parts).await {
        Ok(caller) => Ok(Some(caller).filter(|caller| caller.inbox == Some(inbox.id))),
        Err(Error::Unauthenticated) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A new session, and an end to the one before it: a session never changes its owner.
async fn begin(
    support: &Support,
    call: &Call,
    inbox: &InboxRecord,
    claimed: Option<Claimed>,
    before: Option<&Caller>,
) -> Result<(PersonRecord, String)> {
    let desk = support.desk();
    let now = desk.now();
    let verified = claimed.is_some();
    let (subject, name, email) = match claimed {
        Some(claimed) => (Some(format!("host:{}", claimed.subject)), claimed.name, claimed.email),
        None => (None, String::new(), None),
    };
    let mut tx = desk.storage().write().await?;
    let person = tx
        .upsert_person(&PersonRecord {
            id: PersonId(desk.fresh_id(now)),
            tenant: inbox.tenant,
            kind: PersonKind::Contact,
            subject,
            name,
            email,
            phone: None,
            verified,
            role: Role::Customer,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        })
        .await?;
    if let Some(session) = before.and_then(|before| before.session) {
        desk.end_session(call, tx.as_write(), session).await?;
    }
    let session = SessionRecord {
        id: SessionId(desk.fresh_id(now)),
        tenant: inbox.tenant,
        kind: SessionKind::Visitor,
        person: Some(person.id),
        inbox: Some(inbox.id),
        token: None,
        parent: None,
        created_at: now,
        expires_at: now + TimeDelta::days(SESSION_DAYS),
        revoked_at: None,
    };
    let secret = secret::fresh(prefix::SESSION, desk.entropy());
    tx.insert_session(&session, Some(&secret::hash(&secret))).await?;
    tx.commit().await?;
    Ok((person, secret))
}

async fn visitor(support: &Support, caller: &Caller) -> Result<VisitorSession> {
    let desk = support.desk();
    let call = Call::new(caller.actor.clone(), "");
    let position = desk.reader().await?.feed_position().await?;
    let person = caller.actor.person.ok_or(Error::Unauthenticated)?;
    Ok(VisitorSession {
        contact: desk.show_contact(&call, person).await?,
        cursor: format!("{}-{}", position.epoch, position.last_seq),
    })
}

/// The visitor's session, if there is one.
#[utoipa::path(get, path = "/session", tag = "widget", responses(
    (status = 200, description = "The visitor", body = VisitorSession),
    (status = 401, description = "There is none", body = Problem),
))]
pub(super) async fn show(State(support): State<Support>, asking: Asking<Anyone>) -> Result<axum::Json<VisitorSession>> {
    Ok(Json(visitor(&support, &asking.caller).await?))
}

/// Ends the visitor's session and removes the cookie.
#[utoipa::path(post, path = "/session/end", tag = "widget", responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "There is none", body = Problem),
))]
pub(super) async fn end(
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
    let cookie = support.set_cookie(Surface::Widget, tenant, &base, None, 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// What a visitor says of themselves: a name, an address for answers. Never proof of who they are.
#[utoipa::path(patch, path = "/me", tag = "widget", request_body = ChangeVisitor, responses(
    (status = 200, description = "The visitor as they are now", body = Contact),
    (status = 401, description = "There is no session", body = Problem),
    (status = 409, description = "The host vouches for this contact", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
))]
pub(super) async fn change(
    State(support): State<Support>,
    command: Command<ChangeVisitor, Anyone>,
) -> Result<Json<Contact>> {
    Ok(Json(support.desk().change_visitor(&command.call, command.input).await?.value))
}
