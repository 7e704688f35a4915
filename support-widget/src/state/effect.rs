//! What the rules want done.

use support_core::{
    model::{AttachmentId, TicketId},
    protocol::UpFrame,
};

use super::{Entry, Part, Timer};

/// One thing to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    Call(Call),
    /// Open the live feed at this cursor; an older one ends.
    ConnectFeed {
        since: String,
    },
    DropFeed,
    Say(UpFrame),
    /// Write an unsent message down, over an older version of it.
    Keep(Box<Entry>),
    Forget(String),
    ForgetAll,
    After {
        wait_ms: u32,
        timer: Timer,
    },
    Tell(ToHost),
    /// Say it to a screen reader.
    Announce(Announcement),
    FocusComposer,
}

/// One request.
#[derive(Debug, PartialEq)]
pub(crate) enum Call {
    FindSession,
    StartSession {
        identity: Option<String>,
    },
    EndSession,
    LoadTickets,
    LoadMessages {
        ticket: TicketId,
        part: Part,
    },
    /// With a file, `body` is its name.
    Open {
        client_id: String,
        body: String,
        file: Option<AttachmentId>,
    },
    Reply {
        client_id: String,
        ticket: TicketId,
        body: String,
        file: Option<AttachmentId>,
    },
    MarkRead {
        ticket: TicketId,
        up_to_seq: i64,
    },
    SaveEmail(String),
}

/// What a screen reader says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Announcement {
    Message { author: String, body: String },
    Typing(String),
    EmailSaved(String),
}

/// A word to the host page.
#[derive(Debug, PartialEq)]
pub(crate) enum ToHost {
    Unread(i64),
    Close,
    /// The visitor wrote for the first time: later pages may ask for answers.
    Started,
    /// There is nothing to ask for any more.
    Ended,
    /// The identity token, please.
    Identity,
    Identified {
        contact_id: Option<String>,
    },
    State {
        online: bool,
        conversation: Option<TicketId>,
    },
    Event {
        name: &'static str,
        id: Option<String>,
        conversation: Option<TicketId>,
    },
}

impl ToHost {
    pub(crate) const fn event(name: &'static str, id: Option<String>, conversation: Option<TicketId>) -> Effect {
        Effect::Tell(Self::Event { name, id, conversation })
    }
}
