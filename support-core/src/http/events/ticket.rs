//! `POST events/ticket`: a single-use credential for a stream.

use axum::{Json, extract::State};
use chrono::TimeDelta;
use serde::Serialize;

use super::super::{
    command::{Command, Nothing, Secret},
    gate::{CustomerOr, TicketsRead},
};
use crate::{
    error::{Error, Result},
    model::{ActorKind, SessionId},
    protocol::Problem,
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord},
    support::Support,
};

/// Seconds that a ticket lives.
const TICKET_SECONDS: i64 = 60;

/// A single-use credential for `events/stream` or `ws`, where no header can be set.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::http) struct StreamTicket {
    /// Goes into `?ticket=`, once, within 60 seconds.
    ticket: String,
}

/// Draws a single-use ticket for a stream. Not for API keys, which are sent with every request.
#[utoipa::path(post, path = "/events/ticket", tag = "realtime", responses(
    (status = 200, description = "The ticket", body = StreamTicket),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed, or an API key", body = Problem),
))]
pub(in crate::http) async fn ticket(
    State(support): State<Support>,
    command: Command<Nothing, CustomerOr<TicketsRead>, Secret>,
) -> Result<Json<StreamTicket>> {
    let desk = support.desk();
    let actor = &command.call.actor;
    // Its ticket would open nothing: a ticket is a person's.
    if actor.kind == ActorKind::Service {
        return Err(Error::Forbidden);
    }
    let now = desk.now();
    let session = SessionRecord {
        id: SessionId(desk.fresh_id(now)),
        tenant: actor.tenant,
        kind: SessionKind::Stream,
        person: Some(actor.person.ok_or(Error::Forbidden)?),
        inbox: None,
        token: None,
        parent: command.caller.session,
        created_at: now,
        expires_at: now + TimeDelta::seconds(TICKET_SECONDS),
        revoked_at: None,
    };
    let ticket = secret::fresh(prefix::STREAM, desk.entropy());
    let mut tx = desk.storage().write().await?;
    tx.insert_session(&session, Some(&secret::hash(&ticket))).await?;
    tx.commit().await?;
    Ok(Json(StreamTicket { ticket }))
}
