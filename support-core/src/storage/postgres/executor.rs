//! Running the shared queries on PostgreSQL's connections.

use std::{borrow::Cow, fmt::Write as _, sync::Arc};

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction, pool::PoolConnection, postgres::PgRow};
use tokio::sync::watch;

use super::{
    gone,
    together::{combined, divided},
};
use crate::storage::{
    Native, Result, StorageError,
    sql::{Arg, Dialect, Executor, Query, Row, bind_postgres},
};

// Audited: every string that reaches this place is put together from constants of this crate; values travel as arguments.
async fn rows(connection: &mut PgConnection, (sql, args): Query) -> Result<Vec<PgRow>> {
    let sql = with_limits(sql, &args);
    let args = bind_postgres(args)?;
    Ok(match sql {
        Cow::Borrowed(sql) => sqlx::query_with(sql, args).fetch_all(connection).await,
        Cow::Owned(sql) => sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(connection).await,
    }?)
}

async fn fetch(connection: &mut PgConnection, query: Query) -> Result<Vec<Row>> {
    Ok(rows(connection, query).await?.into_iter().map(|row| Row::Postgres(row.into())).collect())
}

async fn fetch_each(connection: &mut PgConnection, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
    let count = queries.len();
    divided(rows(connection, combined(queries)).await?, count)
}

/// Writes the values of limits into the query. Without them the plan for any value assumes a tenth of all rows, looks dearer than the plan
/// for this one, and every execution is planned anew: three times the work of reading a page.
fn with_limits(sql: Cow<'static, str>, args: &[Arg]) -> Cow<'static, str> {
    const LIMIT: &str = "LIMIT +$";
    if !sql.contains(LIMIT) {
        return sql;
    }
    let mut pieces = sql.split(LIMIT);
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, rest) = piece.split_at(piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len()));
        let arg = place.parse().ok().and_then(|place: usize| args.get(place.checked_sub(1)?));
        let _ = match arg {
            Some(Arg::Int(Some(limit))) => write!(written, "LIMIT {limit}{rest}"),
            _ => write!(written, "{LIMIT}{piece}"),
        };
    }
    Cow::Owned(written)
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
        fetch(&mut self.connection, (sql, args)).await
    }

    async fn fetch_each(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        fetch_each(&mut self.connection, queries).await
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
        let rows = fetch(&mut self.transaction, (sql, args)).await;
        self.failed |= rows.is_err();
        rows
    }

    async fn fetch_each(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        let results = fetch_each(&mut self.transaction, queries).await;
        self.failed |= results.is_err();
        results
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_written_out_and_nothing_else() {
        let query = "SELECT 1 WHERE $1 = $2 LIMIT +$2) AS a LIMIT +$3";
        let written = with_limits(query.into(), &[7_i64, 26, 51].map(Arg::from));
        assert_eq!(written, "SELECT 1 WHERE $1 = $2 LIMIT 26) AS a LIMIT 51");
        assert_eq!(with_limits("SELECT 1 LIMIT +$1".into(), &[Arg::from("x")]), "SELECT 1 LIMIT +$1");
    }
}
