//! What is being written: the two modes, drafts that survive a reload, and what is on its way.

use support_core::{
    model::{MessageId, TicketId},
    protocol::{Attachment, Message},
};

/// For whom a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The customer reads it.
    Reply,
    /// The desk alone reads it.
    Note,
}

impl Mode {
    /// The value of its radio button.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}

/// A message that the server has not taken yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Our own id of it: sending it twice stores it once.
    pub client_id: String,
    /// Where it goes.
    pub ticket: TicketId,
    /// For whom.
    pub mode: Mode,
    /// The text.
    pub body: String,
    /// What is attached.
    pub files: Vec<Attachment>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Whether the ticket is resolved when it has arrived.
    pub then_resolve: bool,
    /// The newest message that its author had before their eyes.
    pub last_seen_seq: i64,
}

/// What the text in the composer is to become.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Aim {
    /// A message of its own.
    #[default]
    New,
    /// An answer to this one.
    Answer(Message),
    /// The new text of this one.
    Edit(Message),
}

impl Aim {
    /// The message that it is about.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        match self {
            Self::New => None,
            Self::Answer(message) | Self::Edit(message) => Some(message),
        }
    }
}

/// Why a text came back to the composer.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// It could not be sent; the sentence says why.
    Failed {
        /// What did not go out.
        outgoing: Outgoing,
        /// One sentence.
        reason: String,
    },
    /// Something newer stands in the thread.
    Newer {
        /// What did not go out.
        outgoing: Outgoing,
        /// What its author had not seen.
        newer: Vec<Message>,
    },
}

impl Obstacle {
    /// What did not go out.
    #[must_use]
    pub const fn outgoing(&self) -> &Outgoing {
        match self {
            Self::Failed { outgoing, .. } | Self::Newer { outgoing, .. } => outgoing,
        }
    }
}

/// The text that stands in the composer when `failed` comes back while `written` was begun: both, nothing is lost.
#[must_use]
pub fn restored(failed: &str, written: &str) -> String {
    if written.trim().is_empty() || written == failed { failed.to_owned() } else { format!("{failed}\n\n{written}") }
}

/// The unsent texts of one ticket, as they are kept in the browser's storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Draft {
    reply: String,
    note: String,
}

impl Draft {
    /// Reads what the storage holds; what cannot be read counts as nothing.
    #[must_use]
    pub fn from_json(json: Option<&str>) -> Self {
        json.and_then(crate::api::read).unwrap_or_default()
    }

    /// What goes into the storage; `None`: nothing to keep.
    #[must_use]
    pub fn to_json(&self) -> Option<String> {
        if self.reply.trim().is_empty() && self.note.trim().is_empty() {
            return None;
        }
        serde_json::to_string(self).ok()
    }

    /// The text that was begun.
    #[must_use]
    pub fn get(&self, mode: Mode) -> &str {
        match mode {
            Mode::Reply => &self.reply,
            Mode::Note => &self.note,
        }
    }

    /// Keeps a text.
    pub fn set(&mut self, mode: Mode, text: &str) {
        match mode {
            Mode::Reply => text.clone_into(&mut self.reply),
            Mode::Note => text.clone_into(&mut self.note),
        }
    }

    /// The mode in which something was begun; a note only when there is no reply.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.reply.trim().is_empty() && !self.note.trim().is_empty() { Mode::Note } else { Mode::Reply }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_kept_per_mode_and_survive_the_storage() {
        let mut draft = Draft::default();
        draft.set(Mode::Note, "for us");
        let draft = Draft::from_json(draft.to_json().as_deref());
        assert_eq!((draft.get(Mode::Note), draft.get(Mode::Reply), draft.mode()), ("for us", "", Mode::Note));
    }

    #[test]
    fn an_emptied_draft_leaves_nothing_and_a_broken_storage_harms_nobody() {
        let mut draft = Draft::default();
        draft.set(Mode::Reply, "x");
        draft.set(Mode::Reply, "  \n");
        assert_eq!(draft.to_json(), None);
        assert_eq!(Draft::from_json(Some("{oops")), Draft::default());
        assert_eq!(Draft::from_json(None), Draft::default());
        assert_eq!(Draft::default().mode(), Mode::Reply);
    }

    #[test]
    fn a_text_that_comes_back_does_not_overwrite_what_was_begun_since() {
        assert_eq!(restored("first", ""), "first");
        assert_eq!(restored("first", "first"), "first");
        assert_eq!(restored("first", "second"), "first\n\nsecond");
    }
}
