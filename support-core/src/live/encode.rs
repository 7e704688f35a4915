//! Events as frames, and who may see them.

use std::sync::Arc;

use crate::{
    desk::{Audience, actor_view, conversation_view, message_view, said_view, ticket_view, woken},
    model::{Actor, ActorKind, ConversationId, EventRecord, EventType, PersonId, Scope, TenantId, TicketId},
    protocol::{ConversationFrame, ConversationFrameData, Frame, FrameData, Link},
    storage::FeedEntry,
};

/// One event of the log, encoded at most once for each side.
#[derive(Debug)]
pub(crate) struct LiveEvent {
    pub(crate) seq: i64,
    tenant: TenantId,
    pub(super) conversation: Option<ConversationId>,
    requester: Option<PersonId>,
    /// What the ticket has become a part of.
    pub(super) merged_into: Option<TicketId>,
    /// None for facts of the audit, which no feed carries.
    staff: Option<Arc<str>>,
    /// None where customers may not know of it.
    customer: Option<Arc<str>>,
    /// None where holders of links to a record may not know of it, or there are none.
    guest: Option<Arc<str>>,
    links: Vec<Link>,
    /// Whom it is for alone, where it is for nobody else.
    only: Option<Vec<PersonId>>,
    /// Of a direct or group conversation: nobody but those who take part gets it, each their own.
    among: Option<Box<Among>>,
}

/// What happened among colleagues.
#[derive(Debug)]
struct Among {
    entry: FeedEntry,
    cursor: String,
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
        // Of whatever has neither a ticket nor a conversation any more nobody learns.
        let of_ticket = event.conversation.is_none() || entry.ticket.is_some();
        let among = entry.conversation.is_some().then(|| Among { entry: entry.clone(), cursor: cursor.to_owned() });
        let links = entry.ticket.as_ref().map(|ticket| ticket.details.links.clone()).unwrap_or_default();
        Self {
            seq: event.seq.unwrap_or_default(),
            tenant: event.tenant,
            conversation: event.conversation,
            requester: entry.ticket.as_ref().map(|ticket| ticket.requester.id),
            merged_into: entry.ticket.as_ref().and_then(|ticket| ticket.merged_into),
            staff: (of_ticket && !event.kind.is_audit()).then(|| encode(Audience::Staff)),
            customer: for_customers.then(|| encode(Audience::Customer)),
            guest: (for_customers && !links.is_empty()).then(|| encode(Audience::Guest)),
            links,
            only: event.kind.is_personal().then(|| woken(&event.changes)),
            among: among.map(Box::new),
        }
    }

    /// The frame for this receiver, if the receiver may see it.
    pub(super) fn for_actor(&self, actor: &Actor) -> Option<Arc<str>> {
        if self.tenant != actor.tenant {
            return None;
        }
        if let Some(only) = &self.only {
            let is_meant = actor.person.is_some_and(|person| only.contains(&person));
            return self.staff.clone().filter(|_| is_meant && actor.is_staff());
        }
        if let Some(among) = &self.among {
            return among.for_actor(actor);
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

impl Among {
    fn for_actor(&self, actor: &Actor) -> Option<Arc<str>> {
        let person = actor.person.filter(|_| actor.kind == ActorKind::Agent)?;
        let (event, conversation) = (&self.entry.event, self.entry.conversation.as_ref()?);
        let takes_part = conversation.has(person);
        if !takes_part && !was_taken_out(event, person) {
            return None;
        }
        let message = self.entry.message.as_ref().filter(|_| takes_part);
        let frame = ConversationFrame {
            seq: Some(self.cursor.clone()),
            kind: event.kind.to_string(),
            conversation: conversation.id,
            data: ConversationFrameData {
                conversation: takes_part.then(|| conversation_view(conversation, person)),
                message: message.map(|message| said_view(message, conversation, person)),
                actor: actor_view(event.actor_kind, event.actor, &event.actor_name),
                up_to_seq: event.up_to_seq,
            },
        };
        Some(serde_json::to_string(&frame).unwrap_or_default().into())
    }
}

/// Whether the event says that this person takes part no longer.
fn was_taken_out(event: &EventRecord, person: PersonId) -> bool {
    let change = event.changes.get("participants").filter(|_| event.kind == EventType::ConversationUpdated);
    change.and_then(|change| change.from.as_ref()).is_some_and(|from| *from == person.to_string())
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
