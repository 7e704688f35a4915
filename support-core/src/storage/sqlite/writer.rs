//! The one writer. Callers that wait at the same time share one `COMMIT`, and with it one fsync: each gets the connection in turn,
//! inside a savepoint of its own, and is answered when the common commit is durable.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, mpsc, oneshot, watch},
    time::{Instant, timeout},
};

use super::{
    closed,
    submissions::{self, Statements},
    thread::Thread,
};
use crate::storage::{Result, StorageError, sql::Arg};

/// Callers that share one commit at most. More would only make the first one wait.
const GROUP_MAX: usize = 64;
/// How long a group stays open for newcomers.
const GROUP_TIME: Duration = Duration::from_millis(20);
/// How long a migration may keep the writer.
const MIGRATION_TIME: Duration = Duration::from_secs(3_600);
/// How many callers may wait for the writer.
const QUEUE: usize = 1_024;
/// How long a caller waits for its turn before it is told that the database is busy.
const TURN_TIME: Duration = Duration::from_secs(10);

type Shared = Arc<Mutex<SqliteConnection>>;
type Acknowledge = oneshot::Sender<Result<()>>;

/// The handle to the writer task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    commits: watch::Receiver<u64>,
    loan_time: Duration,
}

enum Request {
    /// Somebody with a decision to make inside the transaction.
    Borrow(Borrower),
    /// Somebody with everything decided.
    Submit(Submission),
    Close(oneshot::Sender<()>),
}

struct Submission {
    statements: Statements,
    answer: Acknowledge,
}

/// Somebody who waits for the connection.
struct Borrower {
    answer: oneshot::Sender<Result<Loan>>,
    /// Whoever keeps it longer is rolled back, so that nobody can stop the desk.
    time: Duration,
}

/// The writer's connection for one transaction. Dropping it rolls back.
pub(super) struct Loan {
    shared: Shared,
    holder: Arc<AtomicU64>,
    number: u64,
    /// Held between two statements only where a plugin took the driver's connection.
    native: Option<OwnedMutexGuard<SqliteConnection>>,
    finish: oneshot::Sender<Acknowledge>,
}

impl Loan {
    /// The connection for one statement. It is not kept in between, so that the writer gets it back from a caller that stands still.
    pub(super) fn connection(&mut self) -> Result<OwnedMutexGuard<SqliteConnection>> {
        let free = match self.native.take() {
            Some(guard) => guard,
            None => Arc::clone(&self.shared).try_lock_owned().map_err(|_| expired())?,
        };
        // Asked under the lock: the next holder is only named after the writer had the lock itself.
        if self.holder.load(Ordering::Acquire) == self.number { Ok(free) } else { Err(expired()) }
    }

    /// The connection for as long as a plugin wants it.
    pub(super) fn native(&mut self) -> Result<&mut SqliteConnection> {
        let connection = self.connection()?;
        Ok(&mut **self.native.insert(connection))
    }

    pub(super) async fn commit(self) -> Result<()> {
        let Self { native, finish, .. } = self;
        drop(native);
        let (acknowledge, acknowledged) = oneshot::channel();
        finish.send(acknowledge).map_err(|_| expired())?;
        acknowledged.await.unwrap_or_else(|_| Err(expired()))
    }
}

fn expired() -> StorageError {
    StorageError::Unavailable("the transaction took too long and was rolled back".into())
}

impl Writer {
    /// `loan_time` is how long one caller may keep the connection.
    pub(super) fn spawn(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        thread: Thread,
        loan_time: Duration,
    ) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (commit_count, commits) = watch::channel(0);
        let task = Task {
            options,
            loan_time,
            shared: Arc::new(Mutex::new(connection)),
            holder: Arc::new(AtomicU64::new(0)),
            loans: 0,
            requests,
            commit_count,
            thread,
            next: None,
        };
        tokio::spawn(task.run());
        Self { queue, commits, loan_time }
    }

    pub(super) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    pub(super) async fn borrow(&self) -> Result<Loan> {
        self.borrow_for(self.loan_time).await
    }

    pub(super) async fn borrow_for_migration(&self) -> Result<Loan> {
        self.borrow_for(MIGRATION_TIME).await
    }

    async fn borrow_for(&self, time: Duration) -> Result<Loan> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Borrow(Borrower { answer, time }), answered).await
    }

    /// Writes a change that needs no further decision: durable, or without effect. `Conflict` when its first statement returned no row.
    pub(super) async fn submit(&self, sql: String, args: Vec<Arg>) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Submit(Submission { statements: Statements { sql, args }, answer }), answered).await
    }

    async fn ask<T>(&self, request: Request, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        let turn = async {
            self.queue.send(request).await.map_err(|_| closed())?;
            answered.await.map_err(|_| closed())?
        };
        let busy = || StorageError::Unavailable("too many writes are waiting".into());
        timeout(TURN_TIME, turn).await.unwrap_or_else(|_| Err(busy()))
    }

    pub(super) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Request::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }
}

struct Task {
    options: SqliteConnectOptions,
    loan_time: Duration,
    shared: Shared,
    holder: Arc<AtomicU64>,
    loans: u64,
    requests: mpsc::Receiver<Request>,
    commit_count: watch::Sender<u64>,
    /// Writes what was submitted. It and the shared connection take turns, as this task does one thing at a time.
    thread: Thread,
    /// What came while a group of another kind was open.
    next: Option<Request>,
}

