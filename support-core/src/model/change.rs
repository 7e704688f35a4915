//! What a decision wants written: state, events and deliveries, all or nothing.

use std::collections::BTreeMap;

use super::{
    ActorKind, AuthorKind, Channel, ConversationId, DeliveryId, Direction, EventId, EventType, IndexChange,
    MessageDetails, MessageFormat, MessageId, MessageRecord, PersonId, RevisionId, TenantId, TicketRecord, Timestamp,
    tally::TallyKey,
};
use crate::protocol::Change;

/// One decision's effect. [`TicketsMut::apply`](crate::storage::TicketsMut::apply) writes it in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// The ticket as it shall be.
    pub ticket: TicketWrite,
    /// Messages to add.
    pub messages: Vec<NewMessage>,
    /// Messages that change.
    pub edits: Vec<MessageEdit>,
    /// Facts to log.
    pub events: Vec<NewEvent>,
    /// What the index of rare values gains and loses.
    pub index: IndexChange,
    /// What the statistics gain and lose.
    pub tally: Vec<(TallyKey, i64)>,
    /// Work for the outbox.
    pub deliveries: Vec<NewDelivery>,
}

/// How the ticket is written.
#[derive(Debug, Clone, PartialEq)]
pub enum TicketWrite {
    /// It is new.
    Insert(TicketRecord),
    /// It is changed. Where its version is another by now, the write is a conflict.
    Update {
        /// The ticket as it was when the decision was made: what is the same in both is not written.
        before: Box<TicketRecord>,
        /// The ticket as it shall be.
        ticket: TicketRecord,
    },
}

impl TicketWrite {
    /// The ticket as it shall be, to be changed further.
    pub const fn ticket_mut(&mut self) -> &mut TicketRecord {
        match self {
            Self::Insert(ticket) | Self::Update { ticket, .. } => ticket,
        }
    }

    /// The ticket as it shall be.
    #[must_use]
    pub const fn ticket(&self) -> &TicketRecord {
        match self {
            Self::Insert(ticket) | Self::Update { ticket, .. } => ticket,
        }
    }
}

/// A message to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Where it goes.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: i64,
    /// The sender's own id of it.
    pub client_id: Option<String>,
    /// What kind of person wrote it.
    pub author_kind: AuthorKind,
    /// Who wrote it.
    pub author: Option<PersonId>,
    /// Which way it goes.
    pub direction: Direction,
    /// Staff only.
    pub is_internal: bool,
    /// The text.
    pub body: String,
    /// How the text is meant.
    pub format: MessageFormat,
    /// The text as clean HTML, where that is more than the text itself.
    pub html: Option<String>,
    /// The message that it answers, and whether that one counts it.
    pub reply_to: Option<ReplyTo>,
    /// What most messages have none of.
    pub details: MessageDetails,
    /// What it came through.
    pub channel: Channel,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// The message that another one answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyTo {
    /// Which one.
    pub id: MessageId,
    /// Whether the answer is seen by everybody who sees the message: a note under a public message is not counted there.
    pub is_counted: bool,
}

/// A message that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageEdit {
    /// The message as it shall be.
    pub message: MessageRecord,
    /// What becomes of the texts that it had.
    pub past: Past,
}

/// What becomes of a message's earlier texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// The text did not change.
    Same,
    /// The text until now, and when it was written: kept.
    Kept {
        /// The id of this text; later ones are greater.
        id: RevisionId,
        /// The text.
        body: String,
        /// When it was written.
        written_at: Timestamp,
    },
    /// All of them go.
    Erased,
}

/// A fact to log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What happened.
    pub kind: EventType,
    /// Staff only.
    pub is_internal: bool,
    /// What kind of caller did it.
    pub actor_kind: ActorKind,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// The conversation that it belongs to.
    pub conversation: Option<ConversationId>,
    /// The message that it is about.
    pub message: Option<MessageId>,
    /// `message.read`: everything up to here.
    pub up_to_seq: Option<i64>,
    /// What changed, in words.
    pub changes: BTreeMap<String, Change>,
    /// What it is about when that is no ticket: `kind:id`.
    pub resource: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// The request that does it.
    pub request_id: String,
    /// When.
    pub occurred_at: Timestamp,
}

/// Work for the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Who carries it out.
    pub handler: String,
    /// The fact that is handed over.
    pub event: EventId,
    /// What the handler is to do with it.
    pub purpose: String,
    /// Who gets it.
    pub recipient: String,
    /// Shared by what goes to one receiver, who gets only so many at once.
    pub lane: Option<String>,
    /// Not before then.
    pub due_at: Timestamp,
    /// When it was put into the outbox.
    pub created_at: Timestamp,
}
