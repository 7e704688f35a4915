//! Inboxes in the storage.

use async_trait::async_trait;

use crate::{
    model::{InboxRecord, TenantId},
    storage::Result,
};

/// Reading inboxes.
#[async_trait]
pub trait Inboxes: Send {
    /// The inbox of a public key.
    async fn find_inbox_by_key(&mut self, tenant: TenantId, public_key: &str) -> Result<Option<InboxRecord>>;

    /// All inboxes, oldest first.
    async fn list_inboxes(&mut self, tenant: TenantId) -> Result<Vec<InboxRecord>>;
}

/// Changing inboxes.
#[async_trait]
pub trait InboxesMut: Send {
    /// Adds an inbox, or writes all fields of the one with the same id.
    ///
    /// # Errors
    /// `Conflict` when the public key is taken, or the id by another tenant.
    async fn put_inbox(&mut self, inbox: &InboxRecord) -> Result<()>;
}
