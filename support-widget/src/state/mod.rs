//! Everything the panel knows, and how it changes. No browser here: these rules are tested on the host.

mod action;
mod contact;
mod conversation;
mod effect;
mod feed;
mod outbox;
mod rows;
pub(crate) mod said;
mod session;
mod thread;
mod update;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use action::{Action, Failure, HostSettings, Moment, Part, Timer};
pub(crate) use contact::{Ask, Contact, Problem};
pub(crate) use effect::{Announcement, Call, Effect, ToHost};
pub(crate) use feed::Feed;
pub(crate) use outbox::{Entry, Fate, Outbox, Target};
pub(crate) use rows::{MessageRow, Progress, Row, rows};
pub(crate) use session::Session;
pub(crate) use thread::Thread;
pub(crate) use update::update;
pub(crate) use wire::Conversation;

use support_core::model::TicketId;

/// The whole state of the panel.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// What the host page asks for.
    pub(crate) settings: HostSettings,
    /// Whether the panel is open.
    pub(crate) open: bool,
    /// Whether the page stands in front of somebody's eyes.
    pub(crate) visible: bool,
    /// Whether the browser believes in a network.
    pub(crate) online: bool,
    pub(crate) session: Session,
    pub(crate) contact: Contact,
    pub(crate) ask: Ask,
    /// The visitor's conversations, the newest first.
    pub(crate) tickets: Vec<Conversation>,
    /// Whether `tickets` were fetched; until then the feed may have brought some of them.
    pub(crate) tickets_known: bool,
    /// The conversation on the screen; `None` is a new one.
    pub(crate) current: Option<TicketId>,
    /// The visitor asked for a new conversation.
    pub(crate) fresh: bool,
    pub(crate) thread: Thread,
    pub(crate) outbox: Outbox,
    pub(crate) feed: Feed,
    /// Who at the desk is writing, and until when that counts.
    pub(crate) typing: Option<(String, f64)>,
    /// When our own typing was last told.
    pub(crate) typing_told_at: f64,
    /// What the host was told last, so that it is told changes only.
    pub(crate) told: Told,
}

/// Why something does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Banner {
    Offline,
    Reconnecting,
    Refused,
}

/// The last word to the host page.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) unread: i64,
    pub(crate) online: bool,
    pub(crate) conversation: Option<TicketId>,
}

impl State {
    /// The conversation on the screen as the server sees it.
    pub(crate) fn ticket(&self) -> Option<&Conversation> {
        let current = self.current?;
        self.tickets.iter().find(|ticket| ticket.id == current)
    }

    /// Answers that the visitor has not seen, over all conversations.
    pub(crate) fn unread(&self) -> i64 {
        self.tickets.iter().map(|ticket| ticket.unread).sum()
    }

    /// What stands above the thread when something does not work.
    pub(crate) fn banner(&self) -> Option<Banner> {
        // One failure is mended before anybody has read the line.
        let failing = self.feed.banner || self.session.failures > 1;
        if self.session.phase == session::Phase::Refused {
            Some(Banner::Refused)
        } else if !self.online && (failing || self.feed.phase == feed::Phase::Off) {
            Some(Banner::Offline)
        } else {
            failing.then_some(Banner::Reconnecting)
        }
    }

    /// Whether somebody looks at the thread right now.
    pub(crate) fn watched(&self) -> bool {
        self.open && self.visible
    }
}
