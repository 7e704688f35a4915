//! Changes that need no further decision: everybody's who waits, in one transaction, with one commit and one hop.

use rusqlite::Connection;

use super::thread::fetch;
use crate::storage::{
    Result, StorageError,
    sql::{Arg, SEPARATOR},
};

/// The statements of one change, of which the first returns one row where the caller's belief about it still holds.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) sql: String,
    pub(super) args: Vec<Arg>,
}

/// Writes all changes and commits. What is `Ok` is durable; each change is there as a whole or not at all.
pub(super) fn commit(connection: &mut Connection, changes: &[Statements]) -> Vec<Result<()>> {
    match write(connection, changes) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            tracing::error!(%error, changes = changes.len(), "a commit failed");
            let failed = || StorageError::Unavailable("the commit failed; nothing was written".into());
            changes.iter().map(|_| Err(failed())).collect()
        }
    }
}

/// An error here means that nothing at all is there.
fn write(connection: &mut Connection, changes: &[Statements]) -> Result<Vec<Result<()>>> {
    run(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        run(connection, "SAVEPOINT s")?;
        let outcome = apply(connection, change);
        // Where SQLite ended the transaction by itself, such as on a full disk, the changes before this one are gone too.
        if connection.is_autocommit() {
            return Err(outcome.err().unwrap_or_else(|| StorageError::other("the transaction is gone")));
        }
        if outcome.is_err() {
            run(connection, "ROLLBACK TO s")?;
        }
        run(connection, "RELEASE s")?;
        outcomes.push(outcome);
    }
    run(connection, if outcomes.iter().any(Result::is_ok) { "COMMIT" } else { "ROLLBACK" })?;
    Ok(outcomes)
}

fn apply(connection: &Connection, change: &Statements) -> Result<()> {
    for (number, sql) in change.sql.split(SEPARATOR).enumerate() {
        let rows = fetch(connection, sql, &change.args)?.len();
        if number == 0 && rows != 1 {
            return Err(StorageError::Conflict);
        }
    }
    Ok(())
}

fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
