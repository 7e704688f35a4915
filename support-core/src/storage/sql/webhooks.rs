//! Webhooks and the log of their tries.

use async_trait::async_trait;

use super::{Arg, Dialect, Executor, Row, SqlTx, apply::insert, args, tickets::Conditions};
use crate::{
    model::{DeliveryId, EventType, TenantId, Timestamp, TryRecord, WebhookId, WebhookRecord},
    storage::{Result, StorageError, Webhooks, WebhooksMut},
};

const COLUMNS: &str = "id, tenant_id, url, description, events, secret, former_secret, former_until, disabled_at, disabled_why, \
     failing_since, last_success_at, version, created_by, created_at, updated_at";
const TRY: &str = "id, tenant_id, delivery_id, attempt, tried_at, took_ms, status, answer, error";

fn webhook(row: &Row) -> Result<WebhookRecord> {
    Ok(WebhookRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        url: row.text("url")?,
        description: row.text("description")?,
        events: row.text("events")?.split(' ').filter_map(|word| word.parse::<EventType>().ok()).collect(),
        secret: row.text("secret")?,
        former_secret: row.maybe_text("former_secret")?,
        former_until: row.maybe_time("former_until")?,
        disabled_at: row.maybe_time("disabled_at")?,
        disabled_why: row.maybe_text("disabled_why")?,
        failing_since: row.maybe_time("failing_since")?,
        last_success_at: row.maybe_time("last_success_at")?,
        version: row.int("version")?,
        created_by: row.maybe_id("created_by")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn tried(row: &Row) -> Result<TryRecord> {
    Ok(TryRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        delivery: row.id("delivery_id")?,
        attempt: row.int("attempt")?,
        tried_at: row.time("tried_at")?,
        took_ms: row.int("took_ms")?,
        status: row.maybe_int("status")?,
        answer: row.maybe_text("answer")?,
        error: row.maybe_text("error")?,
    })
}

fn words(events: &[EventType]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

#[async_trait]
impl<E: Executor> Webhooks for SqlTx<E> {
    async fn list_webhooks(&mut self, tenant: TenantId) -> Result<Vec<WebhookRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_webhooks WHERE tenant_id = $1 ORDER BY id");
        self.executor.fetch(sql.into(), args![tenant]).await?.iter().map(webhook).collect()
    }

    async fn find_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<WebhookRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_webhooks WHERE id = $1 AND tenant_id = $2");
        self.executor.fetch_optional(sql.into(), args![id, tenant]).await?.as_ref().map(webhook).transpose()
    }

    async fn list_tries(&mut self, tenant: TenantId, deliveries: &[DeliveryId]) -> Result<Vec<TryRecord>> {
        if deliveries.is_empty() {
            return Ok(Vec::new());
        }
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        conditions.any_id("delivery_id", deliveries.to_vec());
        let sql = format!("SELECT {TRY} FROM support_delivery_tries WHERE {} ORDER BY id", conditions.sql);
        self.executor.fetch(sql.into(), conditions.args).await?.iter().map(tried).collect()
    }
}

#[async_trait]
impl<E: Executor> WebhooksMut for SqlTx<E> {
    async fn hold_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<WebhookRecord>> {
        let lock = match self.executor.dialect() {
            // The writer is alone.
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => "",
            #[cfg(feature = "postgres")]
            Dialect::Postgres => " FOR UPDATE",
        };
        let sql = format!("SELECT {COLUMNS} FROM support_webhooks WHERE id = $1 AND tenant_id = $2{lock}");
        self.executor.fetch_optional(sql.into(), args![id, tenant]).await?.as_ref().map(webhook).transpose()
    }

    async fn insert_webhook(&mut self, webhook: &WebhookRecord) -> Result<()> {
        let mut values: Vec<Arg> = args![
            webhook.id,
            webhook.tenant,
            &webhook.url,
            &webhook.description,
            words(&webhook.events),
            &webhook.secret,
            &webhook.former_secret,
            webhook.former_until,
        ];
        values.extend(args![
            webhook.disabled_at,
            &webhook.disabled_why,
            webhook.failing_since,
            webhook.last_success_at,
            webhook.version,
            webhook.created_by,
            webhook.created_at,
            webhook.updated_at,
        ]);
        insert(&mut self.executor, "support_webhooks", COLUMNS, values).await
    }

    async fn update_webhook(&mut self, webhook: &WebhookRecord) -> Result<()> {
        let sql = "UPDATE support_webhooks SET url = $1, description = $2, events = $3, secret = $4, former_secret = $5, \
                   former_until = $6, disabled_at = $7, disabled_why = $8, failing_since = $9, version = $10, updated_at = $11 \
                   WHERE id = $12 AND tenant_id = $13 AND version = $14";
        let mut values: Vec<Arg> = args![
            &webhook.url,
            &webhook.description,
            words(&webhook.events),
            &webhook.secret,
            &webhook.former_secret,
            webhook.former_until,
            webhook.disabled_at,
        ];
        values.extend(args![
            &webhook.disabled_why,
            webhook.failing_since,
            webhook.version,
            webhook.updated_at,
            webhook.id,
            webhook.tenant,
            webhook.version - 1,
        ]);
        match self.executor.execute(sql.into(), values).await? {
            1 => Ok(()),
            _ => Err(StorageError::Conflict),
        }
    }

    async fn delete_webhook(&mut self, tenant: TenantId, id: WebhookId) -> Result<bool> {
        let sql = "DELETE FROM support_webhooks WHERE id = $1 AND tenant_id = $2";
        Ok(self.executor.execute(sql.into(), args![id, tenant]).await? == 1)
    }

    async fn webhook_succeeded(&mut self, tenant: TenantId, id: WebhookId, now: Timestamp) -> Result<()> {
        let sql =
            "UPDATE support_webhooks SET failing_since = NULL, last_success_at = $3 WHERE id = $1 AND tenant_id = $2";
        self.executor.execute(sql.into(), args![id, tenant, now]).await?;
        Ok(())
    }

    async fn webhook_failed(&mut self, tenant: TenantId, id: WebhookId, now: Timestamp) -> Result<()> {
        let sql =
            "UPDATE support_webhooks SET failing_since = $3 WHERE id = $1 AND tenant_id = $2 AND failing_since IS NULL";
        self.executor.execute(sql.into(), args![id, tenant, now]).await?;
        Ok(())
    }

    async fn insert_try(&mut self, tried: &TryRecord) -> Result<()> {
        let values = args![
            tried.id,
            tried.tenant,
            tried.delivery,
            tried.attempt,
            tried.tried_at,
            tried.took_ms,
            tried.status,
            &tried.answer,
            &tried.error,
        ];
        insert(&mut self.executor, "support_delivery_tries", TRY, values).await
    }

    async fn purge_delivery_log(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let sql = "DELETE FROM support_delivery_tries WHERE id IN ( \
                     SELECT id FROM support_delivery_tries WHERE tried_at < $1 ORDER BY tried_at LIMIT +$2)";
        self.executor.execute(sql.into(), args![before, limit]).await
    }
}
