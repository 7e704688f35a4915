//! A case's surroundings: the database, and ids and times that count up instead of being drawn.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use uuid::Uuid;

use super::Database;
use crate::{
    model::{Actor, Timestamp, decide::Circumstance},
    storage::{OwnedTx, ReadTx, Storage},
};

/// 2026-01-02 03:04:05.678901: a time with every digit in use.
pub(super) const START: Timestamp = match Timestamp::from_timestamp_micros(1_767_323_045_678_901) {
    Some(start) => start,
    None => Timestamp::UNIX_EPOCH,
};

/// Text that a careless adapter would cut, fold, trim, escape or run.
pub(super) const TRICKY: &str =
    " O'Brien \"%_\\\\$1 ?1 :a\n\tनमस्ते שלום 👩‍👩‍👧 \u{202e}rtl ß İ; DROP TABLE support_people; -- ";

/// The database of one case and the source of its ids and times.
pub struct World {
    pub(super) storage: Arc<dyn Storage>,
    database: Box<dyn Database>,
    steps: AtomicU64,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("storage", &self.storage).finish_non_exhaustive()
    }
}

impl World {
    pub(super) fn new(storage: Arc<dyn Storage>, database: Box<dyn Database>) -> Self {
        Self { storage, database, steps: AtomicU64::new(0) }
    }

    pub(super) async fn remove(self) {
        self.database.remove().await;
    }

    /// Opens the same database as another process would.
    pub(super) async fn open_again(&self) -> Arc<dyn Storage> {
        self.database.open().await
    }

    fn step(&self) -> u64 {
        self.steps.fetch_add(1, Ordering::Relaxed)
    }

    /// A UUIDv7 greater than all before.
    pub(super) fn id<T: From<Uuid>>(&self) -> T {
        let step = self.step();
        let at_ms = START.timestamp_millis().unsigned_abs() + step;
        T::from(Uuid::from_u64_pair((at_ms << 16) | 0x7000, 0x8000_0000_0000_0000 | step))
    }

    /// A time later than all before.
    pub(super) fn now(&self) -> Timestamp {
        START + chrono::Duration::microseconds(self.step().cast_signed())
    }

    /// A secret's hash unlike all before.
    pub(super) fn secret_hash(&self) -> [u8; 32] {
        let mut hash = [0xA5; 32];
        hash[..8].copy_from_slice(&self.step().to_be_bytes());
        hash
    }

    pub(super) async fn read(&self) -> Box<dyn ReadTx> {
        self.storage.read().await.unwrap()
    }

    pub(super) async fn write(&self) -> Box<dyn OwnedTx> {
        self.storage.write().await.unwrap()
    }

    /// Lets the model decide.
    pub(super) fn decide<T>(&self, actor: &Actor, decision: impl FnOnce(&mut Circumstance<'_>) -> T) -> T {
        let mut ids = || self.id::<Uuid>();
        decision(&mut Circumstance { actor, now: self.now(), request_id: "req-1", address: None, ids: &mut ids })
    }

    /// Runs `count` tasks that start together and returns what they return.
    pub(super) async fn many<T, F>(self: &Arc<Self>, count: usize, task: impl Fn(Arc<Self>, usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let start = Arc::new(tokio::sync::Barrier::new(count));
        let tasks: Vec<_> = (0..count)
            .map(|number| {
                let (start, work) = (Arc::clone(&start), task(Arc::clone(self), number));
                tokio::spawn(async move {
                    start.wait().await;
                    work.await
                })
            })
            .collect();
        let mut results = Vec::with_capacity(count);
        for task in tasks {
            results.push(task.await.unwrap());
        }
        results
    }
}
