//! Changes that need no further decision: what comes while a group is being written is the next group, with one round trip and one commit.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{AssertSqlSafe, postgres::PgPool};
use tokio::sync::{oneshot, watch};

use super::{gone, rows::SentRow};
use crate::{
    model::TicketId,
    storage::{
        Result, StorageError,
        sql::{Group, Member, Row, bind_columns},
    },
};

/// Changes in one group at most. More would only make the first one wait.
const GROUP_MAX: usize = 64;
/// How many changes may wait.
const QUEUE_MAX: usize = 1_024;

/// What became of a change in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    Written,
    /// Nothing of it is there. Alone it may be written, or be told why not: its ticket is another by now, somebody holds it, or the database
    /// refused the group for the sake of one.
    NotWritten,
}

/// The queue of one process.
#[derive(Debug, Clone)]
pub(super) struct Submissions(Arc<Queue>);

#[derive(Debug)]
struct Queue {
    pool: PgPool,
    commit_count: Arc<watch::Sender<u64>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Submission>,
    /// Whether a task is at work, which takes what waits until nothing does.
    at_work: bool,
}

#[derive(Debug)]
struct Submission {
    member: Member,
    answer: oneshot::Sender<Result<Shared>>,
}

impl Submissions {
    pub(super) fn new(pool: PgPool, commit_count: Arc<watch::Sender<u64>>) -> Self {
        Self(Arc::new(Queue { pool, commit_count, state: Mutex::default() }))
    }

    /// Writes a change together with what others submit meanwhile. It is written, or not, also when the caller goes away.
    pub(super) async fn write(&self, member: Member) -> Result<Shared> {
        let (answer, answered) = oneshot::channel();
        let starts = {
            let mut state = self.0.state();
            if state.waiting.len() >= QUEUE_MAX {
                return Err(StorageError::Unavailable("too many writes are waiting".into()));
            }
            state.waiting.push_back(Submission { member, answer });
            !std::mem::replace(&mut state.at_work, true)
        };
        if starts {
            tokio::spawn(Turn { queue: Arc::clone(&self.0), is_over: false }.run());
        }
        answered.await.map_err(|_| gone())?
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next group, of different tickets: of two changes of one, the later one has to see what became of the first. None when nothing
    /// waits; the turn is over then.
    fn next_group(&self) -> Option<Vec<Submission>> {
        let mut state = self.state();
        let (mut group, mut tickets, mut later): (_, HashSet<TicketId>, _) =
            (Vec::new(), HashSet::new(), VecDeque::new());
        while group.len() < GROUP_MAX
            && let Some(submission) = state.waiting.pop_front()
        {
            if tickets.insert(submission.member.ticket) {
                group.push(submission);
            } else {
                later.push_back(submission);
            }
        }
        later.append(&mut state.waiting);
        state.waiting = later;
        state.at_work = !group.is_empty();
        state.at_work.then_some(group)
    }

    async fn write(&self, members: Vec<Member>) -> std::result::Result<HashSet<TicketId>, sqlx::Error> {
        let group = Group::of(members);
        let args = bind_columns(group.columns).map_err(|error| sqlx::Error::Encode(error.into()))?;
        // Audited: the statement is put together from constants; values travel as arguments.
        let rows = sqlx::query_with(AssertSqlSafe(group.sql), args).fetch_all(&self.pool).await?;
        let id = |row| Row::Postgres(SentRow::from(row)).id("id").map_err(|error| sqlx::Error::Decode(error.into()));
        rows.into_iter().map(id).collect()
    }
}

/// The right to write. It ends when nothing waits, or with its task: by a panic, or with the runtime that the task was on.
struct Turn {
    queue: Arc<Queue>,
    is_over: bool,
}

impl Turn {
    async fn run(mut self) {
        while let Some(group) = self.queue.next_group() {
            let mut answers = Vec::with_capacity(group.len());
            let mut members = Vec::with_capacity(group.len());
            for Submission { member, answer } in group {
                answers.push((member.ticket, answer));
                members.push(member);
            }
            let outcome = self.queue.write(members).await;
            match &outcome {
                Ok(written) if written.is_empty() => {}
                Ok(_) => self.queue.commit_count.send_modify(|count| *count += 1),
                Err(error) => tracing::warn!(%error, changes = answers.len(), "a group of changes was not written"),
            }
            for (ticket, answer) in answers {
                let _ = answer.send(match &outcome {
                    Ok(written) if written.contains(&ticket) => Ok(Shared::Written),
                    Ok(_) => Ok(Shared::NotWritten),
                    Err(error) if is_refusal(error) => Ok(Shared::NotWritten),
                    Err(_) => Err(gone()),
                });
            }
        }
        self.is_over = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            // Whoever waits learns it when the answers go; the next one starts anew.
            let mut state = self.queue.state();
            state.at_work = false;
            state.waiting.clear();
        }
    }
}

/// Whether the database said no, so that surely nothing was written, and may say yes to each alone: a value it does not take, a constraint, a
/// deadlock, a limit, a lock. After anything else the outcome may be unknown.
fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| ["22", "23", "40", "54", "55"].iter().any(|class| code.starts_with(class)))
}
