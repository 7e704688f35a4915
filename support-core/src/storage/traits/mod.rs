//! The contract of an adapter, one noun a file.

mod access;
mod accounts;
mod attachments;
mod config;
mod conversations;
mod deliveries;
mod events;
mod inboxes;
mod log;
mod messages;
mod notifications;
mod people;
mod sessions;
mod settings;
mod statistics;
mod tickets;
mod timers;
mod tokens;
mod webhooks;

use async_trait::async_trait;
use tokio::sync::watch;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(in crate::storage) use self::tickets::NO_DUE_TIME;
pub use self::{
    access::{Access, AccessMut, Tries},
    accounts::{AccountRecord, Accounts, AccountsMut},
    attachments::{Attachments, AttachmentsMut, FileUsage},
    config::{ConfigRecord, Configs, ConfigsMut},
    conversations::{Conversations, ConversationsMut},
    deliveries::{Deliveries, DeliveriesMut, DeliveryFilter, DeliveryOutcome, DueDelivery, Engaged},
    events::{Events, EventsMut, FeedEntry, FeedPosition},
    inboxes::{Inboxes, InboxesMut},
    log::{Log, LogEdge, LogFilter},
    messages::{MessageEdge, MessageFilter, MessageRange, Messages, PostContext},
    notifications::{NotificationEntry, NotificationFilter, Notifications, NotificationsMut},
    people::{People, PeopleMut, PersonFilter},
    sessions::{SessionKind, SessionRecord, Sessions, SessionsMut, Spent},
    settings::{Settings, SettingsMut},
    statistics::{LiveCounts, Statistics, StatisticsMut, Tally},
    tickets::{Condition, Edge, Key, PageRequest, Period, Search, TicketFilter, TicketSort, Tickets, TicketsMut},
    timers::{Timer, Timers},
    tokens::{TokenFilter, Tokens, TokensMut},
    webhooks::{Webhooks, WebhooksMut},
};
use super::{MigrateMode, MigrationReport, Result};
use crate::model::{ChangeSet, PersonId, TenantId, Timestamp};

/// A database that the desk lives in. Object-safe: hold it as `Arc<dyn Storage>`.
#[async_trait]
pub trait Storage: Send + Sync + std::fmt::Debug + 'static {
    /// A connection for reading. Each call on it sees a committed state at least as new as the call before.
    async fn read(&self) -> Result<Box<dyn ReadTx>>;

    /// A transaction for one decision. Dropping it, or the future that holds it, rolls back.
    async fn write(&self) -> Result<Box<dyn OwnedTx>>;

    /// Writes one decision in a transaction of its own and makes it durable. `Conflict` when the ticket is no longer as the decision
    /// expects: nothing is written then. Dropping the future leaves open whether it was written.
    async fn submit(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        let mut tx = self.write().await?;
        tx.apply(change, client_id).await?;
        tx.commit().await
    }

    /// Brings the schema to this version of the crate, or checks it. Safe to call from many processes at once.
    async fn migrate(&self, mode: MigrateMode, now: Timestamp) -> Result<MigrationReport>;

    /// Gives committed events their place in the log; returns how many. Readers of the feed call it first.
    ///
    /// An adapter whose commits are serial numbers events as it writes them and has nothing to do here.
    async fn number_events(&self) -> Result<u64>;

    /// Counts up after every commit of this process, sent by whoever commits. A wake-up only: it may be late or lost.
    fn commits(&self) -> watch::Receiver<u64>;

    /// Whether the database answers.
    async fn check(&self) -> Result<()>;

    /// Finishes what is under way and closes all connections. Later calls fail with `Unavailable`.
    async fn close(&self);
}

/// Everything that can be read.
pub trait ReadTx:
    Send
    + Tickets
    + Timers
    + Messages
    + Conversations
    + People
    + Accounts
    + Attachments
    + Access
    + Sessions
    + Tokens
    + Inboxes
    + Settings
    + Statistics
    + Events
    + Deliveries
    + Webhooks
    + Notifications
    + Configs
    + Log
{
}

/// Everything that can be written. Verbs and hooks take `&mut (dyn WriteTx + '_)`: they cannot commit.
pub trait WriteTx:
    ReadTx
    + TicketsMut
    + ConversationsMut
    + PeopleMut
    + AccountsMut
    + AttachmentsMut
    + AccessMut
    + SessionsMut
    + TokensMut
    + InboxesMut
    + SettingsMut
    + StatisticsMut
    + EventsMut
    + DeliveriesMut
    + WebhooksMut
    + NotificationsMut
    + ConfigsMut
    + Idempotency
{
    /// The driver's own connection, for a plugin's own tables. Using it for the engine's tables voids every promise.
    fn native(&mut self) -> Native<'_>;
}

/// A transaction that its holder may commit.
#[async_trait]
pub trait OwnedTx: WriteTx {
    /// Makes everything durable, or nothing. `Ok` means that it survives a power cut.
    async fn commit(self: Box<Self>) -> Result<()>;

    /// The transaction as what hooks and loads may use.
    fn as_write(&mut self) -> &mut dyn WriteTx;
}

/// A driver's connection inside a transaction.
#[derive(Debug)]
#[non_exhaustive]
pub enum Native<'t> {
    /// SQLite: inside a savepoint of the one writer.
    #[cfg(feature = "sqlite")]
    Sqlite(&'t mut sqlx::SqliteConnection),
    /// Postgres: inside a transaction.
    #[cfg(feature = "postgres")]
    Postgres(&'t mut sqlx::PgConnection),
    /// The adapter has none to offer.
    None(std::marker::PhantomData<&'t mut ()>),
}

/// Answers kept for a repeated `Idempotency-Key`.
#[async_trait]
pub trait Idempotency: Send {
    /// Looks the key up under a lock that lasts until the end of the transaction, so that two requests cannot both be the first.
    async fn stored_answer(&mut self, tenant: TenantId, caller: PersonId, key: &str) -> Result<Option<StoredAnswer>>;

    /// Keeps the answer.
    async fn store_answer(
        &mut self,
        tenant: TenantId,
        caller: PersonId,
        key: &str,
        answer: &StoredAnswer,
    ) -> Result<()>;
}

/// The first answer to an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// SHA-256 of method, path and body, in hex: the same key with another request is refused.
    pub fingerprint: String,
    /// The JSON that was answered.
    pub body: String,
    /// When; kept for 24 hours.
    pub created_at: Timestamp,
}
