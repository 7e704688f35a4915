//! What people were told of.

use std::collections::HashMap;

use async_trait::async_trait;

use super::{Arg, Executor, Row, SqlTx, args, events::by_ids, rows::event_select, tickets::Conditions};
use crate::{
    model::{
        DeliveryId, EventId, NotificationId, NotificationRecord, PersonId, PushSubscriptionId, PushSubscriptionRecord,
        TenantId, Timestamp,
        notification::{NotificationWay, Preferences},
    },
    storage::{NotificationEntry, NotificationFilter, Notifications, NotificationsMut, Result, StorageError},
};

const COLUMNS: &str =
    "id, tenant_id, person_id, kind, event_id, ticket_id, is_shown, mail_due_at, push_due_at, created_at, read_at";
const SUBSCRIPTION: &str = "id, tenant_id, person_id, session_id, sealed, host, name, created_at";

fn notification(row: &Row) -> Result<NotificationRecord> {
    Ok(NotificationRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        person: row.id("person_id")?,
        kind: row.word("kind")?,
        event: row.id("event_id")?,
        ticket: row.maybe_id("ticket_id")?,
        is_shown: row.bool("is_shown")?,
        mail_due_at: row.maybe_time("mail_due_at")?,
        push_due_at: row.maybe_time("push_due_at")?,
        created_at: row.time("created_at")?,
        read_at: row.maybe_time("read_at")?,
    })
}

fn subscription(row: &Row) -> Result<PushSubscriptionRecord> {
    Ok(PushSubscriptionRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        person: row.id("person_id")?,
        session: row.maybe_id("session_id")?,
        sealed: row.text("sealed")?,
        host: row.text("host")?,
        name: row.text("name")?,
        created_at: row.time("created_at")?,
    })
}

impl<E: Executor> SqlTx<E> {
    /// Brings what the notifications are about. An event that is gone takes its notifications along.
    async fn about(&mut self, rows: &[Row]) -> Result<Vec<NotificationEntry>> {
        let notifications = rows.iter().map(notification).collect::<Result<Vec<_>>>()?;
        if notifications.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, values) = by_ids(event_select!(), "e.id", notifications.iter().map(|one| one.event));
        let events = self.executor.fetch(sql, values).await?;
        let entries = self.hydrate(events).await?;
        let entries: HashMap<_, _> = entries.into_iter().map(|entry| (entry.event.id, entry)).collect();
        let entry = |notification: NotificationRecord| {
            let about = entries.get(&notification.event)?.clone();
            Some(NotificationEntry { notification, about })
        };
        Ok(notifications.into_iter().filter_map(entry).collect())
    }

    async fn one_notification(&mut self, conditions: &str, values: Vec<Arg>) -> Result<Option<NotificationEntry>> {
        let sql = format!("SELECT {COLUMNS} FROM support_notifications WHERE {conditions}");
        let rows = self.executor.fetch(sql.into(), values).await?;
        Ok(self.about(&rows).await?.into_iter().next())
    }
}

