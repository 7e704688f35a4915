//! What the server says, reduced to what the panel needs: small values are small code, and the panel has a size to keep.

use support_core::{
    model::{AuthorKind, Direction, EventType, MessageFormat, MessageId, TicketId, Timestamp},
    protocol::frame_type,
};

use super::{
    Contact,
    said::{self, Attachment, Frame, Message, Page, Ticket, VisitorSession},
};

/// A session that stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Visit {
    pub(crate) contact: Contact,
    pub(crate) cursor: String,
}

/// One of the visitor's conversations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conversation {
    pub(crate) id: TicketId,
    /// The desk counts it as done.
    pub(crate) done: bool,
    /// Answers that the visitor has not seen.
    pub(crate) unread: i64,
    pub(crate) last_seq: i64,
    /// When something was last written.
    pub(crate) at_ms: f64,
    /// The agent who looks after it.
    pub(crate) agent: Option<String>,
    /// Grows with every change.
    pub(crate) version: i64,
}

/// The first page of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conversations(pub(crate) Vec<Conversation>);

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Post {
    pub(crate) id: MessageId,
    pub(crate) ticket: TicketId,
    pub(crate) seq: i64,
    pub(crate) client_id: Option<String>,
    /// Written by the visitor, through whatever channel.
    pub(crate) own: bool,
    pub(crate) author: String,
    /// Empty once it was deleted, and where files say enough.
    pub(crate) body: String,
    pub(crate) files: Vec<Attachment>,
    /// Clean HTML, where that says more than the text.
    pub(crate) html: Option<String>,
    pub(crate) at_ms: f64,
    pub(crate) delivered: bool,
    pub(crate) read: bool,
}

/// A part of a thread, ascending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Posts {
    pub(crate) posts: Vec<Post>,
    pub(crate) previous: Option<String>,
    /// Whether something newer follows.
    pub(crate) more: bool,
}

/// A frame of the feed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) cursor: Option<String>,
    pub(crate) what: What,
}

/// What a frame is about.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and a box would weigh on the panel")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Ready,
    Reset,
    /// An agent is writing.
    Typing {
        ticket: TicketId,
        name: String,
    },
    Change {
        conversation: Option<Conversation>,
        post: Option<Post>,
        /// What became of a message that was there before.
        renewed: bool,
        read_by_desk: Option<(TicketId, i64)>,
    },
    /// Nothing that a visitor would see.
    Nothing,
}

impl From<said::Contact> for Contact {
    fn from(contact: said::Contact) -> Self {
        Self { id: Some(contact.id), email: contact.email, verified: contact.verified }
    }
}

impl From<VisitorSession> for Visit {
    fn from(session: VisitorSession) -> Self {
        Self { contact: session.contact.into(), cursor: session.cursor }
    }
}

impl From<Ticket> for Conversation {
    fn from(ticket: Ticket) -> Self {
        Self {
            id: ticket.id,
            done: ticket.status.is_done(),
            unread: ticket.unread_by_customer,
            last_seq: ticket.last_seq,
            at_ms: milliseconds(ticket.last_message_at.unwrap_or(ticket.created_at)),
            agent: ticket.assigned_to.map(|agent| agent.name),
            version: ticket.version,
        }
    }
}

impl From<Page<Ticket>> for Conversations {
    fn from(page: Page<Ticket>) -> Self {
        Self(page.data.into_iter().map(Conversation::from).collect())
    }
}

impl From<Message> for Post {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            ticket: message.conversation_id,
            seq: message.seq,
            client_id: message.client_id,
            own: message.direction == Direction::Inbound,
            author: message.author.name,
            body: message.body,
            files: message.attachments,
            html: Some(message.body_html).filter(|_| message.format == MessageFormat::Markdown),
            at_ms: milliseconds(message.created_at),
            delivered: message.receipts.delivered,
            read: message.receipts.read,
        }
    }
}

impl From<Page<Message>> for Posts {
    fn from(page: Page<Message>) -> Self {
        Self {
            posts: page.data.into_iter().map(Post::from).collect(),
            previous: page.previous,
            more: page.next.is_some(),
        }
    }
}

impl From<Frame> for Heard {
    fn from(frame: Frame) -> Self {
        let data = frame.data;
        let ticket = frame.ticket.or(data.ticket.as_ref().map(|ticket| ticket.id));
        let what = match frame.kind.as_str() {
            frame_type::READY => What::Ready,
            frame_type::RESET => What::Reset,
            frame_type::TYPING => match (ticket, data.name) {
                (Some(ticket), Some(name)) if data.kind.is_some_and(|kind| kind.is_staff()) => {
                    What::Typing { ticket, name }
                }
                _ => What::Nothing,
            },
            kind => {
                let read = kind == EventType::MessageRead.as_str();
                let by_desk = read && data.actor.is_some_and(|actor| actor.kind == AuthorKind::Agent);
                What::Change {
                    conversation: data.ticket.map(Conversation::from),
                    post: data.message.map(Post::from),
                    renewed: kind == EventType::MessageUpdated.as_str() || kind == EventType::MessageDeleted.as_str(),
                    read_by_desk: ticket.zip(data.up_to_seq).filter(|_| by_desk),
                }
            }
        };
        Self { cursor: frame.seq, what }
    }
}

fn milliseconds(at: Timestamp) -> f64 {
    at.timestamp_millis() as f64
}
