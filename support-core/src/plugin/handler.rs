//! Handing events over, after the commit.

use std::{any::Any, sync::Arc};

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    desk::{Desk, config::Config},
    error::Result as DeskResult,
    model::{DeliveryRecord, NewEvent, NewMessage, NotificationWay, PersonRecord, TenantId, TicketRecord, backoff},
    storage::FeedEntry,
};

/// What a handler knows of a tenant: its own type, which [`EventHandler::targets`] gets back.
pub type Knowledge = Arc<dyn Any + Send + Sync>;

/// Carries events somewhere: into mail, a webhook, another system.
#[async_trait]
pub trait EventHandler: Send + Sync + 'static {
    /// Its name in the delivery log.
    fn id(&self) -> &'static str;

    /// Reads what [`targets`](Self::targets) has to know of a tenant beside the configuration. Asked before every transaction, so it should
    /// answer from memory nearly always. Nothing, unless a handler says otherwise.
    ///
    /// # Errors
    /// When it cannot be read: the verb that asked fails, for an event whose targets are unknown must not be committed.
    async fn know(&self, desk: &Desk, tenant: TenantId) -> DeskResult<Option<Knowledge>> {
        let _ = (desk, tenant);
        Ok(None)
    }

    /// Who gets the event. Pure and quick: it runs inside the transaction, and the deliveries commit with the change or not at all.
    fn targets(&self, occasion: &Occasion<'_>) -> Vec<Target>;

    /// Who gets a letter about a person's account: `user.invited` or `user.password_reset_asked`. As pure and quick as
    /// [`targets`](Self::targets). What the letter needs is [`Desk::account_link`]. Nobody, unless a handler says otherwise.
    fn account_targets(&self, event: &NewEvent, person: &PersonRecord) -> Vec<Target> {
        let _ = (event, person);
        Vec::new()
    }

    /// The purpose under which it mails fresh portal links to whoever asks for some (`token.asked`): it is given a delivery with the
    /// address as its recipient. What the letter needs is [`Desk::fresh_links`]. None, unless a handler says otherwise.
    fn links_purpose(&self) -> Option<&'static str> {
        None
    }

    /// The way by which it tells people of the desk what concerns them, and the purpose under which it is given such a delivery. The
    /// delivery's lane is the person's id; for [`NotificationWay::Push`], the id of one of their browsers. What it has to say is
    /// [`Desk::notification_letter`]. None, unless a handler says otherwise.
    fn notifies(&self) -> Option<(NotificationWay, &'static str)> {
        None
    }

    /// Hands one event to one target. At least once: after a crash the same delivery comes again under the same id.
    ///
    /// # Errors
    /// What went wrong; the outbox tries again later or gives up, as the failure says.
    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure>;

    /// Milliseconds until the next try after the `attempts`-th that failed, or none: no more tries. `jitter`, from 0 to 1000, spreads what
    /// failed together.
    fn backoff(&self, attempts: i64, jitter: u16) -> Option<i64> {
        backoff(attempts, jitter)
    }

    /// How much one process does at once.
    fn capacity(&self) -> Capacity {
        Capacity::default()
    }
}

/// What there is to know when [`EventHandler::targets`] is asked.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What happened.
    pub event: &'a NewEvent,
    /// Its ticket as it will be; none for a fact about something else, such as a contact.
    pub ticket: Option<&'a TicketRecord>,
    /// The message that was written.
    pub message: Option<&'a NewMessage>,
    /// The tenant's configuration.
    pub config: &'a Config,
    /// What [`EventHandler::know`] found.
    pub knowledge: Option<&'a Knowledge>,
}

/// How much a handler does at once in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Tries under way at once.
    pub tries: usize,
    /// Of them in one lane; a lane whose last try failed gets one.
    pub in_lane: usize,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { tries: 8, in_lane: 4 }
    }
}

/// One recipient of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What the handler is to do; its own word.
    pub purpose: String,
    /// An address, for the log and for people.
    pub recipient: String,
    /// The receiver behind it, when the handler has many that may be slow or down, each on its own: what waits for one of them never
    /// stands in the way of the others.
    pub lane: Option<String>,
    /// Not before this time has passed.
    pub delay: TimeDelta,
}

/// What a handler is given.
#[derive(Debug)]
pub struct Handling<'a> {
    /// The delivery; its id stays the same over all tries.
    pub delivery: &'a DeliveryRecord,
    /// The event with its ticket and message as they are now.
    pub entry: &'a FeedEntry,
    /// For what the handler has to look up or mint.
    pub desk: &'a Desk,
}

/// A try that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    /// Handed over.
    Done,
    /// Not needed any more, and why.
    Skipped(String),
}

/// A try that failed. The sentence goes into the delivery log: no secrets, no message bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Worth another try.
    Later(String),
    /// Worth another try, but not before this has passed: the other side said so. It is waited for a day at most.
    NotBefore(TimeDelta, String),
    /// Will never work.
    Never(String),
}
