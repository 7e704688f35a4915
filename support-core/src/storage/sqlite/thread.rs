//! A connection on a thread of its own, for what needs no asynchronous caller in between: a whole job is one hop there and one back.
//!
//! sqlx hands over every row by itself, with an allocation for each value, and takes a hop there and back for every statement. A page of
//! tickets cost four times the processor time that way, and a group of messages could not share more than its commit.

use std::{path::Path, sync::mpsc, time::Duration};

use rusqlite::{CachedStatement, Connection, OpenFlags, types::Null};
use tokio::sync::oneshot;

use super::{closed, rows::Page};
use crate::storage::{
    Result, StorageError,
    sql::{Arg, Row},
};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// The handle to the thread, which ends with it.
#[derive(Debug)]
pub(super) struct Thread {
    jobs: mpsc::Sender<Job>,
    ended: oneshot::Receiver<()>,
}

impl Thread {
    /// Opens the file and runs `pragmas` first.
    pub(super) async fn open(name: &str, path: &Path, pragmas: impl Into<String>) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (opened, is_open) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (path, pragmas) = (path.to_owned(), pragmas.into());
        let thread = move || {
            match open(&path, &pragmas, BUSY) {
                Ok(mut connection) => {
                    let _ = opened.send(Ok(()));
                    for job in queue {
                        job(&mut connection);
                    }
                    drop(connection);
                }
                Err(error) => drop(opened.send(Err(error))),
            }
            let _ = end.send(());
        };
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(thread);
        started.map_err(|error| StorageError::Unavailable(error.into()))?;
        is_open.await.map_err(|_| closed())??;
        Ok(Self { jobs, ended })
    }

    /// Runs a job behind those that were sent before. It runs to its end, also when the caller goes away.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| drop(answer.send(job(connection))));
        self.jobs.send(job).map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Waits for what was sent and closes the connection.
    pub(super) async fn close(self) {
        let Self { jobs, ended } = self;
        drop(jobs);
        let _ = ended.await;
    }
}

/// A connection. `busy` is how long it waits for another process.
pub(super) fn open(path: &Path, pragmas: &str, busy: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    connection.execute_batch(pragmas)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Runs one prepared statement and returns all rows.
pub(super) fn fetch(connection: &Connection, sql: &str, args: &[Arg]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, args)?;
    Ok(Page::read(&mut statement)?.rows())
}

/// `$7` is the seventh argument, wherever it stands: to SQLite it is a name like any other.
fn bind(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<()> {
    for place in 1..=statement.parameter_count() {
        let name = statement.parameter_name(place).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let arg = name.and_then(|number| args.get(number.checked_sub(1)?));
        let arg = arg.ok_or_else(|| StorageError::other("a placeholder without an argument"))?;
        match arg {
            Arg::Id(Some(id)) => statement.raw_bind_parameter(place, &id.as_bytes()[..]),
            Arg::Int(Some(int)) => statement.raw_bind_parameter(place, int),
            Arg::Text(Some(text)) => statement.raw_bind_parameter(place, &**text),
            Arg::Time(Some(time)) => statement.raw_bind_parameter(place, time.timestamp_micros()),
            Arg::Bool(bool) => statement.raw_bind_parameter(place, bool),
            Arg::Json(Some(json)) => statement.raw_bind_parameter(place, json),
            Arg::Bytes(Some(bytes)) => statement.raw_bind_parameter(place, &bytes[..]),
            Arg::Id(None) | Arg::Int(None) | Arg::Text(None) | Arg::Time(None) | Arg::Json(None) | Arg::Bytes(None) => {
                statement.raw_bind_parameter(place, Null)
            }
        }?;
    }
    Ok(())
}
