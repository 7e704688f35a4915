//! The configuration.

use async_trait::async_trait;

use super::{Arg, Executor, SqlTx, args};
use crate::{
    model::{TenantId, Timestamp},
    protocol::ConfigValue,
    storage::{ConfigRecord, Configs, ConfigsMut, Result, StorageError},
};

#[async_trait]
impl<E: Executor> Configs for SqlTx<E> {
    async fn list_config(&mut self, tenant: TenantId) -> Result<Vec<ConfigRecord>> {
        let sql = "SELECT key, value, updated_at FROM support_config WHERE tenant_id = $1 ORDER BY key";
        let rows = self.executor.fetch(sql.into(), args![tenant]).await?;
        let record = |row: &super::Row| {
            let value = serde_json::from_value(row.json("value")?);
            let value = value.map_err(|error| StorageError::Other(error.into()))?;
            Ok(ConfigRecord { key: row.text("key")?, value, updated_at: row.time("updated_at")? })
        };
        rows.iter().map(record).collect()
    }
}

#[async_trait]
impl<E: Executor> ConfigsMut for SqlTx<E> {
    async fn put_config(
        &mut self,
        tenant: TenantId,
        key: &str,
        value: Option<&ConfigValue>,
        now: Timestamp,
    ) -> Result<()> {
        let Some(value) = value else {
            let sql = "DELETE FROM support_config WHERE tenant_id = $1 AND key = $2";
            self.executor.execute(sql.into(), args![tenant, key]).await?;
            return Ok(());
        };
        let sql = "INSERT INTO support_config (tenant_id, key, value, updated_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (tenant_id, key) DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at";
        let json = serde_json::to_string(value).map_err(|error| StorageError::Other(error.into()))?;
        let mut values = args![tenant, key];
        values.push(Arg::Json(Some(json)));
        values.push(now.into());
        self.executor.execute(sql.into(), values).await?;
        Ok(())
    }
}
