//! One reader of the live feed.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

use super::{Ephemeral, EphemeralKind, Hub, Position, encode::LiveEvent};
use crate::{
    desk::Desk,
    error::Result,
    model::{Actor, Scope, TicketId},
    protocol::{Frame, FrameData, frame_type},
};

/// Events handed to a subscription at once.
const BATCH: usize = 128;
/// A subscription further behind than this starts anew instead of reading everything.
const BEHIND_MAX: i64 = 20_000;
/// However busy a stream is: this often its receiver's rights are looked at again, and its cursor is told.
const PING: Duration = Duration::from_secs(15);

/// A right that ended between the request's check and the start of its stream is found this soon.
const FIRST_CHECK: Duration = Duration::from_secs(2);

/// What a subscription yields.
#[derive(Debug)]
pub(crate) enum Next {
    /// A frame as JSON, with the cursor to resume after it where it has one.
    Frame {
        /// Stands in `id:` of SSE.
        cursor: Option<String>,
        /// The frame.
        json: Arc<str>,
    },
    /// Time to check the permissions again, then to tell the cursor.
    Check(String),
    /// The receiver's rights were taken away.
    Revoked,
    /// The engine stops.
    Closed,
}

/// A place in the feed with what waits to be handed out.
pub(crate) struct Subscription {
    desk: Desk,
    hub: Arc<Hub>,
    /// With the scope that holds now: a link leads on to what its ticket was merged into.
    actor: Actor,
    /// The ticket that a link was made for.
    linked: Option<TicketId>,
    at: Position,
    position: watch::Receiver<Position>,
    ephemeral: broadcast::Receiver<Arc<Ephemeral>>,
    ready: VecDeque<Next>,
    ping_at: Instant,
}

impl Subscription {
    /// Starts after `since`; without it, now. A cursor that is too old, foreign or from the future gives `reset` first.
    pub(crate) async fn start(desk: Desk, hub: Arc<Hub>, mut actor: Actor, since: Option<&str>) -> Result<Self> {
        let mut position = hub.position.subscribe();
        let ephemeral = hub.ephemeral.subscribe();
        if hub.position.receiver_count() == 1 {
            // The tail slept, and nobody numbered what was committed meanwhile.
            desk.storage().number_events().await?;
        }
        hub.awaited.notify_one();
        let tail = position.borrow_and_update().clone();
        // The tail may be a moment behind the log; a client's cursor may come from the log itself.
        let mut tx = desk.reader().await?;
        let log = tx.feed_position().await?;
        let mut linked = None;
        if let Scope::Ticket(ticket) = actor.scope {
            linked = Some(ticket);
            // After the position: what is merged from here on is met in the log.
            let merged_into = tx.find_ticket(actor.tenant, actor.scope, ticket).await?.and_then(|it| it.merged_into);
            actor.scope = Scope::Ticket(merged_into.unwrap_or(ticket));
        }
        drop(tx);
        let head = Position { epoch: log.epoch.into(), seq: log.last_seq.max(tail.seq) };
        let mut ready = VecDeque::new();
        let at = match since.map(|cursor| head.parse(cursor)) {
            None => {
                ready.push_back(control(frame_type::READY, head.cursor(log.last_seq)));
                Position { seq: log.last_seq, ..head }
            }
            Some(Some(seq)) if seq + 1 >= log.first_seq && head.seq - seq <= BEHIND_MAX => {
                ready.push_back(control(frame_type::READY, head.cursor(seq)));
                Position { seq, ..head }
            }
            Some(Some(_) | None) => {
                ready.push_back(control(frame_type::RESET, head.cursor(log.last_seq)));
                Position { seq: log.last_seq, ..head }
            }
        };
        Ok(Self { desk, hub, actor, linked, at, position, ephemeral, ready, ping_at: Instant::now() + FIRST_CHECK })
    }

    /// Waits for the next thing. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Next {
        loop {
            // What waits to be handed out lies before where the reading stands: until it is gone there is no cursor to tell.
            if self.ready.is_empty() && Instant::now() >= self.ping_at {
                self.ping_at = Instant::now() + PING;
                return Next::Check(self.at.cursor(self.at.seq));
            }
            if let Some(next) = self.ready.pop_front() {
                return next;
            }
            match self.read().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "a subscription cannot read the log");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            }
            tokio::select! {
                changed = self.position.changed() => if changed.is_err() { return Next::Closed },
                ephemeral = self.ephemeral.recv() => match ephemeral {
                    Ok(ephemeral) => match ephemeral.kind {
                        EphemeralKind::Revoked(person) if self.actor.person == Some(person) => return Next::Revoked,
                        EphemeralKind::Recheck(person) if self.actor.person == Some(person) => {
                            self.ping_at = Instant::now();
                        }
                        _ => if let Some(json) = ephemeral.for_actor(&self.actor) {
                            return Next::Frame { cursor: None, json };
                        }
                    },
                    // Among what was missed may have been the end of this receiver's rights.
                    Err(broadcast::error::RecvError::Lagged(_)) => self.ping_at = Instant::now(),
                    Err(broadcast::error::RecvError::Closed) => return Next::Closed,
                },
                () = tokio::time::sleep_until(self.ping_at) => {}
            }
        }
    }

    /// Takes the next events from the ring or the log. True when it moved.
    async fn read(&mut self) -> Result<bool> {
        let head = self.position.borrow_and_update().clone();
        if head.epoch != self.at.epoch || head.seq <= self.at.seq {
            return Ok(false);
        }
        if let Some(events) = self.hub.ring.after(self.at.seq, BATCH) {
            return Ok(self.take(&events));
        }
        if head.seq - self.at.seq > BEHIND_MAX {
            self.at.seq = head.seq;
            self.ready.push_back(control(frame_type::RESET, head.cursor(head.seq)));
            return Ok(true);
        }
        let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let entries = self.desk.reader().await?.feed(self.at.seq, limit).await?;
        let events: Vec<_> = entries
            .iter()
            .map(|entry| Arc::new(LiveEvent::new(entry, &head.cursor(entry.event.seq.unwrap_or_default()))))
            .collect();
        Ok(self.take(&events))
    }

    fn take(&mut self, events: &[Arc<LiveEvent>]) -> bool {
        for event in events {
            self.at.seq = event.seq;
            let before = event.for_actor(&self.actor);
            if self.linked.is_some() && event.conversation == self.linked {
                self.actor.scope = event.merged_into.or(self.linked).map_or(Scope::Nothing, Scope::Ticket);
            }
            // Told of the merge itself and of its undoing: the one belongs to where the link led, the other to where it leads.
            if let Some(json) = before.or_else(|| event.for_actor(&self.actor)) {
                self.ready.push_back(Next::Frame { cursor: Some(self.at.cursor(event.seq)), json });
            }
        }
        !events.is_empty()
    }
}

/// A frame that is no event.
fn control(kind: &str, cursor: String) -> Next {
    let frame = Frame {
        seq: Some(cursor.clone()),
        kind: kind.to_owned(),
        ticket: None,
        conversation: None,
        data: FrameData::default(),
    };
    Next::Frame { cursor: Some(cursor), json: serde_json::to_string(&frame).unwrap_or_default().into() }
}
