//! The timeline and the live feed.

use crate::model::{DateTime, Utc};

use super::{Author, Message, Ticket, wire};
use crate::model::{ActorKind, ConversationId, EventId, EventType, PersonId, TicketId};

wire! {
    /// One fact, as the timeline shows it.
    pub struct Event {
        /// Its id.
        pub id: EventId,
        /// Its place among all facts; null until the log has numbered it.
        pub seq: Option<i64>,
        /// What happened.
        #[serde(rename = "type")]
        pub kind: EventType,
        /// The version of `data`.
        pub v: u32,
        /// Who did it.
        pub actor: Author,
        /// When.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::time"))]
        pub occurred_at: DateTime<Utc>,
        /// The ticket that it belongs to.
        pub ticket: Option<TicketId>,
        /// What changed: `{"field": {"from": …, "to": …}}` or the ids of what was made.
        #[cfg_attr(feature = "server", schema(value_type = Object))]
        pub data: std::collections::BTreeMap<String, Change>,
    }

    /// One changed field.
    pub struct Change {
        /// The value before, in words; null for none.
        pub from: Option<String>,
        /// The value after, in words; null for none.
        pub to: Option<String>,
    }

    /// One frame of the live feed, downwards. SSE carries the same JSON as `data:` and the cursor as `id:`.
    pub struct Frame {
        /// Resumes the feed after this frame; absent on what is never stored (typing, presence).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub seq: Option<String>,
        /// An event type, or one of [`frame_type`].
        #[serde(rename = "type")]
        pub kind: String,
        /// The ticket that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ticket: Option<TicketId>,
        /// The conversation that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversation: Option<ConversationId>,
        /// What the receiver may know of it.
        #[serde(default)]
        pub data: FrameData,
    }

    /// Who is where, for the desk only.
    pub struct Presence {
        /// The agent.
        pub id: PersonId,
        /// The name to show.
        pub name: String,
        /// Whether they are writing right now.
        pub typing: bool,
    }
}

/// The content of a frame; each type fills what it needs.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FrameData {
    /// The ticket as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// The message that was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Author>,
    /// `typing`: who is writing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `typing`: on which side of the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActorKind>,
    /// `message.read`: everything up to here was read by `actor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_seq: Option<i64>,
    /// `presence`: all agents who look at the ticket now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewers: Option<Vec<Presence>>,
}

/// The frame types that are no event types.
pub mod frame_type {
    /// First frame of every feed: its `seq` is where the feed stands.
    pub const READY: &str = "ready";
    /// The cursor is too old, or the receiver too slow: fetch everything anew and start from this `seq`.
    pub const RESET: &str = "reset";
    /// Nothing happened; moves the cursor on.
    pub const PING: &str = "ping";
    /// Somebody is writing. Counts for 6 s.
    pub const TYPING: &str = "typing";
    /// Who looks at a ticket. Staff only.
    pub const PRESENCE: &str = "presence";
}

/// One frame upwards, WebSocket only.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum UpFrame {
    /// The caller is writing a public reply. At most one in 3 s counts.
    Typing {
        /// Where.
        ticket: TicketId,
    },
    /// The caller has read.
    Read {
        /// Where.
        ticket: TicketId,
        /// Up to here; everything when left out.
        #[serde(default)]
        up_to_seq: Option<i64>,
    },
    /// The caller looks at a ticket, or at none. Repeat within 30 s. Staff only.
    View {
        /// Where.
        #[serde(default)]
        ticket: Option<TicketId>,
    },
    /// Is anybody there? Answered with `ping`.
    Ping,
}
