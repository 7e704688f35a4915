//! Decisions: what a ticket's state and an intention make of each other. Pure functions; the desk writes what they return.

mod assign;
mod change;
mod converse;
#[cfg(test)]
mod converse_tests;
mod edit;
mod merge;
mod open;
mod post;
mod promise;
mod read;
mod status;

pub use assign::assign;
pub use change::{Patch, change};
pub use converse::{
    Starting, add_people, delete_said, edit_said, react_to_said, read_one, read_up_to, remove, rename, say, start,
};
pub use edit::{delete_message, edit_message, react};
pub use merge::{Thread, merge_away, merge_in, unmerge_away, unmerge_from};
pub use open::{Opening, open};
pub use post::{Posting, post};
pub use promise::{follow, recompute, ring};
pub use read::read;
pub use status::{set_status, snooze};

use std::{collections::BTreeMap, net::IpAddr};

use uuid::Uuid;

use super::{
    Actor, ChangeSet, ConversationId, EventId, EventType, IndexChange, MessageId, NewEvent, RevisionId, TenantId,
    TicketRecord, TicketWrite, Timestamp, tally::tally,
};
use crate::protocol::Change;

/// What every decision is told about its circumstances, so that it needs neither clock nor randomness.
pub struct Circumstance<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// The time of the decision; all times in the change set are this one.
    pub now: Timestamp,
    /// The request, for the log.
    pub request_id: &'a str,
    /// Where it came from, for the log.
    pub address: Option<IpAddr>,
    /// Draws fresh UUIDv7 ids, ascending.
    pub ids: &'a mut (dyn FnMut() -> Uuid + Send),
}

impl std::fmt::Debug for Circumstance<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Circumstance")
            .field("now", &self.now)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl Circumstance<'_> {
    fn event(&mut self, kind: EventType, ticket: &TicketRecord) -> NewEvent {
        self.event_in(kind, ticket.tenant, ticket.id)
    }

    fn event_in(&mut self, kind: EventType, tenant: TenantId, conversation: ConversationId) -> NewEvent {
        NewEvent {
            id: EventId((self.ids)()),
            tenant,
            kind,
            is_internal: kind.is_internal(),
            actor_kind: self.actor.kind,
            actor: self.actor.person,
            conversation: Some(conversation),
            message: None,
            up_to_seq: None,
            changes: BTreeMap::new(),
            resource: None,
            address: self.address.map(|address| address.to_string()),
            request_id: self.request_id.to_owned(),
            occurred_at: self.now,
        }
    }

    fn revision_id(&mut self) -> RevisionId {
        RevisionId((self.ids)())
    }

    fn message_id(&mut self) -> MessageId {
        MessageId((self.ids)())
    }
}

/// The next state of a loaded ticket, with the version counted up.
fn next(ticket: &TicketRecord, now: Timestamp) -> TicketRecord {
    TicketRecord { version: ticket.version + 1, updated_at: now, ..ticket.clone() }
}

fn update(before: &TicketRecord, after: TicketRecord, events: Vec<NewEvent>) -> ChangeSet {
    ChangeSet {
        index: IndexChange::between(Some(before), &after),
        tally: tally(Some(before), &after),
        ticket: TicketWrite::Update { before: Box::new(before.clone()), ticket: after },
        messages: Vec::new(),
        edits: Vec::new(),
        events,
        deliveries: Vec::new(),
    }
}

fn changed(from: Option<String>, to: Option<String>) -> Change {
    Change { from, to }
}
