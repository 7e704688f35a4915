//! Tags, views, teams and the like.

use async_trait::async_trait;

use super::{Arg, Executor, SqlTx, args, rows};
use crate::{
    model::{SettingId, SettingRecord, TenantId},
    storage::{Result, Settings, SettingsMut, StorageError},
};

const COLUMNS: &str = "id, tenant_id, kind, name_key, owner_id, body, version, created_by, created_at, updated_at";

#[async_trait]
impl<E: Executor> Settings for SqlTx<E> {
    async fn list_settings(&mut self, tenant: TenantId, kind: &str) -> Result<Vec<SettingRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_settings WHERE tenant_id = $1 AND kind = $2 ORDER BY id");
        self.executor.fetch(sql.into(), args![tenant, kind]).await?.iter().map(rows::setting).collect()
    }

    async fn find_setting(&mut self, tenant: TenantId, kind: &str, id: SettingId) -> Result<Option<SettingRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_settings WHERE id = $1 AND tenant_id = $2 AND kind = $3");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant, kind]).await?;
        row.as_ref().map(rows::setting).transpose()
    }
}

#[async_trait]
impl<E: Executor> SettingsMut for SqlTx<E> {
    async fn insert_setting(&mut self, setting: &SettingRecord) -> Result<()> {
        let mut values = args![setting.id, setting.tenant, &setting.kind, &setting.name_key, setting.owner];
        values.push(Arg::Json(Some(setting.body.to_string())));
        values.extend(args![setting.version, setting.created_by, setting.created_at, setting.updated_at]);
        super::apply::insert(&mut self.executor, "support_settings", COLUMNS, values).await
    }

    async fn update_setting(&mut self, setting: &SettingRecord) -> Result<()> {
        let sql = "UPDATE support_settings SET name_key = $1, owner_id = $2, body = $3, version = $4, updated_at = $5 \
                   WHERE id = $6 AND tenant_id = $7 AND kind = $8 AND version = $9";
        let mut values = args![&setting.name_key, setting.owner];
        values.push(Arg::Json(Some(setting.body.to_string())));
        values.extend(args![
            setting.version,
            setting.updated_at,
            setting.id,
            setting.tenant,
            &setting.kind,
            setting.version - 1,
        ]);
        match self.executor.execute(sql.into(), values).await? {
            1 => Ok(()),
            _ => Err(StorageError::Conflict),
        }
    }

    async fn delete_setting(&mut self, tenant: TenantId, kind: &str, id: SettingId) -> Result<bool> {
        let sql = "DELETE FROM support_settings WHERE id = $1 AND tenant_id = $2 AND kind = $3";
        Ok(self.executor.execute(sql.into(), args![id, tenant, kind]).await? == 1)
    }
}
