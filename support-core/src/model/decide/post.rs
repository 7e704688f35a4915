//! Writing a message or a note into a ticket.

use super::{Circumstance, changed, next, update};
use crate::model::{
    AttachmentId, AuthorKind, ChangeSet, Channel, ConversationId, Direction, EventType, Markup, MessageDetails,
    MessageFile, MessageFormat, MessageId, MessageRecord, NewMessage, PersonId, ReplyTo, Status, TenantId,
    TicketRecord, text,
};

/// What somebody writes. The body is already validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Posting {
    /// The text.
    pub body: String,
    /// How the text is meant.
    pub format: MessageFormat,
    /// The text made ready to be shown, where that is more than the text itself.
    pub markup: Option<Markup>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Agents whom it addresses.
    pub mentions: Vec<PersonId>,
    /// Files to attach, by their ids: what people wish.
    pub attachments: Vec<AttachmentId>,
    /// The same files once the desk has looked at them.
    pub files: Vec<MessageFile>,
    /// Staff only: the customer never learns of it.
    pub is_internal: bool,
    /// The sender's own id.
    pub client_id: Option<String>,
    /// What it comes through.
    pub channel: Channel,
}

impl Posting {
    /// A public message in plain text.
    #[must_use]
    pub const fn text(body: String, channel: Channel) -> Self {
        Self {
            body,
            format: MessageFormat::Text,
            markup: None,
            reply_to: None,
            mentions: Vec::new(),
            attachments: Vec::new(),
            files: Vec::new(),
            is_internal: false,
            client_id: None,
            channel,
        }
    }

    /// It as a message at that place.
    pub(super) fn message(
        self,
        around: &mut Circumstance<'_>,
        (tenant, conversation, seq): (TenantId, ConversationId, i64),
        direction: Direction,
        answered: Option<&MessageRecord>,
    ) -> NewMessage {
        let is_internal = self.is_internal;
        NewMessage {
            id: around.message_id(),
            tenant,
            conversation,
            seq,
            client_id: self.client_id,
            author_kind: around.actor.author_kind(),
            author: around.actor.person,
            direction,
            is_internal,
            body: self.body,
            format: self.format,
            html: self.markup.map(|markup| markup.html),
            reply_to: answered
                .map(|answered| ReplyTo { id: answered.id, is_counted: answered.is_internal == is_internal }),
            details: MessageDetails { mentions: self.mentions, files: self.files, ..MessageDetails::default() },
            channel: self.channel,
            created_at: around.now,
        }
    }

    /// Its first words.
    pub(super) fn preview(&self) -> String {
        let words = text::preview(self.markup.as_ref().map_or(&self.body, |markup| &markup.plain));
        match self.files.first() {
            Some(file) if words.is_empty() => text::preview(&file.name),
            _ => words,
        }
    }
}

/// A customer's message brings a ticket that waits or is done back to `open`; an agent's first public one is the first response.
///
/// `answered` is the message that the posting names.
pub fn post(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    posting: Posting,
    answered: Option<&MessageRecord>,
) -> ChangeSet {
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
        after.preview = posting.preview();
        match direction {
            Direction::Inbound => after.unread_by_agent += 1,
            Direction::Outbound => after.unread_by_customer += 1,
        }
        if author_kind == AuthorKind::Agent && after.first_response_at.is_none() {
            after.first_response_at = Some(around.now);
        }
    }
    let posting = Posting { is_internal, ..posting };
    let message = posting.message(around, (ticket.tenant, ticket.id, after.last_seq), direction, answered);
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
