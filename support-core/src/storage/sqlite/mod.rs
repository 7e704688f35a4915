//! SQLite: one file, one writer that shares its commits, several readers.

mod executor;
mod near;
mod readers;
mod rows;
mod submissions;
mod thread;
mod writer;

use std::{path::PathBuf, str::FromStr, time::Duration};

use async_trait::async_trait;
use sqlx::{
    ConnectOptions as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::watch;

pub(super) use self::rows::PageRow;
use self::{
    executor::{SqliteLoan, SqliteReader},
    readers::Readers,
    thread::Thread,
    writer::Writer,
};
use super::{
    MigrateMode, MigrationReport, OwnedTx, ReadTx, Result, Storage, StorageError,
    migrate::{Migration, migrate},
    sql::{Dialect, SqlTx, change_statement},
};
use crate::model::{ChangeSet, Timestamp};

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "desk", sql: include_str!("../../../migrations/sqlite/0001_desk.sql") },
    Migration { version: 2, name: "tickets", sql: include_str!("../../../migrations/sqlite/0002_tickets.sql") },
    Migration { version: 3, name: "access", sql: include_str!("../../../migrations/sqlite/0003_access.sql") },
    Migration { version: 4, name: "sla", sql: include_str!("../../../migrations/sqlite/0004_sla.sql") },
    Migration { version: 5, name: "portal", sql: include_str!("../../../migrations/sqlite/0005_portal.sql") },
    Migration { version: 6, name: "search", sql: include_str!("../../../migrations/sqlite/0006_search.sql") },
    Migration { version: 7, name: "tally", sql: include_str!("../../../migrations/sqlite/0007_tally.sql") },
    Migration { version: 8, name: "addresses", sql: include_str!("../../../migrations/sqlite/0008_addresses.sql") },
    Migration { version: 9, name: "rare", sql: include_str!("../../../migrations/sqlite/0009_rare.sql") },
    Migration { version: 10, name: "webhooks", sql: include_str!("../../../migrations/sqlite/0010_webhooks.sql") },
    Migration { version: 11, name: "messages", sql: include_str!("../../../migrations/sqlite/0011_messages.sql") },
    Migration {
        version: 12,
        name: "attachments",
        sql: include_str!("../../../migrations/sqlite/0012_attachments.sql"),
    },
    Migration {
        version: 13,
        name: "notifications",
        sql: include_str!("../../../migrations/sqlite/0013_notifications.sql"),
    },
    Migration {
        version: 14,
        name: "conversations",
        sql: include_str!("../../../migrations/sqlite/0014_conversations.sql"),
    },
];

/// Pages in the log before it is carried over into the file. A busy desk writes the same pages over and over; each is carried over once.
const CHECKPOINT_PAGES: &str = "4000";

/// How a SQLite file is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The file. Made when it is not there.
    pub path: PathBuf,
    /// Connections for reading, at least 1.
    pub readers: u32,
    /// `true` (the default): an acknowledged write survives a power cut. `false`: it survives a crash of the process only.
    pub survive_power_loss: bool,
    /// How long one transaction may keep the only writer. It is rolled back then, so that nobody can stop the desk.
    pub longest_write: Duration,
}

impl SqliteOptions {
    /// The defaults for `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 4, survive_power_loss: true, longest_write: Duration::from_secs(5) }
    }
}

/// The SQLite adapter. Cheap to share as `Arc<dyn Storage>`; the file may be the host's own: our tables start with `support_`.
#[derive(Debug)]
pub struct SqliteStorage {
    readers: Readers,
    writer: Writer,
}

impl SqliteStorage {
    /// Opens a file with the default options.
    ///
    /// # Errors
    /// `Unavailable` or `Other` when it cannot be opened.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Self::open_with(SqliteOptions::new(path)).await
    }

    /// Opens a file.
    ///
    /// # Errors
    /// `Unavailable` or `Other` when it cannot be opened.
    pub async fn open_with(options: SqliteOptions) -> Result<Self> {
        let connect = SqliteConnectOptions::from_str("sqlite:")?
            .filename(&options.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if options.survive_power_loss { SqliteSynchronous::Full } else { SqliteSynchronous::Normal })
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .disable_statement_logging();
        // First, since it makes the file.
        let connection = connect.connect().await?;
        let synchronous = if options.survive_power_loss { "FULL" } else { "NORMAL" };
        // What a statement that fails halfway would need to undo itself: by default a file, opened and unlinked with every message.
        let pragmas = format!(
            "PRAGMA foreign_keys = 1; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA synchronous = {synchronous}; \
             PRAGMA temp_store = MEMORY"
        );
        let thread = Thread::open("support-write", &options.path, pragmas).await?;
        let writer = Writer::spawn(connect, connection, thread, options.longest_write);
        let readers = Readers::open(&options.path, options.readers.max(1)).await?;
        Ok(Self { readers, writer })
    }
}

#[cfg(feature = "test-kit")]
#[async_trait]
impl super::explained::Adapter for SqliteStorage {
    type Reader = SqliteReader;
    type Writer = SqliteLoan;

    async fn reader(&self) -> Result<SqliteReader> {
        Ok(SqliteReader { readers: self.readers.clone() })
    }

    async fn writer(&self) -> Result<SqliteLoan> {
        Ok(SqliteLoan::new(self.writer.borrow().await?))
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        self.readers.expect_open()?;
        Ok(Box::new(SqlTx { executor: SqliteReader { readers: self.readers.clone() } }))
    }

    async fn write(&self) -> Result<Box<dyn OwnedTx>> {
        let loan = self.writer.borrow().await?;
        Ok(Box::new(SqlTx { executor: SqliteLoan::new(loan) }))
    }

    async fn submit(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        let (sql, args) = change_statement(Dialect::Sqlite, change, client_id)?;
        self.writer.submit(sql, args).await
    }

    async fn migrate(&self, mode: MigrateMode, now: Timestamp) -> Result<MigrationReport> {
        let mut executor = SqliteLoan::new(self.writer.borrow_for_migration().await?);
        let report = migrate(&mut executor, MIGRATIONS, mode, now).await?;
        super::sql::Executor::commit(executor).await?;
        Ok(report)
    }

    async fn number_events(&self) -> Result<u64> {
        Ok(0)
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    async fn check(&self) -> Result<()> {
        self.readers.fetch(vec![("SELECT 1".into(), Vec::new())]).await?;
        Ok(())
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

fn closed() -> StorageError {
    StorageError::Unavailable("the storage is closed".into())
}
