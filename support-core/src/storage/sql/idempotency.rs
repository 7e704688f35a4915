//! Answers kept for repeated requests.

use async_trait::async_trait;

use super::{Executor, SqlTx, args};
use crate::{
    model::{PersonId, TenantId},
    storage::{Idempotency, Result, StoredAnswer},
};

#[async_trait]
impl<E: Executor> Idempotency for SqlTx<E> {
    async fn stored_answer(&mut self, tenant: TenantId, caller: PersonId, key: &str) -> Result<Option<StoredAnswer>> {
        // An insert takes the lock on the key even where there is no row yet: the second of two requests waits here for the first's
        // commit. The placeholder never survives: the transaction either fills it or rolls back.
        let claim = "INSERT INTO support_idempotency (tenant_id, caller_id, key, fingerprint, body, created_at) \
                     VALUES ($1, $2, $3, '', '', $4) ON CONFLICT (tenant_id, caller_id, key) DO NOTHING";
        let values = args![tenant, caller, key, crate::model::Timestamp::UNIX_EPOCH];
        if self.executor.execute(claim.into(), values).await? == 1 {
            return Ok(None);
        }
        let find = "SELECT fingerprint, body, created_at FROM support_idempotency WHERE tenant_id = $1 AND caller_id = $2 AND key = $3";
        let row = self.executor.fetch_one(find.into(), args![tenant, caller, key]).await?;
        Ok(Some(StoredAnswer {
            fingerprint: row.text("fingerprint")?,
            body: row.text("body")?,
            created_at: row.time("created_at")?,
        }))
    }

    async fn store_answer(
        &mut self,
        tenant: TenantId,
        caller: PersonId,
        key: &str,
        answer: &StoredAnswer,
    ) -> Result<()> {
        let sql = "UPDATE support_idempotency SET fingerprint = $4, body = $5, created_at = $6 \
                   WHERE tenant_id = $1 AND caller_id = $2 AND key = $3";
        let values = args![tenant, caller, key, &answer.fingerprint, &answer.body, answer.created_at];
        self.executor.execute(sql.into(), values).await?;
        Ok(())
    }
}
