//! The connections for reading. Whoever asks gets the one that was used last: its pages and statements are warm.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::timeout};

use super::{
    closed,
    near::Near,
    thread::{Thread, fetch},
};
use crate::storage::{
    Result, StorageError,
    sql::{Query, Row},
};

/// How long a caller waits for a free reader before it is told that the database is busy.
const TURN_TIME: Duration = Duration::from_secs(5);
const PRAGMAS: &str = "PRAGMA query_only = 1";

/// A handle to all readers.
#[derive(Debug, Clone)]
pub(super) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    idle: Mutex<Vec<Thread>>,
    near: Near,
    /// As many permits as there are idle readers; closed with them.
    free: Semaphore,
    count: u32,
}

impl Readers {
    pub(super) async fn open(path: &Path, count: u32) -> Result<Self> {
        let mut idle = Vec::new();
        for number in 0..count {
            idle.push(Thread::open(&format!("support-read-{number}"), path, PRAGMAS).await?);
        }
        let near = Near::open(path, count, PRAGMAS)?;
        Ok(Self(Arc::new(Shared { idle: Mutex::new(idle), near, free: Semaphore::new(count as usize), count })))
    }

    /// `Unavailable` after the close.
    pub(super) fn expect_open(&self) -> Result<()> {
        if self.0.free.is_closed() { Err(closed()) } else { Ok(()) }
    }

    /// Runs queries one after the other, in one hop.
    pub(super) async fn fetch(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        let busy = |_| StorageError::Unavailable("too many reads are waiting".into());
        let _permit = timeout(TURN_TIME, self.0.free.acquire()).await.map_err(busy)?.map_err(|_| closed())?;
        let reader = Turn { shared: &self.0, reader: self.0.idle().pop() };
        let Some(thread) = &reader.reader else { return Err(closed()) };
        thread.run(move |connection| queries.iter().map(|(sql, args)| fetch(connection, sql, args)).collect()).await
    }

    /// The same for queries that find a few rows by their keys.
    pub(super) async fn fetch_few(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        self.expect_open()?;
        match self.0.near.fetch(&queries) {
            Some(rows) => Ok(rows),
            None => self.fetch(queries).await,
        }
    }

    /// Waits for what is under way and closes all connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.0.free.acquire_many(self.0.count).await {
            all.forget();
            self.0.free.close();
        }
        self.0.near.close();
        let readers = std::mem::take(&mut *self.0.idle());
        for reader in readers {
            reader.close().await;
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Thread>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader in use. It goes back before the permit does, also where the caller goes away; the next job then waits behind this one.
struct Turn<'r> {
    shared: &'r Shared,
    reader: Option<Thread>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.shared.idle().push(reader);
        }
    }
}
