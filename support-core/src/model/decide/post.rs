//! Writing a message or a note into a ticket.

use super::{Circumstance, changed, next, update};
use crate::model::{AuthorKind, ChangeSet, Channel, Direction, EventType, NewMessage, Status, TicketRecord, text};

/// What somebody writes. The body is already validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Posting {
    /// The text.
    pub body: String,
    /// Staff only: the customer never learns of it.
    pub is_internal: bool,
    /// The sender's own id.
    pub client_id: Option<String>,
    /// What it comes through.
    pub channel: Channel,
}

/// A customer's message brings a ticket that waits or is done back to `open`; an agent's first public one is the first response.
pub fn post(around: &mut Circumstance<'_>, ticket: &TicketRecord, posting: Posting) -> ChangeSet {
    let author_kind = around.actor.author_kind();
    let direction = match author_kind {
        AuthorKind::Customer => Direction::Inbound,
        AuthorKind::Agent | AuthorKind::System => Direction::Outbound,
    };
    let is_internal = posting.is_internal && direction == Direction::Outbound;
    let mut after = next(ticket, around.now);
    after.last_seq += 1;
    if !is_internal {
        after.last_public_seq = after.last_seq;
        after.last_message_at = Some(around.now);
        after.activity_at = around.now;
        after.preview = text::preview(&posting.body);
        match direction {
            Direction::Inbound => after.unread_by_agent += 1,
            Direction::Outbound => after.unread_by_customer += 1,
        }
        if author_kind == AuthorKind::Agent && after.first_response_at.is_none() {
            after.first_response_at = Some(around.now);
        }
    }
    let message = NewMessage {
        id: around.message_id(),
        tenant: ticket.tenant,
        conversation: ticket.id,
        seq: after.last_seq,
        client_id: posting.client_id,
        author_kind,
        author: around.actor.person,
        direction,
        is_internal,
        body: posting.body,
        channel: posting.channel,
        created_at: around.now,
    };
    let kind = if is_internal { EventType::NoteCreated } else { EventType::MessageCreated };
    let mut event = around.event(kind, ticket);
    event.message = Some(message.id);
    let mut events = vec![event];

    if direction == Direction::Inbound && ticket.status != Status::Open {
        let kind = if ticket.status.is_done() { EventType::TicketReopened } else { EventType::TicketUpdated };
        let mut reopened = around.event(kind, ticket);
        reopened
            .changes
            .insert("status".into(), changed(Some(ticket.status.to_string()), Some(Status::Open.to_string())));
        events.push(reopened);
        after.status = Status::Open;
        after.snoozed_until = None;
        after.resolved_at = None;
        after.closed_at = None;
    }
    let mut change = update(ticket, after, events);
    change.messages.push(message);
    change
}
