//! The one writer. Callers that wait at the same time share one `COMMIT`, and with it one fsync: each gets the connection in turn,
//! inside a savepoint of its own, and is answered when the common commit is durable.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, mpsc, oneshot, watch},
    time::{Instant, timeout},
};

use super::closed;
use crate::storage::{Result, StorageError};

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
    Turn(Turn),
    Close(oneshot::Sender<()>),
}

/// Somebody who waits for a turn in a group.
enum Turn {
    /// With a decision to make inside the transaction.
    Borrow(Borrower),
    /// With everything decided: the writer runs it itself, which saves handing the connection to and fro.
    Submit(Submission),
}

impl Turn {
    fn refuse(self, error: StorageError) {
        match self {
            Self::Borrow(borrower) => drop(borrower.answer.send(Err(error))),
            Self::Submit(submission) => drop(submission.answer.send(Err(error))),
        }
    }
}

/// Statements in one string, of which the first returns one row where the caller's belief about it still held.
struct Submission {
    sql: String,
    args: SqliteArguments,
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

fn lost() -> StorageError {
    StorageError::Unavailable("the group's transaction was lost".into())
}

fn held() -> StorageError {
    StorageError::Unavailable("the writer's connection is held by a transaction that does not end".into())
}

impl Writer {
    /// `loan_time` is how long one caller may keep the connection.
    pub(super) async fn spawn(options: SqliteConnectOptions, loan_time: Duration) -> Result<Self> {
        let connection = options.connect().await?;
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
            closing: None,
        };
        tokio::spawn(task.run());
        Ok(Self { queue, commits, loan_time })
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
        self.turn(Turn::Borrow(Borrower { answer, time }), answered).await
    }

    /// Runs statements that need no further decision, as a member of a group: durable, or without effect. `Conflict` when the first
    /// of them returned no row.
    pub(super) async fn submit(&self, sql: String, args: SqliteArguments) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.turn(Turn::Submit(Submission { sql, args, answer }), answered).await
    }

    async fn turn<T>(&self, turn: Turn, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        let turn = async {
            self.queue.send(Request::Turn(turn)).await.map_err(|_| closed())?;
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
    closing: Option<oneshot::Sender<()>>,
}

/// What stands on the connection between two turns of a group.
///
/// There are two names in turns, so that `ROLLBACK TO` can never reach an earlier member's savepoint: where setting one failed, the
/// name is unknown, and the group fails instead of losing a change that it acknowledges.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Savepoint {
    name: Name,
    /// Whether it holds a member's changes, to be kept.
    kept: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    S,
    T,
}

impl Name {
    const fn other(self) -> Self {
        match self {
            Self::S => Self::T,
            Self::T => Self::S,
        }
    }

    /// Keeps what was written under the other name and sets this one.
    const fn set(self) -> &'static str {
        match self {
            Self::S => "RELEASE t; SAVEPOINT s",
            Self::T => "RELEASE s; SAVEPOINT t",
        }
    }

    const fn roll_back(self) -> &'static str {
        match self {
            Self::S => "ROLLBACK TO s",
            Self::T => "ROLLBACK TO t",
        }
    }

    /// The release fails where SQLite rolled the whole transaction back by itself, and then nobody is told that it was committed.
    const fn commit(self) -> &'static str {
        match self {
            Self::S => "RELEASE s; COMMIT",
            Self::T => "RELEASE t; COMMIT",
        }
    }
}

impl Task {
    async fn run(mut self) {
        while self.closing.is_none() {
            match self.requests.recv().await {
                Some(Request::Turn(turn)) => self.group(turn).await,
                Some(Request::Close(answer)) => self.closing = Some(answer),
                None => break,
            }
        }
        // Whoever still waits in the queue learns it when the channel goes.
        drop(self.requests);
        if let Ok(shared) = Arc::try_unwrap(self.shared) {
            let _ = shared.into_inner().close().await;
        }
        if let Some(answer) = self.closing {
            let _ = answer.send(());
        }
    }

    /// Gives everybody who waits a turn, then commits for all of them.
    async fn group(&mut self, first: Turn) {
        if let Err(error) = self.execute("BEGIN IMMEDIATE; SAVEPOINT s").await {
            self.recover().await;
            first.refuse(error);
            return;
        }
        let opened = Instant::now();
        let mut members: Vec<Acknowledge> = Vec::new();
        let mut savepoint = Savepoint { name: Name::S, kept: false };
        let mut next = Some(first);
        while let Some(turn) = next.take() {
            let member = match turn {
                Turn::Borrow(borrower) => {
                    if savepoint.kept {
                        savepoint = Savepoint { name: savepoint.name.other(), kept: false };
                        if self.execute(savepoint.name.set()).await.is_err() {
                            Turn::Borrow(borrower).refuse(lost());
                            return self.fail(members).await;
                        }
                    }
                    self.lend(borrower).await
                }
                Turn::Submit(submission) => {
                    let set = savepoint.kept.then(|| savepoint.name.other());
                    savepoint = Savepoint { name: set.unwrap_or(savepoint.name), kept: false };
                    self.write(set, submission).await
                }
            };
            match member {
                Some(member) => {
                    members.push(member);
                    savepoint.kept = true;
                }
                None if self.execute(savepoint.name.roll_back()).await.is_err() => return self.fail(members).await,
                None => {}
            }
            if members.len() < GROUP_MAX && opened.elapsed() < GROUP_TIME && !self.requests.is_empty() {
                next = match self.requests.recv().await {
                    Some(Request::Turn(turn)) => Some(turn),
                    Some(Request::Close(answer)) => {
                        self.closing = Some(answer);
                        None
                    }
                    None => None,
                };
            }
        }
        let end = if members.is_empty() { "ROLLBACK" } else { savepoint.name.commit() };
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

    /// A submission's turn, behind the savepoint `set` where one is to be set first. Some when it is to be committed.
    async fn write(&mut self, set: Option<Name>, submission: Submission) -> Option<Acknowledge> {
        let Submission { sql, args, answer } = submission;
        let sql = match set {
            Some(name) => format!("{}; {sql}", name.set()),
            None => sql,
        };
        let outcome = match timeout(self.loan_time, self.shared.lock()).await {
            // Audited: the statements come from `sql::apply`, put together from constants; values travel as arguments.
            Ok(mut connection) => {
                sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(&mut *connection).await.map_err(StorageError::from)
            }
            Err(_) => Err(held()),
        };
        let refused = match outcome {
            Ok(rows) if rows.len() == 1 => return Some(answer),
            Ok(_) => StorageError::Conflict,
            Err(error) => error,
        };
        let _ = answer.send(Err(refused));
        None
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
        let mut connection = timeout(self.loan_time, self.shared.lock()).await.map_err(|_| held())?;
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
