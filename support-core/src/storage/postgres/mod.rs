//! PostgreSQL: many processes, one truth. No extensions.

mod executor;
mod rows;
mod submissions;
mod together;
mod wake;

use std::{str::FromStr, sync::Arc, time::Duration};

use async_trait::async_trait;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use tokio::sync::watch;

pub(super) use self::rows::{Jsonb, SentRow};
use self::{
    executor::{PostgresReader, PostgresTx},
    submissions::{Shared, Submissions},
    wake::Wakes,
};
use super::{
    MigrateMode, MigrationReport, OwnedTx, ReadTx, Result, Storage, StorageError,
    migrate::{Migration, migrate},
    sql::{Dialect, Executor as _, Member, SqlTx, args, bind_postgres, change_statement},
};
use crate::model::{ChangeSet, Timestamp};

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "desk", sql: include_str!("../../../migrations/postgres/0001_desk.sql") },
    Migration { version: 2, name: "tickets", sql: include_str!("../../../migrations/postgres/0002_tickets.sql") },
    Migration { version: 3, name: "access", sql: include_str!("../../../migrations/postgres/0003_access.sql") },
    Migration { version: 4, name: "sla", sql: include_str!("../../../migrations/postgres/0004_sla.sql") },
    Migration { version: 5, name: "portal", sql: include_str!("../../../migrations/postgres/0005_portal.sql") },
    Migration { version: 6, name: "search", sql: include_str!("../../../migrations/postgres/0006_search.sql") },
    Migration { version: 7, name: "tally", sql: include_str!("../../../migrations/postgres/0007_tally.sql") },
    Migration { version: 8, name: "addresses", sql: include_str!("../../../migrations/postgres/0008_addresses.sql") },
    Migration { version: 9, name: "rare", sql: include_str!("../../../migrations/postgres/0009_rare.sql") },
    Migration { version: 10, name: "webhooks", sql: include_str!("../../../migrations/postgres/0010_webhooks.sql") },
    Migration { version: 11, name: "messages", sql: include_str!("../../../migrations/postgres/0011_messages.sql") },
    Migration {
        version: 12,
        name: "attachments",
        sql: include_str!("../../../migrations/postgres/0012_attachments.sql"),
    },
    Migration {
        version: 13,
        name: "notifications",
        sql: include_str!("../../../migrations/postgres/0013_notifications.sql"),
    },
    Migration {
        version: 14,
        name: "conversations",
        sql: include_str!("../../../migrations/postgres/0014_conversations.sql"),
    },
];

/// Advisory lock of the migrations: "support" in ASCII.
const MIGRATION_LOCK: i64 = 0x0073_7570_706F_7274;
/// Advisory lock of the sequencer.
const SEQUENCER_LOCK: i64 = MIGRATION_LOCK + 1;
/// Events that the sequencer numbers at once, so that its transaction stays short after a long pause.
const SEQUENCER_BATCH: u32 = 2_000;

/// Connections of a process that transactions never take. Whoever holds a transaction and looks something up beside it would otherwise
/// wait for others who do the same, and all of them in vain.
const READ_RESERVE: u32 = 2;

/// What a submitted change ends with where its first statement met no row.
const DIVISION_BY_ZERO: &str = "22012";

/// How a PostgreSQL database is reached.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host/database`.
    pub url: String,
    /// Connections of this process at most; five at least.
    pub connections: u32,
}

impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions").field("connections", &self.connections).finish_non_exhaustive()
    }
}

impl PostgresOptions {
    /// The defaults for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 16 }
    }
}

/// The PostgreSQL adapter.
#[derive(Debug)]
pub struct PostgresStorage {
    pool: PgPool,
    /// For reading alone, when the pool has nothing left.
    reserve: PgPool,
    /// For hearing other processes, which takes a connection for good.
    listening: PgPool,
    commit_count: Arc<watch::Sender<u64>>,
    submissions: Submissions,
    _wakes: Wakes,
}

