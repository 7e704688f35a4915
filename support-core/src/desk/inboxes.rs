//! Inboxes.

use super::{Call, Desk};
use crate::{
    clock::random,
    error::Result,
    model::{InboxId, InboxRecord, TenantId},
    protocol::Inbox,
};

impl Desk {
    /// All inboxes of the tenant.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn list_inboxes(&self, call: &Call) -> Result<Vec<Inbox>> {
        let inboxes = self.reader().await?.list_inboxes(call.actor.tenant).await?;
        Ok(inboxes.iter().map(|inbox| self.inbox_view(inbox)).collect())
    }

    /// The inbox of a public key.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn find_inbox(&self, tenant: TenantId, key: &str) -> Result<Option<InboxRecord>> {
        Ok(self.reader().await?.find_inbox_by_key(tenant, key).await?)
    }

    /// Adds an inbox, or writes all fields of the one with the same id. An empty key is drawn.
    ///
    /// # Errors
    /// `Conflict` when another inbox has the key; when the storage fails.
    pub async fn put_inbox(&self, mut inbox: InboxRecord) -> Result<InboxRecord> {
        if inbox.public_key.is_empty() {
            let bytes = random::<12>(self.entropy());
            inbox.public_key = format!("pk_{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
        let mut tx = self.storage().write().await?;
        tx.put_inbox(&inbox).await?;
        tx.commit().await?;
        Ok(inbox)
    }

    /// An inbox with the defaults, not stored yet.
    #[must_use]
    pub fn new_inbox(&self, tenant: TenantId, name: &str) -> InboxRecord {
        let now = self.now();
        InboxRecord {
            id: InboxId(self.fresh_id(now)),
            tenant,
            name: name.to_owned(),
            public_key: String::new(),
            greeting: "Hello! How can we help?".to_owned(),
            accent: "#3b5bdb".to_owned(),
            allowed_origins: Vec::new(),
            identity_secret: None,
            created_at: now,
        }
    }
}
