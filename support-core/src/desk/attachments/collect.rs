//! Taking away what nothing names any more.

use chrono::TimeDelta;

use super::{super::Desk, upload::UPLOAD};
use crate::{
    error::Result,
    files::{BlobKey, Variant},
    model::AttachmentRecord,
};

/// A file that nobody attached stays this long: as long as somebody may write at one message.
const LOOSE: TimeDelta = TimeDelta::hours(24);
/// Files that are taken away in one go.
const BATCH: u32 = 200;

impl Desk {
    /// Takes away what is removed, and what nobody attached in time. The workers do it every minute; returns how many files went.
    ///
    /// # Errors
    /// When the database fails. A file that the store does not let go of stays listed and is tried again.
    pub async fn collect_files(&self) -> Result<u64> {
        if self.inner.file_store.is_none() {
            return Ok(0);
        }
        let now = self.now();
        // Twice the time that an upload may take: whoever is still at it then has been cut off long ago.
        let unfinished = TimeDelta::from_std(UPLOAD * 2).unwrap_or(LOOSE);
        let mut tx = self.storage().write().await?;
        tx.remove_loose_attachments(now - unfinished, now - LOOSE, now).await?;
        tx.commit().await?;
        let removed = self.reader().await?.list_removed_attachments(BATCH).await?;
        let mut gone = 0;
        for record in &removed {
            if self.take_away(record).await? {
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Takes back an upload that came to nothing. Where that fails too, the collection does it later.
    pub(super) async fn give_up(&self, record: &AttachmentRecord) {
        let outcome = async {
            let mut tx = self.storage().write().await?;
            tx.remove_attachment(record.tenant, record.uploader, record.file.id, self.now()).await?;
            tx.commit().await?;
            self.take_away(record).await
        };
        if let Err(error) = outcome.await {
            tracing::warn!(%error, "an upload that failed is taken away later");
        }
    }

    /// The bytes first: while there are any, a row leads to them.
    async fn take_away(&self, record: &AttachmentRecord) -> Result<bool> {
        for variant in Variant::ALL {
            if let Err(error) = self.file_store()?.delete(&BlobKey::new(&record.blob_key, variant)).await {
                tracing::warn!(attachment.id = %record.file.id, %error, "a file could not be removed");
                return Ok(false);
            }
        }
        let mut tx = self.storage().write().await?;
        tx.delete_attachment(record.tenant, record.file.id).await?;
        tx.commit().await?;
        Ok(true)
    }
}
