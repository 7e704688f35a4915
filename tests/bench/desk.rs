//! The desk under load: the whole router with accounts and workers.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use support_core::{
    AccountOptions, SecretKey, Support,
    clock::SystemEntropy,
    storage::{PostgresStorage, SqliteStorage, Storage},
};
use tokio_util::sync::CancellationToken;

pub(crate) const EMAIL: &str = "bench@support.test";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) async fn on_sqlite(file: &str) -> Result<Router> {
    build(Arc::new(SqliteStorage::open(file).await?)).await
}

pub(crate) async fn on_postgres(url: &str) -> Result<Router> {
    build(Arc::new(PostgresStorage::connect(url).await?)).await
}

pub(crate) async fn build(storage: Arc<dyn Storage>) -> Result<Router> {
    let support = Support::builder()
        .shared_storage(storage)
        .accounts(AccountOptions::default())
        .secret(SecretKey::generate(&SystemEntropy))
        .public_url("http://localhost")
        .build()
        .await?;
    support.create_first_admin(EMAIL, PASSWORD, "Bench").await?;
    tokio::spawn(support.clone().run(CancellationToken::new()));
    Ok(support.mount("/"))
}
