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
    // Savepoints cost a tenth of the work and are needed only where a change fails in its middle, which is rare: so first without.
    let outcomes = match transaction(connection, changes, Undo::Nothing) {
        Ok(Some(outcomes)) => Ok(outcomes),
        Ok(None) => transaction(connection, changes, Undo::Change).map(Option::unwrap_or_default),
        Err(error) => Err(error),
    };
    outcomes.unwrap_or_else(|error| {
        tracing::error!(%error, changes = changes.len(), "a commit failed");
        let failed = || StorageError::Unavailable("the commit failed; nothing was written".into());
        changes.iter().map(|_| Err(failed())).collect()
    })
}

/// What can be undone without undoing everything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    Nothing,
    Change,
}

/// None when a change failed that could not be undone alone. Then, and after an error, nothing at all is there.
fn transaction(connection: &Connection, changes: &[Statements], undo: Undo) -> Result<Option<Vec<Result<()>>>> {
    let outcomes = write(connection, changes, undo);
    if !matches!(outcomes, Ok(Some(_))) && !connection.is_autocommit() {
        run(connection, "ROLLBACK")?;
    }
    outcomes
}

fn write(connection: &Connection, changes: &[Statements], undo: Undo) -> Result<Option<Vec<Result<()>>>> {
    run(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        if undo == Undo::Change {
            run(connection, "SAVEPOINT s")?;
        }
        let outcome = apply(connection, change);
        // Where SQLite ended the transaction by itself, such as on a full disk, the changes before this one are gone too.
        if connection.is_autocommit() {
            return Err(outcome.err().unwrap_or_else(|| StorageError::other("the transaction is gone")));
        }
        match (undo, &outcome) {
            (Undo::Nothing, Ok(Applied::Whole | Applied::Refused)) => {}
            (Undo::Nothing, Err(_)) => return Ok(None),
            (Undo::Change, Ok(_)) => run(connection, "RELEASE s")?,
            (Undo::Change, Err(_)) => {
                run(connection, "ROLLBACK TO s")?;
                run(connection, "RELEASE s")?;
            }
        }
        outcomes.push(match outcome {
            Ok(Applied::Whole) => Ok(()),
            Ok(Applied::Refused) => Err(StorageError::Conflict),
            Err(error) => Err(error),
        });
    }
    run(connection, if outcomes.iter().any(Result::is_ok) { "COMMIT" } else { "ROLLBACK" })?;
    Ok(Some(outcomes))
}

/// What became of a change.
enum Applied {
    Whole,
    /// Its first statement met no row, so that nothing was written.
    Refused,
}

fn apply(connection: &Connection, change: &Statements) -> Result<Applied> {
    for (number, sql) in change.sql.split(SEPARATOR).enumerate() {
        let rows = fetch(connection, sql, &change.args)?.len();
        if number == 0 && rows != 1 {
            return Ok(Applied::Refused);
        }
    }
    Ok(Applied::Whole)
}

fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
