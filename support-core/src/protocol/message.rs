//! Messages.

use crate::model::{DateTime, Utc};

use super::{body, wire};
use crate::model::{AuthorKind, Channel, ConversationId, Direction, MessageId, PersonId, TicketId};

wire! {
    /// Who wrote it.
    pub struct Author {
        /// Staff, customer or the engine.
        pub kind: AuthorKind,
        /// Null for the engine.
        pub id: Option<PersonId>,
        /// The name to show; empty for a visitor who has not said it.
        pub name: String,
    }

    /// How far a message got on the other side.
    pub struct Receipts {
        /// It reached a device of the other side.
        pub delivered: bool,
        /// Somebody on the other side read it.
        pub read: bool,
    }

    /// A post in a conversation.
    pub struct Message {
        /// Its id.
        pub id: MessageId,
        /// Where it stands.
        pub conversation_id: ConversationId,
        /// Its place in the conversation: 1, 2, 3, … without gaps for whoever may see all of it.
        pub seq: i64,
        /// The sender's own id of it; null for others than the sender.
        pub client_id: Option<String>,
        /// Who wrote it.
        pub author: Author,
        /// Which way it went.
        pub direction: Direction,
        /// Staff only. Always false for customers.
        pub is_internal: bool,
        /// Plain text.
        pub body: String,
        /// What it came through.
        pub channel: Channel,
        /// Whether the caller has read it; own messages count as read.
        pub is_read: bool,
        /// How far it got on the other side.
        pub receipts: Receipts,
        /// When it was accepted.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::time"))]
        pub created_at: DateTime<Utc>,
    }

    /// `POST messages`: as under a ticket's own address, with the ticket in the body.
    #[serde(deny_unknown_fields)]
    pub struct PostMessage {
        /// The ticket.
        pub ticket: TicketId,
        /// The text.
        pub body: String,
        /// Staff only: a note that the customer never sees.
        #[serde(default)]
        pub is_internal: bool,
        /// The sender's own id: the same one gives the first answer again.
        #[serde(default)]
        pub client_id: Option<String>,
        /// The last message that the sender saw; something newer is answered with 409.
        #[serde(default)]
        pub last_seen_seq: Option<i64>,
    }

    /// The extra members of a 409 `newer_messages`: what the sender has not seen.
    pub struct MessageConflict {
        /// The messages after `last_seen_seq`, ascending.
        pub newer: Vec<Message>,
    }
}

body! {
    /// `POST tickets/{id}/messages`.
    pub struct CreateMessage {
        /// The text.
        pub body: String,
        /// Staff only: a note that the customer never sees.
        #[serde(default)]
        pub is_internal: bool,
        /// The sender's own id: the same one gives the first answer again.
        #[serde(default)]
        pub client_id: Option<String>,
        /// The last message that the sender saw; something newer is answered with 409.
        #[serde(default)]
        pub last_seen_seq: Option<i64>,
    }

    /// `POST tickets/{id}/read`. Without a body everything counts as read.
    pub struct MarkRead {
        /// Read up to here.
        #[serde(default)]
        pub up_to_seq: Option<i64>,
    }
}