/// What stands on the connection between two callers of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// Nothing changed since it was set.
    Clean,
    /// It holds a caller's changes, to be kept.
    Kept,
}

impl Task {
    async fn run(mut self) {
        let mut closing = None;
        loop {
            let request = match self.next.take() {
                Some(request) => Some(request),
                None => self.requests.recv().await,
            };
            match request {
                Some(Request::Borrow(borrower)) => self.group(borrower).await,
                Some(Request::Submit(submission)) => self.submissions(submission).await,
                Some(Request::Close(answer)) => {
                    closing = Some(answer);
                    break;
                }
                None => break,
            }
        }
        // Whoever still waits in the queue learns it when the channel goes.
        drop(self.requests);
        if let Ok(shared) = Arc::try_unwrap(self.shared) {
            let _ = shared.into_inner().close().await;
        }
        self.thread.close().await;
        if let Some(answer) = closing {
            let _ = answer.send(());
        }
    }

    /// Writes what everybody who waits has submitted, with one commit.
    async fn submissions(&mut self, first: Submission) {
        let mut waiting = vec![first];
        while waiting.len() < GROUP_MAX
            && let Ok(request) = self.requests.try_recv()
        {
            match request {
                Request::Submit(submission) => waiting.push(submission),
                other => {
                    self.next = Some(other);
                    break;
                }
            }
        }
        let (changes, answers): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|submission| (submission.statements, submission.answer)).unzip();
        let outcomes = self.thread.run(move |connection| Ok(submissions::commit(connection, &changes))).await;
        let Ok(outcomes) = outcomes else { return };
        if outcomes.iter().any(Result::is_ok) {
            self.commit_count.send_modify(|count| *count += 1);
        }
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            let _ = answer.send(outcome);
        }
    }

    /// Lends the connection to everybody who waits, then commits for all of them.
    async fn group(&mut self, first: Borrower) {
        if let Err(error) = self.execute("BEGIN IMMEDIATE; SAVEPOINT s").await {
            self.recover().await;
            let _ = first.answer.send(Err(error));
            return;
        }
        let opened = Instant::now();
        let mut members: Vec<Acknowledge> = Vec::new();
        let mut savepoint = Savepoint::Clean;
        let mut next = Some(first);
        while let Some(borrower) = next.take() {
            if savepoint == Savepoint::Kept && self.execute("RELEASE s; SAVEPOINT s").await.is_err() {
                let _ = borrower.answer.send(Err(StorageError::Unavailable("the group's transaction was lost".into())));
                return self.fail(members).await;
            }
            savepoint = match self.lend(borrower).await {
                Some(member) => {
                    members.push(member);
                    Savepoint::Kept
                }
                None => match self.execute("ROLLBACK TO s").await {
                    Ok(()) => Savepoint::Clean,
                    Err(_) => return self.fail(members).await,
                },
            };
            if members.len() < GROUP_MAX && opened.elapsed() < GROUP_TIME && !self.requests.is_empty() {
                next = match self.requests.recv().await {
                    Some(Request::Borrow(borrower)) => Some(borrower),
                    other => {
                        self.next = other;
                        None
                    }
                };
            }
        }
        let end = if members.is_empty() { "ROLLBACK" } else { "RELEASE s; COMMIT" };
        if let Err(error) = self.execute(end).await {
            tracing::error!(%error, members = members.len(), "a commit failed");
            return self.fail(members).await;
        }
        if !members.is_empty() {
            self.commit_count.send_modify(|count| *count += 1);
        }
        for member in members {
            let _ = member.send(Ok(()));
        }
    }

    /// One caller's turn. Some when it wants to commit.
    async fn lend(&mut self, borrower: Borrower) -> Option<Acknowledge> {
        self.loans += 1;
        let number = self.loans;
        self.holder.store(number, Ordering::Release);
        let (finish, finished) = oneshot::channel();
        let loan =
            Loan { shared: Arc::clone(&self.shared), holder: Arc::clone(&self.holder), number, native: None, finish };
        // A caller that is gone already returns the loan by dropping it.
        let _ = borrower.answer.send(Ok(loan));
        let outcome = timeout(borrower.time, finished).await;
        self.holder.store(0, Ordering::Release);
        match outcome {
            Ok(Ok(member)) => Some(member),
            Ok(Err(_)) => None,
            Err(_) => {
                tracing::error!(loan_time = ?borrower.time, "a transaction held the writer for too long and is rolled back");
                None
            }
        }
    }

    async fn execute(&self, sql: &'static str) -> Result<()> {
        // Where a caller was cut off in the middle of a statement, this waits for the statement's end.
        let mut connection = timeout(self.loan_time, self.shared.lock()).await.map_err(|_| {
            StorageError::Unavailable("the writer's connection is held by a transaction that does not end".into())
        })?;
        sqlx::query(sql).execute(&mut *connection).await?;
        Ok(())
    }

    /// Nothing of the group was kept: everybody learns it.
    async fn fail(&mut self, members: Vec<Acknowledge>) {
        self.recover().await;
        for member in members {
            let _ = member.send(Err(StorageError::Unavailable("the commit failed; nothing was written".into())));
        }
    }

    /// Leaves the connection without a transaction, or replaces it.
    async fn recover(&mut self) {
        if self.execute("ROLLBACK").await.is_ok() {
            return;
        }
        match self.options.connect().await {
            Ok(connection) => self.shared = Arc::new(Mutex::new(connection)),
            Err(error) => tracing::error!(%error, "the writer cannot reopen its connection"),
        }
    }
}
