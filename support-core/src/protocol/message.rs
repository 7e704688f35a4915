//! Messages.

use crate::model::{DateTime, Utc};

use super::{Attachment, body, wire};
use crate::model::{
    AttachmentId, AuthorKind, Channel, ConversationId, Direction, MessageFormat, MessageId, PersonId, TicketId,
};

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
        /// The text as it was written; empty once it is deleted, and where files say enough.
        pub body: String,
        /// The text as clean HTML: paragraphs, links, and what Markdown gives.
        pub body_html: String,
        /// How `body` is meant.
        pub format: MessageFormat,
        /// The message that it answers.
        pub reply_to: Option<MessageId>,
        /// How many messages answer it.
        pub reply_count: i64,
        /// Agents whom it addresses. Staff only.
        pub mentions: Vec<PersonId>,
        /// What is attached to it.
        pub attachments: Vec<Attachment>,
        /// Signs of agreement and the like.
        pub reactions: Vec<Reaction>,
        /// What it came through.
        pub channel: Channel,
        /// Whether the caller has read it; own messages count as read.
        pub is_read: bool,
        /// How far it got on the other side.
        pub receipts: Receipts,
        /// When it was accepted.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::time"))]
        pub created_at: DateTime<Utc>,
        /// The latest change of its text.
        pub edited_at: Option<DateTime<Utc>>,
        /// When its text was taken away; what is left says that there was one.
        pub deleted_at: Option<DateTime<Utc>>,
    }

    /// One sign under a message.
    pub struct Reaction {
        /// An emoji.
        #[cfg_attr(feature = "server", schema(example = "👍"))]
        pub sign: String,
        /// Who gave it, in the order of their coming.
        pub people: Vec<PersonId>,
    }

    /// A text that a message had.
    pub struct Revision {
        /// The text.
        pub body: String,
        /// When it was written.
        pub written_at: DateTime<Utc>,
    }

    /// `POST messages`: as under a ticket's own address, with the ticket in the body.
    #[serde(deny_unknown_fields)]
    pub struct PostMessage {
        /// The ticket.
        pub ticket: TicketId,
        /// The text.
        pub body: String,
        /// How it is meant; plain text when left out.
        #[serde(default)]
        pub format: MessageFormat,
        /// The message that it answers: one of the same conversation.
        #[serde(default)]
        pub reply_to: Option<MessageId>,
        /// Agents whom it addresses, at most 20. Staff only.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub mentions: Vec<PersonId>,
        /// Staff only: a note that the customer never sees.
        #[serde(default)]
        pub is_internal: bool,
        /// Files of the sender's that no message has yet, at most 10. With them the text may be empty.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub attachments: Vec<AttachmentId>,
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
        /// How it is meant; plain text when left out.
        #[serde(default)]
        pub format: MessageFormat,
        /// The message that it answers: one of the same conversation.
        #[serde(default)]
        pub reply_to: Option<MessageId>,
        /// Agents whom it addresses, at most 20. Staff only.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub mentions: Vec<PersonId>,
        /// Staff only: a note that the customer never sees.
        #[serde(default)]
        pub is_internal: bool,
        /// Files of the sender's that no message has yet, at most 10. With them the text may be empty.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub attachments: Vec<AttachmentId>,
        /// The sender's own id: the same one gives the first answer again.
        #[serde(default)]
        pub client_id: Option<String>,
        /// The last message that the sender saw; something newer is answered with 409.
        #[serde(default)]
        pub last_seen_seq: Option<i64>,
    }

    /// `PATCH conversations/{id}/messages/{message_id}`.
    pub struct EditMessage {
        /// The new text, in the format that the message has.
        pub body: String,
    }

    /// `POST conversations/{id}/messages/{message_id}/reactions`.
    pub struct React {
        /// An emoji.
        #[cfg_attr(feature = "server", schema(example = "👍"))]
        pub sign: String,
        /// False takes it back. True when left out.
        #[serde(default)]
        pub on: Option<bool>,
    }

    /// `POST tickets/{id}/read`. Without a body everything counts as read.
    pub struct MarkRead {
        /// Read up to here.
        #[serde(default)]
        pub up_to_seq: Option<i64>,
    }
}
