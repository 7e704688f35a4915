//! Opening a ticket.

use super::{Circumstance, Posting, post};
use crate::model::{
    ChangeSet, Channel, ConversationId, Details, EventType, InboxId, IndexChange, Priority, Status, TicketRecord,
    TicketWrite, record::PersonBrief, tally::tally,
};

/// What a new ticket starts with. Texts are already validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// One line.
    pub subject: String,
    /// Longer text that is no message.
    pub description: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// The desk's own word.
    pub category: Option<String>,
    /// What it comes through.
    pub channel: Channel,
    /// Where it comes from.
    pub inbox: Option<InboxId>,
    /// The customer.
    pub requester: PersonBrief,
    /// The first message.
    pub message: Option<Posting>,
    /// Tags, links and the like.
    pub details: Details,
    /// The ticket's number, drawn by the storage.
    pub number: i64,
}

/// A ticket always starts `open`, unassigned, at version 1.
pub fn open(around: &mut Circumstance<'_>, opening: Opening) -> ChangeSet {
    let ticket = TicketRecord {
        id: ConversationId((around.ids)()),
        tenant: around.actor.tenant,
        number: opening.number,
        subject: opening.subject,
        description: opening.description,
        status: Status::Open,
        priority: opening.priority,
        category: opening.category,
        channel: opening.channel,
        inbox: opening.inbox,
        requester: opening.requester,
        assignee: None,
        team: None,
        snoozed_until: None,
        merged_into: None,
        merged_at: None,
        sla_due_at: None,
        sla_overdue: false,
        sla: None,
        details: opening.details,
        created_by: around.actor.person,
        last_seq: 0,
        last_public_seq: 0,
        last_message_at: None,
        preview: String::new(),
        activity_at: around.now,
        unread_by_agent: 0,
        unread_by_customer: 0,
        agent_read_seq: 0,
        customer_read_seq: 0,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        created_at: around.now,
        updated_at: around.now,
        version: 1,
    };
    let index = IndexChange::between(None, &ticket);
    let created = around.event(EventType::TicketCreated, &ticket);
    let Some(posting) = opening.message else {
        return ChangeSet {
            messages: Vec::new(),
            edits: Vec::new(),
            events: vec![created],
            index,
            tally: tally(None, &ticket),
            ticket: TicketWrite::Insert(ticket),
            deliveries: Vec::new(),
        };
    };
    let posted = post(around, &ticket, posting, None);
    let mut ticket = posted.ticket.ticket().clone();
    ticket.version = 1;
    let mut events = vec![created];
    events.extend(posted.events);
    ChangeSet {
        index,
        tally: tally(None, &ticket),
        ticket: TicketWrite::Insert(ticket),
        messages: posted.messages,
        edits: Vec::new(),
        events,
        deliveries: Vec::new(),
    }
}
