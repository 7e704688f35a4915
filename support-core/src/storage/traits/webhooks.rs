//! Webhooks and what their receivers said, in the storage.

use async_trait::async_trait;

use crate::{
    model::{DeliveryId, TenantId, Timestamp, TryRecord, WebhookId, WebhookRecord},
    storage::Result,
};

/// Reading webhooks.
#[async_trait]
pub trait Webhooks: Send {
    /// All of a tenant's, oldest first.
    async fn list_webhooks(&mut self, tenant: TenantId) -> Result<Vec<WebhookRecord>>;

    /// One of them.
    async fn find_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<WebhookRecord>>;

    /// What was tried for these deliveries, oldest first. Only the latest tries are kept.
    async fn list_tries(&mut self, tenant: TenantId, deliveries: &[DeliveryId]) -> Result<Vec<TryRecord>>;
}

/// Changing webhooks.
#[async_trait]
pub trait WebhooksMut: Send {
    /// One of them, which stays as it is until this transaction ends: whoever changes it meanwhile waits.
    async fn hold_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<WebhookRecord>>;

    /// Adds one.
    async fn insert_webhook(&mut self, webhook: &WebhookRecord) -> Result<()>;

    /// Replaces one whose version is one less. `Conflict` when it is not.
    async fn update_webhook(&mut self, webhook: &WebhookRecord) -> Result<()>;

    /// Takes one away. False when there was none.
    async fn delete_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<bool>;

    /// A try ended well: it fails no longer. Its version stays, for nobody has changed it.
    async fn webhook_succeeded(&mut self, tenant: TenantId, id: WebhookId, now: Timestamp) -> Result<()>;

    /// A try failed; only the first after a success is noted.
    async fn webhook_failed(&mut self, tenant: TenantId, id: WebhookId, now: Timestamp) -> Result<()>;

    /// Adds to a delivery's log.
    async fn insert_try(&mut self, tried: &TryRecord) -> Result<()>;

    /// Deletes what was logged before that time, so many tries at most; how many it were.
    async fn purge_delivery_log(&mut self, before: Timestamp, limit: u32) -> Result<u64>;
}
