//! `events`: the timeline and the live feed.

mod socket;
mod stream;
mod ticket;
mod timeline;

use axum::http::request::Parts;

use super::caller::{Caller, caller, has_stream_ticket};
use crate::{
    error::{Error, Result},
    http::routes::{Routes, routes},
    support::Support,
};

pub(super) fn shared() -> Routes {
    Routes::new().routes(routes!(stream::stream)).routes(routes!(socket::socket))
}

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(timeline::timeline)).routes(routes!(timeline::events)).routes(routes!(ticket::ticket))
}

/// Asks again who the caller of a long-lived stream is, with the head that it came with.
///
/// A single-use ticket is spent by now: such a stream lives as long as the session that drew it, or, where the host keeps the
/// sessions, as long as its person is active.
pub(super) async fn is_still_allowed(support: &Support, parts: &Parts, known: &Caller) -> Result<bool> {
    if known.session.is_none() && !has_stream_ticket(parts) {
        let mut parts = parts.clone();
        parts.extensions.remove::<Caller>();
        return match caller(support, &mut parts).await {
            Ok(again) => Ok(again.actor == known.actor),
            Err(Error::Unauthenticated | Error::TooManyRequests { .. }) => Ok(false),
            Err(error) => Err(error),
        };
    }
    let (desk, tenant) = (support.desk(), known.actor.tenant);
    let mut tx = desk.reader().await?;
    if let Some(session) = known.session {
        let session = tx.find_session_by_id(tenant, session).await?.filter(|session| session.is_live(desk.now()));
        let Some(session) = session else { return Ok(false) };
        if let Some(token) = session.token {
            let token = tx.find_token(tenant, token).await?.filter(|token| token.is_live(desk.now()));
            drop(tx);
            return Ok(match token {
                Some(token) => desk.portal_actor(&token).await?.is_some(),
                None => false,
            });
        }
    }
    let person = match known.actor.person {
        Some(person) => tx.find_person(tenant, person).await?.filter(|person| person.is_active),
        None => None,
    };
    drop(tx);
    // A stream goes on with the rights that it began with, so with others it ends.
    Ok(match person {
        Some(person) => desk.actor(&person).await?.permissions == known.actor.permissions,
        None => false,
    })
}
