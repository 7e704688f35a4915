//! Where everything is kept: the [`Storage`] trait, its SQLite and Postgres adapters and the suite that proves them equal.
//!
//! A verb of the desk opens one [`Storage::write`] transaction, loads what its decision needs, applies one
//! [`ChangeSet`](crate::model::ChangeSet) and commits. Reads go through [`Storage::read`]. Not found is `Ok(None)`; a lost race is
//! [`StorageError::Conflict`]. No method asks the clock: times are passed in.

mod error;
mod migrate;
mod traits;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "test-kit")]
pub mod conformance;
#[cfg(feature = "test-kit")]
mod explained;

#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresOptions, PostgresStorage};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStorage};
pub use self::{
    error::{Result, StorageError},
    migrate::{MigrateMode, MigrationReport},
    traits::{
        Access, AccessMut, AccountRecord, Accounts, AccountsMut, Attachments, AttachmentsMut, Condition, ConfigRecord,
        Configs, ConfigsMut, Conversations, ConversationsMut, Deliveries, DeliveriesMut, DeliveryFilter,
        DeliveryOutcome, DueDelivery, Edge, Engaged, Events, EventsMut, FeedEntry, FeedPosition, FileUsage,
        Idempotency, Inboxes, InboxesMut, Key, LiveCounts, Log, LogEdge, LogFilter, MessageEdge, MessageFilter,
        MessageRange, Messages, Native, NotificationEntry, NotificationFilter, Notifications, NotificationsMut,
        OwnedTx, PageRequest, People, PeopleMut, Period, PersonFilter, PostContext, ReadTx, Search, SessionKind,
        SessionRecord, Sessions, SessionsMut, Settings, SettingsMut, Spent, Statistics, StatisticsMut, Storage,
        StoredAnswer, Tally, TicketFilter, TicketSort, Tickets, TicketsMut, Timer, Timers, TokenFilter, Tokens,
        TokensMut, Tries, Webhooks, WebhooksMut, WriteTx,
    },
};
#[cfg(feature = "test-kit")]
pub use self::{
    explained::Explained,
    sql::{QueryPlan, QueryPlans},
};
