//! What a ranked search finds.

use crate::model::MessageId;

use super::Ticket;

/// A ticket that answers the query.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SearchHit {
    /// The ticket.
    pub ticket: Ticket,
    /// How well it answers; only the order of one answer's hits means anything.
    pub score: f64,
    /// Where the words were found, the best places first.
    pub highlights: Vec<Highlight>,
}

/// A text with the words in it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Highlight {
    /// `subject`, `requester`, `description`, `message` or `note`.
    #[cfg_attr(feature = "server", schema(example = "message"))]
    pub field: String,
    /// The message.
    pub message_id: Option<MessageId>,
    /// Its place in the thread.
    pub seq: Option<i64>,
    /// The part of the text around the first match, in pieces. Plain text, never HTML.
    pub fragments: Vec<Fragment>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Fragment {
    /// As it was written; `…` where something was left out.
    pub text: String,
    /// Whether these are words that were looked for.
    pub is_match: bool,
}