impl PostgresStorage {
    /// Connects with the default options.
    ///
    /// # Errors
    /// `Unavailable` when the server does not answer, `Other` when it refuses.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(PostgresOptions::new(url)).await
    }

    /// Connects.
    ///
    /// # Errors
    /// `Unavailable` when the server does not answer, `Other` when it refuses.
    pub async fn connect_with(options: PostgresOptions) -> Result<Self> {
        let connect = PgConnectOptions::from_str(&options.url)?
            .application_name("support")
            // An acknowledged write survives a power cut, whatever the server's default says.
            .options([
                ("synchronous_commit", "on"),
                ("timezone", "UTC"),
                ("statement_timeout", "30s"),
                ("lock_timeout", "5s"),
            ])
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let pool = |connections: u32| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(5))
                .test_before_acquire(false)
        };
        let reserve = pool(READ_RESERVE).connect_lazy_with(connect.clone());
        let listening = pool(1).connect_lazy_with(connect.clone());
        let pool = pool(options.connections.saturating_sub(READ_RESERVE + 1).max(2)).connect_with(connect).await?;
        let commit_count = Arc::new(watch::Sender::new(0));
        let submissions = Submissions::new(pool.clone(), Arc::clone(&commit_count));
        let wakes = Wakes::start(pool.clone(), listening.clone(), Arc::clone(&commit_count));
        Ok(Self { pool, reserve, listening, commit_count, submissions, _wakes: wakes })
    }

    async fn reader(&self) -> Result<PostgresReader> {
        let connection: PoolConnection<Postgres> = match self.pool.try_acquire() {
            Some(connection) => connection,
            None => tokio::select! {
                connection = self.pool.acquire() => connection?,
                connection = self.reserve.acquire() => connection?,
            },
        };
        Ok(PostgresReader { connection })
    }

    async fn begin(&self) -> Result<PostgresTx> {
        Ok(PostgresTx::new(self.pool.begin().await?, Arc::clone(&self.commit_count)))
    }

    /// One statement is a transaction of its own. In a task of its own, as every commit.
    async fn submit_alone(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        let (sql, args) = change_statement(Dialect::Postgres, change, client_id)?;
        let args = bind_postgres(args)?;
        let (pool, commit_count) = (self.pool.clone(), Arc::clone(&self.commit_count));
        let task = tokio::spawn(async move {
            // Audited: the statement is put together from constants; values travel as arguments.
            sqlx::query_with(AssertSqlSafe(sql), args).execute(&pool).await?;
            commit_count.send_modify(|count| *count += 1);
            Ok(())
        });
        match task.await.map_err(|_| gone())? {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(DIVISION_BY_ZERO) => {
                Err(StorageError::Conflict)
            }
            outcome => Ok(outcome?),
        }
    }
}

#[cfg(feature = "test-kit")]
#[async_trait]
impl super::explained::Adapter for PostgresStorage {
    type Reader = PostgresReader;
    type Writer = PostgresTx;

    async fn reader(&self) -> Result<PostgresReader> {
        self.reader().await
    }

    async fn writer(&self) -> Result<PostgresTx> {
        self.begin().await
    }
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        Ok(Box::new(SqlTx { executor: self.reader().await? }))
    }

    async fn write(&self) -> Result<Box<dyn OwnedTx>> {
        Ok(Box::new(SqlTx { executor: self.begin().await? }))
    }

    async fn submit(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        if let Some(member) = Member::of(change)?
            && self.submissions.write(member).await? == Shared::Written
        {
            return Ok(());
        }
        self.submit_alone(change, client_id).await
    }

    async fn migrate(&self, mode: MigrateMode, now: Timestamp) -> Result<MigrationReport> {
        let mut executor = self.begin().await?;
        // A large desk's migration takes its time, and the other processes wait for it.
        executor.execute("SET LOCAL statement_timeout = 0".into(), Vec::new()).await?;
        executor.execute("SET LOCAL lock_timeout = 0".into(), Vec::new()).await?;
        executor.fetch("SELECT pg_advisory_xact_lock($1)".into(), args![MIGRATION_LOCK]).await?;
        let report = migrate(&mut executor, MIGRATIONS, mode, now).await?;
        executor.commit().await?;
        Ok(report)
    }

    async fn number_events(&self) -> Result<u64> {
        let mut executor = self.begin().await?;
        // Whoever has the lock numbers for everybody; the others read what is there and come again.
        let lock = "SELECT pg_try_advisory_xact_lock($1) AS locked";
        if !executor.fetch_one(lock.into(), args![SEQUENCER_LOCK]).await?.bool("locked")? {
            return Ok(0);
        }
        // Only committed rows are visible here, and the numbers that they get are greater than all given before: a reader that has
        // seen number n can never meet a new event at or below n.
        let number = "UPDATE support_events e SET seq = fresh.seq FROM ( \
               SELECT id, (SELECT COALESCE(MAX(seq), 0) FROM support_events) + ROW_NUMBER() OVER (ORDER BY draft) AS seq \
               FROM (SELECT id, draft FROM support_events WHERE seq IS NULL ORDER BY draft LIMIT $1) unnumbered) fresh \
             WHERE e.id = fresh.id";
        let numbered = executor.execute(number.into(), args![SEQUENCER_BATCH]).await?;
        if numbered == 0 {
            return Ok(0);
        }
        executor.commit().await?;
        Ok(numbered)
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.commit_count.subscribe()
    }

    async fn check(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    async fn close(&self) {
        tokio::join!(self.pool.close(), self.reserve.close(), self.listening.close());
    }
}

fn gone() -> StorageError {
    StorageError::Unavailable("the commit's outcome is unknown".into())
}
