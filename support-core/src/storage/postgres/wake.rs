//! Wake-ups between processes: whoever has committed tells the others, so that nobody waits for its next look.
//!
//! What is told is that there is something, and by whom. It is never told inside a write's own transaction, since a notice takes a lock
//! of the whole server at its commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::postgres::{PgListener, PgPool};
use tokio::{sync::watch, task::JoinSet, time::sleep};

const CHANNEL: &str = "support_commits";
/// Between two notices of one process: one for what many commits brought. A commit after a quiet moment does not wait.
const PACE: Duration = Duration::from_millis(10);
/// After the connection was refused. Until it is there the others are noticed by looking, once a second.
const RETRY: Duration = Duration::from_secs(1);

/// Tells and hears for one process, until it is dropped or its pools are closed.
#[derive(Debug)]
pub(super) struct Wakes {
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Wake {
    /// Of this process, which hears its own notices too.
    name: String,
    /// Own commits, and what others told.
    commit_count: Arc<watch::Sender<u64>>,
    /// How much of the count others told.
    heard: AtomicU64,
}

impl Wakes {
    /// Tells through `pool` and hears on the one connection of `listening`.
    pub(super) fn start(pool: PgPool, listening: PgPool, commit_count: Arc<watch::Sender<u64>>) -> Self {
        let name = format!("{:032x}", rand::random::<u128>());
        let wake = Arc::new(Wake { name, commit_count, heard: AtomicU64::new(0) });
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&wake).tell(pool));
        tasks.spawn(wake.hear(listening));
        Self { _tasks: tasks }
    }
}

impl Wake {
    async fn tell(self: Arc<Self>, pool: PgPool) {
        let mut commits = self.commit_count.subscribe();
        let mut told = 0;
        while commits.changed().await.is_ok() {
            // Where something is heard in between this is too small, and the next round's is right.
            let own = commits.borrow_and_update().saturating_sub(self.heard.load(Ordering::Acquire));
            if own <= told {
                continue;
            }
            told = own;
            let notice = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(&self.name);
            if let Err(error) = notice.execute(&pool).await {
                tracing::debug!(%error, "other processes were not told of a commit and will look for themselves");
            }
            sleep(PACE).await;
        }
    }

    async fn hear(self: Arc<Self>, listening: PgPool) {
        let mut failing = false;
        while !listening.is_closed() {
            if let Err(error) = self.listen(&listening, &mut failing).await
                && !listening.is_closed()
                && !std::mem::replace(&mut failing, true)
            {
                tracing::warn!(%error, "other processes are not heard; what they write is noticed within a second");
            }
            sleep(RETRY).await;
        }
    }

    async fn listen(&self, listening: &PgPool, failing: &mut bool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(listening).await?;
        listener.listen(CHANNEL).await?;
        *failing = false;
        loop {
            // Nothing, where the connection was lost and is there again: something may have been told meanwhile.
            let notice = listener.try_recv().await?;
            if notice.is_none_or(|notice| notice.payload() != self.name) {
                self.commit_count.send_modify(|count| {
                    self.heard.fetch_add(1, Ordering::AcqRel);
                    *count += 1;
                });
            }
        }
    }
}
