//! The queries, written once for both databases: `$n` placeholders work in both, and [`Dialect`] names the few differences.
//!
//! Limits are written `LIMIT +$n`: for a bare placeholder SQLite looks at the value while it plans, and plans anew at every execution.
//! PostgreSQL gets the value in the text, for its own reason of the same kind.

mod access;
mod accounts;
mod apply;
mod attachments;
mod batch;
mod config;
mod conversations;
mod deliveries;
mod events;
mod executor;
#[cfg(feature = "test-kit")]
mod explain;
#[cfg(feature = "postgres")]
mod group;
mod idempotency;
mod inboxes;
mod list;
mod log;
mod messages;
mod notifications;
mod people;
mod rows;
mod search;
mod sessions;
mod settings;
mod statistics;
mod tickets;
mod timers;
mod tokens;
mod webhooks;

pub(super) use apply::change_statement;
#[cfg(feature = "sqlite")]
pub(super) use batch::SEPARATOR;
#[cfg(feature = "sqlite")]
pub(super) use executor::bind_sqlite;
pub(super) use executor::{Arg, Dialect, Executor, Query, Row, args};
#[cfg(feature = "postgres")]
pub(super) use executor::{bind_columns, bind_postgres};
#[cfg(feature = "test-kit")]
pub(super) use explain::Explaining;
#[cfg(feature = "test-kit")]
pub use explain::{QueryPlan, QueryPlans};
#[cfg(feature = "postgres")]
pub(super) use group::{Group, Member};
pub(super) use search::rebuild;

use super::{Native, OwnedTx, ReadTx, Result, WriteTx};

/// A connection that the queries run on: a pooled reader, SQLite's lent writer, or a Postgres transaction.
pub(super) struct SqlTx<E> {
    pub(super) executor: E,
}

impl<E: Executor> ReadTx for SqlTx<E> {}

impl<E: Executor> WriteTx for SqlTx<E> {
    fn native(&mut self) -> Native<'_> {
        self.executor.native()
    }
}

#[async_trait::async_trait]
impl<E: Executor> OwnedTx for SqlTx<E> {
    async fn commit(self: Box<Self>) -> Result<()> {
        self.executor.commit().await
    }

    fn as_write(&mut self) -> &mut dyn WriteTx {
        self
    }
}
