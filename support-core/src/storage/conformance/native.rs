//! What a case has to say in the database's own words, to play the host or to slow a statement down.

use crate::storage::{Native, WriteTx};

/// Runs statements of the host in the transaction. Cases skip what needs it on adapters that have no connection to offer.
pub(super) async fn run(tx: &mut dyn WriteTx, sql: &'static str) -> Option<()> {
    match tx.native() {
        #[cfg(feature = "sqlite")]
        Native::Sqlite(connection) => {
            sqlx::raw_sql(sql).execute(connection).await.unwrap();
        }
        #[cfg(feature = "postgres")]
        Native::Postgres(connection) => {
            sqlx::raw_sql(sql).execute(connection).await.unwrap();
        }
        Native::None(_) => return None,
    }
    Some(())
}

/// The first column of the first row, a number.
pub(super) async fn number(tx: &mut dyn WriteTx, sql: &'static str) -> Option<i64> {
    match tx.native() {
        #[cfg(feature = "sqlite")]
        Native::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await.ok(),
        #[cfg(feature = "postgres")]
        Native::Postgres(connection) => sqlx::query_scalar(sql).fetch_one(connection).await.ok(),
        Native::None(_) => None,
    }
}

/// A statement that the database works on for a good while longer than a case waits for it.
pub(super) async fn work_long(tx: &mut dyn WriteTx) {
    match tx.native() {
        #[cfg(feature = "sqlite")]
        Native::Sqlite(connection) => {
            let count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000) SELECT COUNT(*) FROM n";
            sqlx::query(count).execute(connection).await.unwrap();
        }
        #[cfg(feature = "postgres")]
        Native::Postgres(connection) => {
            sqlx::query("SELECT pg_sleep(0.5)").execute(connection).await.unwrap();
        }
        Native::None(_) => std::future::pending().await,
    }
}

/// How many callers the database itself keeps waiting for a lock, where it can tell.
pub(super) async fn waiting(tx: &mut dyn WriteTx) -> Option<i64> {
    match tx.native() {
        #[cfg(feature = "postgres")]
        Native::Postgres(connection) => {
            // Without this, a transaction keeps seeing the sessions of its first look.
            sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *connection).await.unwrap();
            let waiting =
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            Some(sqlx::query_scalar(waiting).fetch_one(connection).await.unwrap())
        }
        _ => None,
    }
}
