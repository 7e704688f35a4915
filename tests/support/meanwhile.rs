//! What happens in the middle of what somebody does: between the transactions of one request.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use support_core::{
    model::{ChangeSet, Timestamp},
    storage::{MigrateMode, MigrationReport, OwnedTx, ReadTx, Result, Storage},
};
use tokio::sync::watch;

type Act = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What is to happen, once.
#[derive(Clone, Default)]
pub struct Meanwhile(Arc<Mutex<Option<(usize, Act)>>>);

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl Meanwhile {
    /// Before the transaction of this number, counted from now on from 1, `act` runs to its end.
    pub fn before<F: Future<Output = ()> + Send + 'static>(
        &self,
        number: usize,
        act: impl FnOnce() -> F + Send + 'static,
    ) {
        *self.lock() = Some((number, Box::new(|| Box::pin(act()))));
    }

    /// Whether it has happened.
    pub fn is_over(&self) -> bool {
        self.lock().is_none()
    }

    pub(crate) fn in_front_of(self, storage: Arc<dyn Storage>) -> Arc<dyn Storage> {
        Arc::new(Watched { storage, meanwhile: self })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(usize, Act)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a transaction; what is to happen before it, if its number has come.
    fn next(&self) -> Option<Act> {
        let mut waiting = self.lock();
        let (left, _) = waiting.as_mut()?;
        *left -= 1;
        if *left > 0 {
            return None;
        }
        waiting.take().map(|(_, act)| act)
    }
}

#[derive(Debug)]
struct Watched {
    storage: Arc<dyn Storage>,
    meanwhile: Meanwhile,
}

#[async_trait]
impl Storage for Watched {
    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        self.storage.read().await
    }

    async fn write(&self) -> Result<Box<dyn OwnedTx>> {
        if let Some(act) = self.meanwhile.next() {
            act().await;
        }
        self.storage.write().await
    }

    async fn submit(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        self.storage.submit(change, client_id).await
    }

    async fn migrate(&self, mode: MigrateMode, now: Timestamp) -> Result<MigrationReport> {
        self.storage.migrate(mode, now).await
    }

    async fn number_events(&self) -> Result<u64> {
        self.storage.number_events().await
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.storage.commits()
    }

    async fn check(&self) -> Result<()> {
        self.storage.check().await
    }

    async fn close(&self) {
        self.storage.close().await;
    }
}
