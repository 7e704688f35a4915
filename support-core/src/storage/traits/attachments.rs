//! Attached files in the storage: all that is known of them but their bytes.

use async_trait::async_trait;

use crate::{
    model::{AttachmentId, AttachmentRecord, MessageId, PersonId, TenantId, Timestamp},
    storage::Result,
};

/// How much was brought already. What is on its way counts with what is set aside for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileUsage {
    /// Files of one person since some time.
    pub files: i64,
    /// Their bytes.
    pub bytes: i64,
    /// Bytes of the tenant, ever.
    pub tenant_bytes: i64,
}

/// Reading attachments.
#[async_trait]
pub trait Attachments: Send {
    /// One of them, whatever its state.
    async fn find_attachment(&mut self, tenant: TenantId, id: AttachmentId) -> Result<Option<AttachmentRecord>>;

    /// Those of these that are there, in no order.
    async fn find_attachments(&mut self, tenant: TenantId, ids: &[AttachmentId]) -> Result<Vec<AttachmentRecord>>;

    /// What `uploader` has brought since `since`, and what the tenant has.
    async fn file_usage(&mut self, tenant: TenantId, uploader: PersonId, since: Timestamp) -> Result<FileUsage>;

    /// Those of all tenants whose bytes are to go, the longest waiting first.
    async fn list_removed_attachments(&mut self, limit: u32) -> Result<Vec<AttachmentRecord>>;
}

/// Changing attachments.
#[async_trait]
pub trait AttachmentsMut: Send {
    /// Sets one aside, before its first byte is kept.
    async fn insert_attachment(&mut self, attachment: &AttachmentRecord) -> Result<()>;

    /// Says what it turned out to be. False when it was complete or given up already.
    async fn finish_attachment(&mut self, attachment: &AttachmentRecord) -> Result<bool>;

    /// Attaches to a message those of these that are complete, the uploader's and at no message yet. How many they were.
    async fn bind_attachments(
        &mut self,
        tenant: TenantId,
        uploader: PersonId,
        ids: &[AttachmentId],
        message: MessageId,
    ) -> Result<u64>;

    /// Marks one as removed that its uploader brought and no message has. False when there is none.
    async fn remove_attachment(
        &mut self,
        tenant: TenantId,
        uploader: PersonId,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<bool>;

    /// Marks a message's as removed.
    async fn remove_attachments_of(&mut self, tenant: TenantId, message: MessageId, now: Timestamp) -> Result<()>;

    /// Marks as removed what no message has, in all tenants: uploads that began before `begun_before` and did not end, and what was
    /// complete before `complete_before`.
    async fn remove_loose_attachments(
        &mut self,
        begun_before: Timestamp,
        complete_before: Timestamp,
        now: Timestamp,
    ) -> Result<u64>;

    /// Forgets one whose bytes are gone.
    async fn delete_attachment(&mut self, tenant: TenantId, id: AttachmentId) -> Result<()>;
}
