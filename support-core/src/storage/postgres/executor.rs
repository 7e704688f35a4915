//! Running the shared queries on PostgreSQL's connections.

use std::{borrow::Cow, sync::Arc};

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction, pool::PoolConnection};
use tokio::sync::watch;

use super::gone;
use crate::storage::{
    Native, Result, StorageError,
    sql::{Arg, Dialect, Executor, Row, bind_postgres},
};

// Audited: every string that reaches this place is put together from constants of this crate; values travel as arguments.
async fn fetch(connection: &mut PgConnection, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
    let args = bind_postgres(args)?;
    let rows = match sql {
        Cow::Borrowed(sql) => sqlx::query_with(sql, args).fetch_all(connection).await,
        Cow::Owned(sql) => sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(connection).await,
    };
    Ok(rows?.into_iter().map(Row::Postgres).collect())
}

async fn execute(connection: &mut PgConnection, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
    let args = bind_postgres(args)?;
    let result = match sql {
        Cow::Borrowed(sql) => sqlx::query_with(sql, args).execute(connection).await,
        Cow::Owned(sql) => sqlx::query_with(AssertSqlSafe(sql), args).execute(connection).await,
    };
    Ok(result?.rows_affected())
}

pub(in crate::storage) struct PostgresReader {
    pub(super) connection: PoolConnection<Postgres>,
}

#[async_trait]
impl Executor for PostgresReader {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn can_lock(&self) -> bool {
        false
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        fetch(&mut self.connection, sql, args).await
    }

    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
        execute(&mut self.connection, sql, args).await
    }

    fn native(&mut self) -> Native<'_> {
        Native::Postgres(&mut self.connection)
    }

    async fn commit(self) -> Result<()> {
        Err(StorageError::other("a reader has nothing to commit"))
    }
}

pub(in crate::storage) struct PostgresTx {
    transaction: Transaction<'static, Postgres>,
    commit_count: Arc<watch::Sender<u64>>,
    /// Whether a call failed: what it left undone must not be committed.
    failed: bool,
    /// Whether a plugin had the connection, whose failures are not seen here.
    lent: bool,
}

impl PostgresTx {
    pub(super) fn new(transaction: Transaction<'static, Postgres>, commit_count: Arc<watch::Sender<u64>>) -> Self {
        Self { transaction, commit_count, failed: false, lent: false }
    }
}

#[async_trait]
impl Executor for PostgresTx {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn can_lock(&self) -> bool {
        true
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        let rows = fetch(&mut self.transaction, sql, args).await;
        self.failed |= rows.is_err();
        rows
    }

    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
        let count = execute(&mut self.transaction, sql, args).await;
        self.failed |= count.is_err();
        count
    }

    fn native(&mut self) -> Native<'_> {
        self.lent = true;
        Native::Postgres(&mut self.transaction)
    }

    /// In a task of its own: a request that goes away in the middle must neither stop the commit nor swallow the wake-up.
    async fn commit(self) -> Result<()> {
        let Self { mut transaction, commit_count, failed, lent } = self;
        if failed {
            return Err(StorageError::failed_before());
        }
        let task = tokio::spawn(async move {
            if lent {
                // A transaction that failed answers COMMIT by rolling back, and the driver takes that for a yes. This it refuses.
                sqlx::query("SELECT 1").execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
            commit_count.send_modify(|count| *count += 1);
            Ok::<_, sqlx::Error>(())
        });
        Ok(task.await.map_err(|_| gone())??)
    }
}
