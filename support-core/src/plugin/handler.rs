//! Handing events over, after the commit.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    desk::{Desk, config::Config},
    model::{DeliveryRecord, NewEvent, NewMessage, PersonRecord, TicketRecord},
    storage::FeedEntry,
};

/// Carries events somewhere: into mail, a webhook, another system.
#[async_trait]
pub trait EventHandler: Send + Sync + 'static {
    /// Its name in the delivery log.
    fn id(&self) -> &'static str;

    /// Who gets the event. Pure and quick: it runs inside the transaction, and the deliveries commit with the change or not at all.
    fn targets(
        &self,
        event: &NewEvent,
        ticket: &TicketRecord,
        message: Option<&NewMessage>,
        config: &Config,
    ) -> Vec<Target>;

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

    /// Hands one event to one target. At least once: after a crash the same delivery comes again under the same id.
    ///
    /// # Errors
    /// What went wrong; the outbox tries again later or gives up, as the failure says.
    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure>;
}

/// One recipient of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What the handler is to do; its own word.
    pub purpose: String,
    /// An address, for the log and for people.
    pub recipient: String,
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
    /// Will never work.
    Never(String),
}
