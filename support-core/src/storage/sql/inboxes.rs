//! Inboxes.

use async_trait::async_trait;

use super::{Executor, SqlTx, args, rows};
use crate::{
    model::{InboxRecord, TenantId},
    storage::{Inboxes, InboxesMut, Result, StorageError},
};

const COLUMNS: &str = "id, tenant_id, name, public_key, greeting, accent, allowed_origins, identity_secret, created_at";

#[async_trait]
impl<E: Executor> Inboxes for SqlTx<E> {
    async fn find_inbox_by_key(&mut self, tenant: TenantId, public_key: &str) -> Result<Option<InboxRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_inboxes WHERE public_key = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![public_key, tenant]).await?;
        row.as_ref().map(rows::inbox).transpose()
    }

    async fn list_inboxes(&mut self, tenant: TenantId) -> Result<Vec<InboxRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_inboxes WHERE tenant_id = $1 ORDER BY id");
        self.executor.fetch(sql.into(), args![tenant]).await?.iter().map(rows::inbox).collect()
    }
}

#[async_trait]
impl<E: Executor> InboxesMut for SqlTx<E> {
    async fn put_inbox(&mut self, inbox: &InboxRecord) -> Result<()> {
        let sql = format!(
            "INSERT INTO support_inboxes ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, public_key = EXCLUDED.public_key, greeting = EXCLUDED.greeting, \
               accent = EXCLUDED.accent, allowed_origins = EXCLUDED.allowed_origins, identity_secret = EXCLUDED.identity_secret \
             WHERE support_inboxes.tenant_id = EXCLUDED.tenant_id"
        );
        let values = args![
            inbox.id,
            inbox.tenant,
            &inbox.name,
            &inbox.public_key,
            &inbox.greeting,
            &inbox.accent,
            inbox.allowed_origins.join(" "),
            &inbox.identity_secret,
            inbox.created_at,
        ];
        match self.executor.execute(sql.into(), values).await? {
            1 => Ok(()),
            _ => Err(StorageError::Conflict),
        }
    }
}
