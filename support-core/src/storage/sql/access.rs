//! API keys and counted tries.

use async_trait::async_trait;

use super::{Executor, SqlTx, apply::insert, args, rows, tickets::Conditions};
use crate::{
    model::{ApiKeyRecord, PersonId, TenantId, Timestamp},
    storage::{Access, AccessMut, Result, Tries},
};

const COLUMNS: &str = "id, tenant_id, name, hint, scopes, created_by, created_at, expires_at, last_used_at, revoked_at";

#[async_trait]
impl<E: Executor> Access for SqlTx<E> {
    async fn find_api_key_by_hash(&mut self, tenant: TenantId, secret_hash: &[u8; 32]) -> Result<Option<ApiKeyRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_api_keys WHERE secret_hash = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![secret_hash, tenant]).await?;
        row.as_ref().map(rows::api_key).transpose()
    }

    async fn find_api_key(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<ApiKeyRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_api_keys WHERE id = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::api_key).transpose()
    }

    async fn list_api_keys(
        &mut self,
        tenant: TenantId,
        before: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<ApiKeyRecord>> {
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        if let Some(before) = before {
            conditions.compare("id", "<", before);
        }
        let Conditions { sql, mut args } = conditions;
        args.push(limit.into());
        let n = args.len();
        let sql = format!("SELECT {COLUMNS} FROM support_api_keys WHERE {sql} ORDER BY id DESC LIMIT +${n}");
        self.executor.fetch(sql.into(), args).await?.iter().map(rows::api_key).collect()
    }

    async fn tries(&mut self, tenant: TenantId, key: &[u8; 32], now: Timestamp) -> Result<Option<Tries>> {
        let sql = "SELECT tries, ends_at FROM support_throttle WHERE tenant_id = $1 AND key = $2 AND ends_at > $3";
        let row = self.executor.fetch_optional(sql.into(), args![tenant, key, now]).await?;
        row.map(|row| Ok(Tries { count: row.int("tries")?, ends_at: row.time("ends_at")? })).transpose()
    }
}

#[async_trait]
impl<E: Executor> AccessMut for SqlTx<E> {
    async fn insert_api_key(&mut self, key: &ApiKeyRecord, secret_hash: &[u8; 32]) -> Result<()> {
        let scopes = key.scopes.iter().map(crate::model::Permission::as_str).collect::<Vec<_>>().join(" ");
        let values = args![
            key.id,
            key.tenant,
            &key.name,
            &key.hint,
            scopes,
            key.created_by,
            key.created_at,
            key.expires_at,
            key.last_used_at,
            key.revoked_at,
            secret_hash,
        ];
        insert(&mut self.executor, "support_api_keys", &format!("{COLUMNS}, secret_hash"), values).await
    }

    async fn update_api_key(&mut self, key: &ApiKeyRecord) -> Result<()> {
        let sql = "UPDATE support_api_keys SET name = $3, revoked_at = $4 WHERE id = $1 AND tenant_id = $2";
        self.executor.execute(sql.into(), args![key.id, key.tenant, &key.name, key.revoked_at]).await?;
        Ok(())
    }

    async fn touch_api_key(
        &mut self,
        tenant: TenantId,
        id: PersonId,
        now: Timestamp,
        unless_after: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE support_api_keys SET last_used_at = $3 \
                   WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)";
        self.executor.execute(sql.into(), args![tenant, id, now, unless_after]).await?;
        Ok(())
    }

    async fn count_try(
        &mut self,
        tenant: TenantId,
        key: &[u8; 32],
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<Tries> {
        let sql = "INSERT INTO support_throttle (tenant_id, key, tries, ends_at) VALUES ($1, $2, 1, $4) \
                   ON CONFLICT (tenant_id, key) DO UPDATE SET \
                     tries = CASE WHEN support_throttle.ends_at <= $3 THEN 1 ELSE support_throttle.tries + 1 END, \
                     ends_at = CASE WHEN support_throttle.ends_at <= $3 THEN EXCLUDED.ends_at ELSE support_throttle.ends_at END \
                   RETURNING tries, ends_at";
        let row = self.executor.fetch_one(sql.into(), args![tenant, key, now, ends_at]).await?;
        Ok(Tries { count: row.int("tries")?, ends_at: row.time("ends_at")? })
    }

    async fn uncount_try(&mut self, tenant: TenantId, key: &[u8; 32], ends_at: Timestamp) -> Result<()> {
        let sql = "UPDATE support_throttle SET tries = tries - 1 \
                   WHERE tenant_id = $1 AND key = $2 AND ends_at = $3 AND tries > 0";
        self.executor.execute(sql.into(), args![tenant, key, ends_at]).await?;
        Ok(())
    }

    async fn forget_tries(&mut self, tenant: TenantId, key: &[u8; 32]) -> Result<()> {
        let sql = "DELETE FROM support_throttle WHERE tenant_id = $1 AND key = $2";
        self.executor.execute(sql.into(), args![tenant, key]).await?;
        Ok(())
    }

    async fn purge_tries(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM support_throttle WHERE ends_at < $1";
        self.executor.execute(sql.into(), args![before]).await
    }
}
