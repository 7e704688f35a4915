//! `events`: the timeline and the live feed.

mod socket;
mod stream;
mod ticket;
mod timeline;

use axum::http::request::Parts;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Caller, caller, has_stream_ticket};
use crate::{error::Result, support::Support};

pub(super) fn shared() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(stream::stream)).routes(routes!(socket::socket))
}

pub(super) fn desk() -> OpenApiRouter<Support> {
    OpenApiRouter::new()
        .routes(routes!(timeline::timeline))
        .routes(routes!(timeline::events))
        .routes(routes!(ticket::ticket))
}

/// Asks again who the caller of a long-lived stream is, with the head that it came with.
///
/// A single-use ticket is spent by now: such a stream lives as long as the session that drew it, or, where the host keeps the
/// sessions, as long as its person is active.
pub(super) async fn is_still_allowed(support: &Support, parts: &Parts, known: &Caller) -> Result<bool> {
    if let Some(session) = known.session {
        let desk = support.desk();
        let mut tx = desk.reader().await?;
        let live = tx
            .find_session_by_id(known.actor.tenant, session)
            .await?
            .is_some_and(|session| session.is_live(desk.now()));
        let person = match known.actor.person {
            Some(person) => tx.find_person(known.actor.tenant, person).await?,
            None => None,
        };
        return Ok(live && person.is_some_and(|person| person.is_active));
    }
    if has_stream_ticket(parts) {
        let mut tx = support.desk().reader().await?;
        let person = match known.actor.person {
            Some(person) => tx.find_person(known.actor.tenant, person).await?,
            None => None,
        };
        return Ok(person.is_some_and(|person| person.is_active));
    }
    let mut parts = parts.clone();
    parts.extensions.remove::<Caller>();
    match caller(support, &mut parts).await {
        Ok(again) => Ok(again.actor == known.actor),
        Err(crate::error::Error::Unauthenticated) => Ok(false),
        Err(error) => Err(error),
    }
}