#[async_trait]
impl<E: Executor> Notifications for SqlTx<E> {
    async fn list_notifications(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        only_unread: bool,
        before: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>> {
        let mut conditions = Conditions::new("tenant_id = $1 AND person_id = $2", args![tenant, person]);
        conditions.and(&self.executor.dialect().is_true("is_shown"));
        if only_unread {
            conditions.and("read_at IS NULL");
        }
        if let Some(before) = before {
            conditions.compare("id", "<", before);
        }
        let limit = conditions.bind(limit);
        let Conditions { sql, args } = conditions;
        let sql = format!("SELECT {COLUMNS} FROM support_notifications WHERE {sql} ORDER BY id DESC LIMIT +{limit}");
        let rows = self.executor.fetch(sql.into(), args).await?;
        self.about(&rows).await
    }

    async fn find_notification(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: NotificationId,
    ) -> Result<Option<NotificationEntry>> {
        self.one_notification("id = $1 AND tenant_id = $2 AND person_id = $3", args![id, tenant, person]).await
    }

    async fn find_notification_of(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        event: EventId,
    ) -> Result<Option<NotificationEntry>> {
        self.one_notification("tenant_id = $1 AND event_id = $2 AND person_id = $3", args![tenant, event, person]).await
    }

    async fn notifications_due(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        way: NotificationWay,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>> {
        let waiting = match way {
            NotificationWay::InApp => return Ok(Vec::new()),
            NotificationWay::Mail => "mail_due_at = $3 AND mail_delivery_id IS NULL",
            NotificationWay::Push => "push_due_at = $3",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM support_notifications WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL \
             AND {waiting} ORDER BY id LIMIT +$4"
        );
        let rows = self.executor.fetch(sql.into(), args![tenant, person, at, limit]).await?;
        self.about(&rows).await
    }

    async fn find_preferences(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<Preferences>> {
        let sql = "SELECT body FROM support_notification_preferences WHERE tenant_id = $1 AND person_id = $2";
        let row = self.executor.fetch_optional(sql.into(), args![tenant, person]).await?;
        row.map(|row| row.json("body")).transpose()
    }

    async fn list_push_subscriptions(
        &mut self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Vec<PushSubscriptionRecord>> {
        let sql = format!(
            "SELECT {SUBSCRIPTION} FROM support_push_subscriptions WHERE tenant_id = $1 AND person_id = $2 ORDER BY id"
        );
        self.executor.fetch(sql.into(), args![tenant, person]).await?.iter().map(subscription).collect()
    }

    async fn find_push_subscription(
        &mut self,
        tenant: TenantId,
        id: PushSubscriptionId,
    ) -> Result<Option<PushSubscriptionRecord>> {
        let sql = format!("SELECT {SUBSCRIPTION} FROM support_push_subscriptions WHERE id = $1 AND tenant_id = $2");
        self.executor.fetch_optional(sql.into(), args![id, tenant]).await?.as_ref().map(subscription).transpose()
    }
}

#[async_trait]
impl<E: Executor> NotificationsMut for SqlTx<E> {
    async fn insert_notification(&mut self, notification: &NotificationRecord) -> Result<bool> {
        let sql = format!(
            "INSERT INTO support_notifications ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (tenant_id, event_id, person_id) DO NOTHING"
        );
        let values = args![
            notification.id,
            notification.tenant,
            notification.person,
            notification.kind,
            notification.event,
            notification.ticket,
            notification.is_shown,
            notification.mail_due_at,
            notification.push_due_at,
            notification.created_at,
            notification.read_at,
        ];
        Ok(self.executor.execute(sql.into(), values).await? == 1)
    }

    async fn read_notifications(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        filter: &NotificationFilter,
        now: Timestamp,
    ) -> Result<u64> {
        let mut conditions =
            Conditions::new("tenant_id = $1 AND person_id = $2 AND read_at IS NULL", args![tenant, person, now]);
        if !filter.ids.is_empty() {
            conditions.any_id("id", filter.ids.clone());
        }
        if let Some(ticket) = filter.ticket {
            conditions.compare("ticket_id", "=", ticket);
        }
        if let Some(up_to) = filter.up_to {
            conditions.compare("id", "<=", up_to);
        }
        let Conditions { sql, args } = conditions;
        self.executor.execute(format!("UPDATE support_notifications SET read_at = $3 WHERE {sql}").into(), args).await
    }

    async fn claim_mail(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        delivery: DeliveryId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>> {
        let sql = "UPDATE support_notifications SET mail_delivery_id = $3 WHERE tenant_id = $1 AND person_id = $2 \
                   AND mail_due_at <= $4 AND mail_delivery_id IS NULL AND read_at IS NULL";
        self.executor.execute(sql.into(), args![tenant, person, delivery, now]).await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM support_notifications WHERE tenant_id = $1 AND person_id = $2 AND mail_due_at <= $4 \
             AND mail_delivery_id = $3 AND read_at IS NULL ORDER BY id LIMIT +$5"
        );
        let rows = self.executor.fetch(sql.into(), args![tenant, person, delivery, now, limit]).await?;
        self.about(&rows).await
    }

    async fn put_preferences(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        preferences: &Preferences,
        now: Timestamp,
    ) -> Result<()> {
        let body = serde_json::to_string(preferences).map_err(|error| StorageError::Other(error.into()))?;
        let sql = "INSERT INTO support_notification_preferences (tenant_id, person_id, body, updated_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (tenant_id, person_id) DO UPDATE SET body = EXCLUDED.body, updated_at = EXCLUDED.updated_at";
        let mut values: Vec<Arg> = args![tenant, person];
        values.push(Arg::Json(Some(body)));
        values.extend(args![now]);
        self.executor.execute(sql.into(), values).await?;
        Ok(())
    }

    async fn put_push_subscription(
        &mut self,
        subscription: &PushSubscriptionRecord,
        endpoint_hash: &[u8; 32],
    ) -> Result<PushSubscriptionId> {
        let sql = format!(
            "INSERT INTO support_push_subscriptions ({SUBSCRIPTION}, endpoint_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (tenant_id, endpoint_hash) DO UPDATE SET person_id = EXCLUDED.person_id, \
               session_id = EXCLUDED.session_id, sealed = EXCLUDED.sealed, host = EXCLUDED.host, name = EXCLUDED.name \
             RETURNING id"
        );
        let values = args![
            subscription.id,
            subscription.tenant,
            subscription.person,
            subscription.session,
            &subscription.sealed,
            &subscription.host,
            &subscription.name,
            subscription.created_at,
            endpoint_hash,
        ];
        self.executor.fetch_one(sql.into(), values).await?.id("id")
    }

    async fn delete_push_subscription(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: PushSubscriptionId,
    ) -> Result<bool> {
        let sql = "DELETE FROM support_push_subscriptions WHERE id = $1 AND tenant_id = $2 AND person_id = $3";
        Ok(self.executor.execute(sql.into(), args![id, tenant, person]).await? == 1)
    }

    async fn forget_notifications_of(&mut self, tenant: TenantId, person: PersonId) -> Result<()> {
        for table in ["support_notifications", "support_notification_preferences", "support_push_subscriptions"] {
            let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND person_id = $2");
            self.executor.execute(sql.into(), args![tenant, person]).await?;
        }
        Ok(())
    }

    async fn purge_notifications(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let sql = "DELETE FROM support_notifications WHERE id IN \
                   (SELECT id FROM support_notifications WHERE created_at < $1 ORDER BY created_at LIMIT +$2)";
        self.executor.execute(sql.into(), args![before, limit]).await
    }
}
