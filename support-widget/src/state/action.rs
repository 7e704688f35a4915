//! What can happen to the panel.

use support_core::model::{AttachmentId, TicketId};

use super::{
    Contact, Entry,
    wire::{Conversation, Conversations, Heard, Post, Posts, Visit},
};

/// The time and the luck of one action, from outside so that the rules stay pure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Milliseconds since 1970.
    pub(crate) now_ms: f64,
    /// A random number from 0 to 1.
    pub(crate) roll: f64,
}

/// What the host page asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HostSettings {
    /// A language tag.
    pub(crate) locale: String,
    /// `auto`, `light` or `dark`.
    pub(crate) theme: String,
    /// Whether the panel covers the whole screen.
    pub(crate) modal: bool,
}

/// Why the server gave no answer to work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer at all, or one that is none of ours.
    Network,
    /// A refusal.
    Refused {
        status: u16,
        /// One sentence for the visitor.
        detail: String,
    },
}

impl Failure {
    /// Whether the same call may succeed later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Network => true,
            Self::Refused { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
        }
    }

    pub(crate) fn is_status(&self, expected: u16) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == expected)
    }
}

/// Which part of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The newest page.
    Newest,
    /// What is newer than this `seq`.
    After(i64),
    /// The page before this cursor.
    Before(String),
}

/// A wake-up. Numbers tell a wake-up that still counts from one that was overtaken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Start the session again.
    Begin,
    /// Fetch the conversations again.
    Load,
    /// Send what waits.
    Flush,
    /// Connect the feed again.
    Reconnect(u32),
    /// Has the feed said anything lately?
    Silence(u32),
    /// Has the outage lasted long enough to mention it?
    Banner(u32),
    /// Nobody is writing any more.
    TypingOver,
}

/// One thing that happened.
#[derive(Debug)]
pub(crate) enum Action {
    /// The loader connected; `resume` when the visitor wrote something on an earlier page.
    Connected {
        settings: HostSettings,
        open: bool,
        resume: bool,
        identify: bool,
    },
    Settings(HostSettings),
    Open,
    Close,
    /// The host has an identity token for the visitor.
    Identify,
    /// The token that was asked for.
    Identity(Option<String>),
    /// `known` when the host remembers that the visitor once wrote.
    Logout {
        known: bool,
    },
    NewConversation,
    ShowConversation(TicketId),

    Visible(bool),
    Online(bool),
    Due(Timer),
    /// What an earlier page left unsent.
    Stored(Vec<Entry>),

    Typed,
    Send {
        body: String,
        client_id: String,
    },
    /// A file has reached the server.
    Carried {
        file: AttachmentId,
        name: String,
        client_id: String,
    },
    Retry(String),
    Discard(String),
    /// Fetch what could not be fetched.
    Reload,
    Earlier,
    SaveEmail(String),
    SkipEmail,

    SessionFound(Result<Visit, Failure>),
    SessionStarted(Result<Visit, Failure>),
    TicketsLoaded(Result<Conversations, Failure>),
    MessagesLoaded {
        ticket: TicketId,
        part: Part,
        answer: Result<Posts, Failure>,
    },
    Opened {
        client_id: String,
        answer: Result<Conversation, Failure>,
    },
    Replied {
        client_id: String,
        answer: Result<Post, Failure>,
    },
    MarkedRead(Result<Conversation, Failure>),
    EmailSaved(Result<Contact, Failure>),

    FeedDown,
    Heard(Heard),
}
