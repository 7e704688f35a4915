//! `GET ws`: the same feed as `events/stream`, with typing, presence and reading upwards.

use std::time::{Duration, Instant};

use axum::{
    extract::{
        FromRequestParts, Request, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    http::request::Parts,
    response::Response,
};
use tokio::time::timeout;

use super::{
    super::{
        caller::{Asking, Caller},
        command::Params,
        gate::{CustomerOr, TicketsRead},
    },
    is_still_allowed,
    stream::{FeedParams, ping},
};
use crate::{
    desk::Call,
    error::{Error, Result},
    live::{Next, Subscription},
    model::{Action, TicketId, TicketRecord, Verdict},
    protocol::{MarkRead, Problem, UpFrame},
    support::Support,
};

/// A frame from a client: typing, views, reads are short.
const FRAME_MAX_BYTES: usize = 64 * 1024;
/// The default of 128 KiB a socket is what an idle connection would cost.
const READ_BUFFER_BYTES: usize = 1024;
/// A receiver that does not take a frame within this time is cut off; it resumes with its cursor.
const SEND_TIME: Duration = Duration::from_secs(10);
/// Frames from a client: a burst, and what is given back each second.
const BURST: f64 = 60.0;
const PER_SECOND: f64 = 20.0;

/// The live feed over a WebSocket. Downwards the frames of `events/stream`; upwards `typing`, `read`, `view`, `ping`.
#[utoipa::path(get, path = "/ws", tag = "realtime", params(FeedParams), responses(
    (status = 101, description = "The feed"),
    (status = 400, description = "Not a WebSocket handshake", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "The request came from another site", body = Problem),
))]
pub(in crate::http) async fn socket(State(support): State<Support>, request: Request) -> Result<Response> {
    let (mut parts, _) = request.into_parts();
    let asking = Asking::<CustomerOr<TicketsRead>>::from_request_parts(&mut parts, &support).await?;
    let Params(params) = Params::<FeedParams>::from_request_parts(&mut parts, &support).await?;
    let no_handshake = |_| Error::BadRequest { code: "no_websocket", detail: "This address speaks WebSocket.".into() };
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &support).await.map_err(no_handshake)?;
    let desk = support.desk().clone();
    let hub = std::sync::Arc::clone(&support.inner.hub);
    let subscription = Subscription::start(desk, hub, asking.call.actor.clone(), params.since.as_deref()).await?;
    let connection = Connection {
        support,
        call: asking.call,
        caller: asking.caller,
        parts,
        viewing: None,
        allowance: Allowance::new(),
    };
    let upgrade = upgrade.read_buffer_size(READ_BUFFER_BYTES).write_buffer_size(0);
    Ok(upgrade
        .max_message_size(FRAME_MAX_BYTES)
        .max_frame_size(FRAME_MAX_BYTES)
        .on_upgrade(move |socket| connection.serve(socket, subscription)))
}

struct Connection {
    support: Support,
    call: Call,
    caller: Caller,
    parts: Parts,
    viewing: Option<TicketId>,
    allowance: Allowance,
}

impl Connection {
    async fn serve(mut self, mut socket: WebSocket, mut subscription: Subscription) {
        let stopped = self.support.inner.stopped.clone();
        let reason = loop {
            tokio::select! {
                () = stopped.cancelled() => break Some((close_code::AWAY, "stopping")),
                next = subscription.next() => match self.down(next).await {
                    Ok(text) => match timeout(SEND_TIME, socket.send(Message::Text(text.into()))).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) | Err(_) => break None,
                    },
                    Err(reason) => break Some(reason),
                },
                received = socket.recv() => match received {
                    Some(Ok(Message::Text(text))) => {
                        if !self.allowance.take() {
                            break Some((close_code::POLICY, "too many frames"));
                        }
                        match self.up(&text).await {
                            Ok(Some(answer)) => if socket.send(Message::Text(answer.into())).await.is_err() { break None },
                            Ok(None) => {}
                            Err(()) => break Some((close_code::POLICY, "an unknown frame")),
                        }
                    }
                    Some(Ok(Message::Binary(_))) => break Some((close_code::UNSUPPORTED, "text only")),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => if !self.allowance.take() {
                        break Some((close_code::POLICY, "too many frames"));
                    },
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break None,
                },
            }
        };
        self.support.inner.hub.view(&self.call.actor, self.viewing, None);
        if let Some((code, reason)) = reason {
            let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        }
    }

    /// The text to send, or why to close.
    async fn down(&self, next: Next) -> Result<String, (u16, &'static str)> {
        match next {
            Next::Frame { json, .. } => Ok(json.to_string()),
            Next::Check(cursor) => match is_still_allowed(&self.support, &self.parts, &self.caller).await {
                Ok(false) => Err((close_code::POLICY, "signed out")),
                Ok(true) | Err(_) => Ok(ping(cursor)),
            },
            Next::Revoked => Err((close_code::POLICY, "signed out")),
            Next::Closed => Err((close_code::AWAY, "stopping")),
        }
    }

    /// Acts on a client's frame. What a client may not do is passed over in silence, as if the ticket were not there.
    async fn up(&mut self, text: &str) -> Result<Option<String>, ()> {
        match serde_json::from_str(text).map_err(drop)? {
            UpFrame::Ping => return Ok(Some(r#"{"type":"ping","data":{}}"#.to_owned())),
            UpFrame::Typing { ticket } => {
                if let Some(ticket) = self.reachable(ticket, Action::Reply).await {
                    self.support.inner.hub.typing(&self.call.actor, &ticket);
                }
            }
            UpFrame::Read { ticket, up_to_seq } => {
                // A failed read is repeated by the client the next time that it looks.
                let _ = self.support.desk().read(&self.call, ticket, MarkRead { up_to_seq }).await;
            }
            UpFrame::View { ticket } => {
                if !self.call.actor.is_staff() {
                    return Ok(None);
                }
                let ticket = match ticket {
                    Some(ticket) => self.reachable(ticket, Action::Read).await.map(|ticket| ticket.id),
                    None => None,
                };
                let before = std::mem::replace(&mut self.viewing, ticket);
                self.support.inner.hub.view(&self.call.actor, before, ticket);
                if let Some(ticket) = ticket {
                    return Ok(Some(self.support.inner.hub.viewers(self.call.actor.tenant, ticket).to_string()));
                }
            }
        }
        Ok(None)
    }

    async fn reachable(&self, ticket: TicketId, action: Action) -> Option<TicketRecord> {
        let actor = &self.call.actor;
        let mut tx = self.support.desk().reader().await.ok()?;
        let ticket = tx.find_ticket(actor.tenant, actor.scope, ticket).await.ok()??;
        (self.support.desk().can(actor, action, &ticket) == Verdict::Allow).then_some(ticket)
    }
}

/// A token bucket for one socket.
struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowance {
    fn new() -> Self {
        Self { left: BURST, at: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + now.duration_since(self.at).as_secs_f64() * PER_SECOND).min(BURST);
        self.at = now;
        self.left -= 1.0;
        self.left >= 0.0
    }
}
