//! A storage that keeps the plans of its queries, for the test that none of them reads a whole table.

use async_trait::async_trait;
use tokio::sync::watch;

use super::{
    MigrateMode, MigrationReport, OwnedTx, ReadTx, Result, Storage,
    sql::{Executor, Explaining, QueryPlans, SqlTx},
};
use crate::model::{ChangeSet, Timestamp};

/// An adapter that runs the shared queries.
#[async_trait]
pub(in crate::storage) trait Adapter: Storage {
    type Reader: Executor;
    type Writer: Executor;

    async fn reader(&self) -> Result<Self::Reader>;

    async fn writer(&self) -> Result<Self::Writer>;
}

/// One of our adapters, every statement of which is explained before it is run.
#[derive(Debug)]
pub struct Explained<A> {
    adapter: A,
    plans: QueryPlans,
}

impl<A> Explained<A> {
    /// Around an adapter.
    pub fn new(adapter: A) -> Self {
        Self { adapter, plans: QueryPlans::default() }
    }

    /// What is run from now on.
    #[must_use]
    pub fn plans(&self) -> QueryPlans {
        self.plans.clone()
    }

    fn around<E>(&self, inner: E) -> SqlTx<Explaining<E>> {
        SqlTx { executor: Explaining { inner, plans: self.plans.clone() } }
    }
}

#[async_trait]
impl<A: Adapter> Storage for Explained<A> {
    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        Ok(Box::new(self.around(self.adapter.reader().await?)))
    }

    async fn write(&self) -> Result<Box<dyn OwnedTx>> {
        Ok(Box::new(self.around(self.adapter.writer().await?)))
    }

    async fn submit(&self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        self.adapter.submit(change, client_id).await
    }

    async fn migrate(&self, mode: MigrateMode, now: Timestamp) -> Result<MigrationReport> {
        self.adapter.migrate(mode, now).await
    }

    async fn number_events(&self) -> Result<u64> {
        self.adapter.number_events().await
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.adapter.commits()
    }

    async fn check(&self) -> Result<()> {
        self.adapter.check().await
    }

    async fn close(&self) {
        self.adapter.close().await;
    }
}
