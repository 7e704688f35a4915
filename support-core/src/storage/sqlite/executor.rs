//! Running the shared queries on SQLite's connections.

use std::borrow::Cow;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{readers::Readers, writer::Loan};
use crate::storage::{
    Native, Result, StorageError,
    sql::{Arg, Dialect, Executor, Query, Row, bind_sqlite},
};

// Audited: every string that reaches this place is put together from constants of this crate; values travel as arguments.
async fn fetch(connection: &mut SqliteConnection, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
    let args = bind_sqlite(args)?;
    let rows = match sql {
        Cow::Borrowed(sql) => sqlx::query_with(sql, args).fetch_all(connection).await,
        Cow::Owned(sql) => sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(connection).await,
    };
    Ok(rows?.into_iter().map(Row::Sqlite).collect())
}

async fn execute(connection: &mut SqliteConnection, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
    let args = bind_sqlite(args)?;
    let result = match sql {
        Cow::Borrowed(sql) => sqlx::query_with(sql, args).execute(connection).await,
        Cow::Owned(sql) => sqlx::query_with(AssertSqlSafe(sql), args).execute(connection).await,
    };
    Ok(result?.rows_affected())
}

pub(in crate::storage) struct SqliteReader {
    pub(super) readers: Readers,
}

#[async_trait]
impl Executor for SqliteReader {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn can_lock(&self) -> bool {
        false
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        Ok(self.readers.fetch(vec![(sql, args)]).await?.pop().unwrap_or_default())
    }

    async fn fetch_each(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        self.readers.fetch(queries).await
    }

    async fn fetch_few(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        self.readers.fetch_few(queries).await
    }

    async fn fetch_optional(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Option<Row>> {
        let rows = self.readers.fetch_few(vec![(sql, args)]).await?.pop();
        Ok(rows.and_then(|rows| rows.into_iter().next()))
    }

    async fn execute(&mut self, _: Cow<'static, str>, _: Vec<Arg>) -> Result<u64> {
        Err(StorageError::other("a reader does not write"))
    }

    fn native(&mut self) -> Native<'_> {
        Native::None(std::marker::PhantomData)
    }

    async fn commit(self) -> Result<()> {
        Err(StorageError::other("a reader has nothing to commit"))
    }
}

pub(in crate::storage) struct SqliteLoan {
    loan: Loan,
    /// Whether a call failed: what it left undone must not be committed.
    failed: bool,
}

impl SqliteLoan {
    pub(super) fn new(loan: Loan) -> Self {
        Self { loan, failed: false }
    }
}

#[async_trait]
impl Executor for SqliteLoan {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn can_lock(&self) -> bool {
        true
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        let mut connection = self.loan.connection()?;
        let rows = fetch(&mut connection, sql, args).await;
        self.failed |= rows.is_err();
        rows
    }

    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
        let mut connection = self.loan.connection()?;
        let count = execute(&mut connection, sql, args).await;
        self.failed |= count.is_err();
        count
    }

    fn native(&mut self) -> Native<'_> {
        match self.loan.native() {
            Ok(connection) => Native::Sqlite(connection),
            Err(_) => Native::None(std::marker::PhantomData),
        }
    }

    async fn commit(self) -> Result<()> {
        if self.failed {
            return Err(StorageError::failed_before());
        }
        self.loan.commit().await
    }
}
