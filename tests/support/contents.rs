//! Everything that a database holds, so that a test can show that a refused request left nothing behind.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row as _};
use support_core::storage::{Native, Storage};

/// The rows of each of our tables, as text, in an order of their own.
pub type Contents = BTreeMap<String, String>;

/// Reads all tables but the counts of failed tries, which a refusal is meant to change.
pub async fn contents(storage: &dyn Storage) -> Contents {
    let mut tx = storage.write().await.expect("the database is there");
    let mut contents = BTreeMap::new();
    match tx.native() {
        Native::Sqlite(connection) => {
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'support_%' \
                          AND name <> 'support_throttle' ORDER BY name";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.expect("tables");
            for table in tables {
                let columns = format!(
                    "SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info('{table}')"
                );
                let columns: String =
                    sqlx::query_scalar(AssertSqlSafe(columns)).fetch_one(&mut *connection).await.expect("columns");
                let rows = format!("SELECT {columns} AS line FROM {table} ORDER BY line");
                let rows = sqlx::query(AssertSqlSafe(rows)).fetch_all(&mut *connection).await.expect("rows");
                contents.insert(table, rows.iter().map(|row| row.get::<String, _>("line") + "\n").collect());
            }
        }
        Native::Postgres(connection) => {
            let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_name LIKE 'support_%' \
                 AND table_name <> 'support_throttle' ORDER BY 1";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.expect("tables");
            for table in tables {
                let rows = format!("SELECT t::text AS line FROM {table} t ORDER BY line");
                let rows = sqlx::query(AssertSqlSafe(rows)).fetch_all(&mut *connection).await.expect("rows");
                contents.insert(table, rows.iter().map(|row| row.get::<String, _>("line") + "\n").collect());
            }
        }
        other => unreachable!("no test runs on {other:?}"),
    }
    contents
}

/// Runs one statement as somebody would who has the database in hand, and keeps it if it went through.
///
/// # Errors
/// What the database says.
pub async fn run(storage: &dyn Storage, sql: &'static str) -> Result<u64, sqlx::Error> {
    let mut tx = storage.write().await.expect("the database is there");
    let touched = match tx.native() {
        Native::Sqlite(connection) => sqlx::query(sql).execute(connection).await?.rows_affected(),
        Native::Postgres(connection) => sqlx::query(sql).execute(connection).await?.rows_affected(),
        other => unreachable!("no test runs on {other:?}"),
    };
    tx.commit().await.expect("committed");
    Ok(touched)
}
