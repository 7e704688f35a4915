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

pub(super) struct PostgresReader {
    pub(super) connection: PoolConnection<Postgres>,
}

#[async_trait]
impl Executor for PostgresReader {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
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

pub(super) struct PostgresTx {
    pub(super) transaction: Transaction<'static, Postgres>,
    pub(super) commit_count: Arc<watch::Sender<u64>>,
}

#[async_trait]
impl Executor for PostgresTx {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        fetch(&mut self.transaction, sql, args).await
    }

    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
        execute(&mut self.transaction, sql, args).await
    }

    fn native(&mut self) -> Native<'_> {
        Native::Postgres(&mut self.transaction)
    }

    /// In a task of its own: a request that goes away in the middle must neither stop the commit nor swallow the wake-up.
    async fn commit(self) -> Result<()> {
        let Self { transaction, commit_count } = self;
        let task = tokio::spawn(async move {
            transaction.commit().await?;
            commit_count.send_modify(|count| *count += 1);
            Ok::<_, sqlx::Error>(())
        });
        Ok(task.await.map_err(|_| gone())??)
    }
}
