//! Events as frames, and who may see them.

use std::sync::Arc;

use crate::{
    desk::{Audience, message_view, ticket_view},
    model::{Actor, ConversationId, EventType, PersonId, Scope, TenantId},
    protocol::{Frame, FrameData, Link},
    storage::FeedEntry,
};

use crate::desk::actor_view;

/// One event of the log, encoded at most once for each side.
#[derive(Debug)]
pub(crate) struct LiveEvent {
    pub(crate) seq: i64,
    tenant: TenantId,
    conversation: Option<ConversationId>,
    requester: Option<PersonId>,
    /// None for facts of the audit, which no feed carries.
    staff: Option<Arc<str>>,
    /// None where customers may not know of it.
    customer: Option<Arc<str>>,
    /// None where holders of links to a record may not know of it, or there are none.
    guest: Option<Arc<str>>,
    links: Vec<Link>,
}

impl LiveEvent {
    pub(super) fn new(entry: &FeedEntry, cursor: &str) -> Self {
        let event = &entry.event;
        let encode = |audience| -> Arc<str> {
            let frame = frame(entry, cursor, audience);
            serde_json::to_string(&frame).unwrap_or_default().into()
        };
        // A deleted or unknown ticket has no customer who could be told.
        let for_customers = !event.is_internal
            && entry.ticket.is_some()
            && entry.message.as_ref().is_none_or(|message| !message.is_internal);
        let links = entry.ticket.as_ref().map(|ticket| ticket.details.links.clone()).unwrap_or_default();
        Self {
            seq: event.seq.unwrap_or_default(),
            tenant: event.tenant,
            conversation: event.conversation,
            requester: entry.ticket.as_ref().map(|ticket| ticket.requester.id),
            staff: (!event.kind.is_audit()).then(|| encode(Audience::Staff)),
            customer: for_customers.then(|| encode(Audience::Customer)),
            guest: (for_customers && !links.is_empty()).then(|| encode(Audience::Guest)),
            links,
        }
    }

    /// The frame for this receiver, if the receiver may see it.
    pub(super) fn for_actor(&self, actor: &Actor) -> Option<Arc<str>> {
        if self.tenant != actor.tenant {
            return None;
        }
        let in_scope = match actor.scope {
            Scope::Desk => true,
            Scope::Requester(person) => self.requester == Some(person),
            Scope::Ticket(ticket) => self.conversation == Some(ticket),
            Scope::Nothing => false,
            Scope::Link(_) => actor.link.as_ref().is_some_and(|link| self.links.contains(link)),
        };
        if !in_scope {
            return None;
        }
        match Audience::of(actor) {
            Audience::Staff => self.staff.clone(),
            Audience::Customer => self.customer.clone(),
            Audience::Guest => self.guest.clone(),
        }
    }
}

fn frame(entry: &FeedEntry, cursor: &str, audience: Audience) -> Frame {
    let event = &entry.event;
    let message = match (&entry.message, &entry.ticket) {
        (Some(message), Some(ticket)) => Some(message_view(message, ticket, audience)),
        _ => None,
    };
    let up_to_seq = match event.kind {
        EventType::MessageRead => event.up_to_seq,
        _ => None,
    };
    Frame {
        seq: Some(cursor.to_owned()),
        kind: event.kind.to_string(),
        ticket: event.conversation,
        conversation: event.conversation,
        data: FrameData {
            ticket: entry.ticket.as_ref().map(|ticket| ticket_view(ticket, audience)),
            message,
            actor: Some(actor_view(event.actor_kind, event.actor, &event.actor_name)),
            up_to_seq,
            ..FrameData::default()
        },
    }
}
