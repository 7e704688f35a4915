//! Direct and group conversations: what colleagues have among themselves.

use super::{
    ConversationId, ConversationKind, MessageEdit, NewEvent, NewMessage, ParticipantRole, PersonId, TenantId, Timestamp,
};

/// A direct or group conversation. Tickets are [`TicketRecord`](super::TicketRecord)s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRecord {
    /// Its id.
    pub id: ConversationId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// What a group is called; may be empty.
    pub title: String,
    /// Of a direct one: its two people, in a fixed order. Nobody else has the same.
    pub pair: Option<String>,
    /// Who started it.
    pub created_by: Option<PersonId>,
    /// The latest message's place.
    pub last_seq: i64,
    /// When the latest message came.
    pub last_message_at: Option<Timestamp>,
    /// The first words of the latest message.
    pub preview: String,
    /// The latest message, or the start: what lists are ordered by.
    pub activity_at: Timestamp,
    /// When it was started.
    pub created_at: Timestamp,
    /// The latest change of whatever kind.
    pub updated_at: Timestamp,
    /// Counts changes; guards against lost ones.
    pub version: i64,
    /// Who takes part, in the order of their coming.
    pub participants: Vec<ParticipantRecord>,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantRecord {
    /// Who.
    pub person: PersonId,
    /// The name to show.
    pub name: String,
    /// What they are there.
    pub role: ParticipantRole,
    /// Since when.
    pub joined_at: Timestamp,
    /// They have read everything up to here.
    pub read_seq: i64,
    /// And these single ones beyond it, ascending.
    pub read_apart: Vec<i64>,
    /// Messages of others that they have not read, without the deleted ones.
    pub unread: i64,
}

/// What a decision about a conversation wants written: all or nothing.
/// [`ConversationsMut::apply_conversation`](crate::storage::ConversationsMut::apply_conversation) does it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationChange {
    /// As it was when the decision was made; none for a new one. Where its version is another by now, the write is a conflict.
    pub before: Option<Box<ConversationRecord>>,
    /// As it shall be.
    pub after: ConversationRecord,
    /// Messages to add.
    pub messages: Vec<NewMessage>,
    /// Messages that change.
    pub edits: Vec<MessageEdit>,
    /// Facts to log.
    pub events: Vec<NewEvent>,
}

impl ConversationRecord {
    /// What makes a direct conversation of two people the only one.
    #[must_use]
    pub fn pair_of(one: PersonId, other: PersonId) -> String {
        format!("{} {}", one.min(other), one.max(other))
    }

    /// Somebody's place in it, if they take part.
    #[must_use]
    pub fn participant(&self, person: PersonId) -> Option<&ParticipantRecord> {
        self.participants.iter().find(|participant| participant.person == person)
    }

    /// Whether somebody takes part.
    #[must_use]
    pub fn has(&self, person: PersonId) -> bool {
        self.participant(person).is_some()
    }

    /// Whether all others have read the message at that place, and whether any of them has.
    #[must_use]
    pub fn read_by_others(&self, author: Option<PersonId>, seq: i64) -> (bool, bool) {
        let others = || self.participants.iter().filter(|other| Some(other.person) != author);
        let any = others().any(|other| other.has_read(seq));
        (any && others().all(|other| other.has_read(seq)), any)
    }
}

impl ParticipantRecord {
    /// Somebody who comes now. What was said before is theirs to read, and counts as read.
    #[must_use]
    pub const fn new(person: PersonId, name: String, role: ParticipantRole, joined_at: Timestamp, seq: i64) -> Self {
        Self { person, name, role, joined_at, read_seq: seq, read_apart: Vec::new(), unread: 0 }
    }

    /// Whether they have read the message at that place; one of their own counts as read whatever this says.
    #[must_use]
    pub fn has_read(&self, seq: i64) -> bool {
        seq <= self.read_seq || self.read_apart.contains(&seq)
    }
}
