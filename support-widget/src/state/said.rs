//! The wire's types as far as the panel reads them: what is not named here, no code of the panel reads. Tests hold them against
//! the types that the server writes.

use serde::Deserialize;
use support_core::{
    model::{
        ActorKind, AuthorKind, ConversationId, Direction, MessageFormat, MessageId, PersonId, Status, TicketId,
        Timestamp,
    },
    protocol::Receipts,
};

/// `protocol::Contact`.
#[derive(Debug, Deserialize)]
pub(crate) struct Contact {
    pub(super) id: PersonId,
    pub(super) email: Option<String>,
    pub(super) verified: bool,
}

/// `protocol::VisitorSession`.
#[derive(Debug, Deserialize)]
pub(crate) struct VisitorSession {
    pub(super) contact: Contact,
    pub(super) cursor: String,
}

/// Of `protocol::PersonRef` and `protocol::Author`.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(super) name: String,
}

/// Of `protocol::Author`.
#[derive(Debug, Deserialize)]
pub(crate) struct Actor {
    pub(super) kind: AuthorKind,
}

/// `protocol::Ticket`.
#[derive(Debug, Deserialize)]
pub(crate) struct Ticket {
    pub(super) id: TicketId,
    pub(super) status: Status,
    pub(super) unread_by_customer: i64,
    pub(super) last_seq: i64,
    pub(super) last_message_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) assigned_to: Option<Named>,
    pub(super) version: i64,
}

/// `protocol::Attachment`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    /// Below the API's root.
    pub(crate) url: String,
    pub(crate) thumbnail_url: Option<String>,
}

/// `protocol::Message`.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
    pub(super) seq: i64,
    pub(super) client_id: Option<String>,
    pub(super) author: Named,
    pub(super) direction: Direction,
    pub(super) body: String,
    pub(super) body_html: String,
    pub(super) format: MessageFormat,
    pub(super) attachments: Vec<Attachment>,
    pub(super) receipts: Receipts,
    pub(super) created_at: Timestamp,
}

/// `protocol::Page`.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
}

/// `protocol::Frame`.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    pub(super) seq: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) ticket: Option<TicketId>,
    #[serde(default)]
    pub(super) data: FrameData,
}

/// `protocol::FrameData`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FrameData {
    pub(super) ticket: Option<Ticket>,
    pub(super) message: Option<Message>,
    pub(super) actor: Option<Actor>,
    pub(super) name: Option<String>,
    pub(super) kind: Option<ActorKind>,
    pub(super) up_to_seq: Option<i64>,
}
