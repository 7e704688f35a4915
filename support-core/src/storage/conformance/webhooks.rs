//! Webhooks and the log of their tries.

use std::sync::Arc;

use super::{World, deliveries::outbox, world::TRICKY};
use crate::{
    model::{EventType, TenantId, TryRecord, WebhookId, WebhookRecord},
    storage::StorageError,
};

fn webhook(world: &World, tenant: TenantId) -> WebhookRecord {
    WebhookRecord {
        id: world.id(),
        tenant,
        url: "https://example.com/hooks?a=b".into(),
        description: TRICKY.into(),
        events: vec![EventType::TicketCreated, EventType::NoteCreated],
        secret: "sealed".into(),
        former_secret: Some("sealed before".into()),
        former_until: Some(world.in_seconds(60)),
        disabled_at: None,
        disabled_why: None,
        failing_since: None,
        last_success_at: None,
        version: 1,
        created_by: None,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

/// Written, changed at the right version, noted upon without a version, taken away.
pub async fn webhooks_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let (first, second) = (webhook(&world, desk.tenant), webhook(&world, desk.tenant));
    let mut tx = world.write().await;
    tx.insert_webhook(&first).await.unwrap();
    tx.insert_webhook(&second).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.write().await;
    assert_eq!(tx.list_webhooks(desk.tenant).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(tx.find_webhook(desk.tenant, WebhookId(world.id())).await.unwrap(), None);

    let changed = WebhookRecord {
        url: "https://example.com/other".into(),
        events: vec![EventType::MessageCreated],
        former_secret: None,
        former_until: None,
        disabled_at: Some(world.now()),
        disabled_why: Some("gone".into()),
        version: 2,
        ..first.clone()
    };
    tx.update_webhook(&changed).await.unwrap();
    assert_eq!(tx.find_webhook(desk.tenant, first.id).await.unwrap(), Some(changed.clone()));
    let (early, late) = (world.now(), world.in_seconds(9));
    tx.webhook_failed(desk.tenant, first.id, early).await.unwrap();
    tx.webhook_failed(desk.tenant, first.id, late).await.unwrap();
    let failing = tx.find_webhook(desk.tenant, first.id).await.unwrap().unwrap();
    assert_eq!((failing.failing_since, failing.version), (Some(early), 2), "the first failure counts");
    tx.webhook_succeeded(desk.tenant, first.id, late).await.unwrap();
    let well = tx.find_webhook(desk.tenant, first.id).await.unwrap().unwrap();
    assert_eq!((well.failing_since, well.last_success_at), (None, Some(late)));
    assert!(tx.delete_webhook(desk.tenant, first.id).await.unwrap());
    assert!(!tx.delete_webhook(desk.tenant, first.id).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = world.write().await;
    assert!(matches!(tx.update_webhook(&changed).await, Err(StorageError::Conflict)), "it is gone");
}

/// Neither webhooks nor what was tried for them can be reached from another tenant.
pub async fn webhooks_keep_to_their_tenant(world: Arc<World>) {
    let now = world.now();
    let (desk, ids) = outbox(&world, &[now]).await;
    let stranger = world.desk().await.tenant;
    let theirs = webhook(&world, desk.tenant);
    let tried = TryRecord {
        id: world.id(),
        tenant: desk.tenant,
        delivery: ids[0],
        attempt: 1,
        tried_at: now,
        took_ms: 12,
        status: Some(503),
        answer: Some(TRICKY.into()),
        error: Some("503".into()),
    };
    let mut tx = world.write().await;
    tx.insert_webhook(&theirs).await.unwrap();
    tx.insert_try(&tried).await.unwrap();
    assert_eq!(tx.list_tries(desk.tenant, &ids).await.unwrap(), std::slice::from_ref(&tried));
    assert_eq!(tx.list_tries(stranger, &ids).await.unwrap(), []);
    assert_eq!(tx.list_webhooks(stranger).await.unwrap(), []);
    assert_eq!(tx.find_webhook(stranger, theirs.id).await.unwrap(), None);
    assert_eq!(tx.hold_webhook(stranger, theirs.id).await.unwrap(), None);
    assert_eq!(tx.hold_webhook(desk.tenant, theirs.id).await.unwrap(), Some(theirs.clone()));
    assert!(!tx.delete_webhook(stranger, theirs.id).await.unwrap());
    tx.webhook_failed(stranger, theirs.id, now).await.unwrap();
    tx.webhook_succeeded(stranger, theirs.id, now).await.unwrap();
    assert_eq!(tx.find_webhook(desk.tenant, theirs.id).await.unwrap(), Some(theirs.clone()));
    assert_eq!(tx.purge_delivery_log(now, 9).await.unwrap(), 0);
    assert_eq!(tx.list_tries(desk.tenant, &ids).await.unwrap().len(), 1, "not older than that");
    let second = TryRecord { id: world.id(), attempt: 2, tried_at: world.in_seconds(0), ..tried };
    tx.insert_try(&second).await.unwrap();
    let later = world.in_seconds(1);
    assert_eq!(tx.purge_delivery_log(later, 1).await.unwrap(), 1, "the oldest goes first");
    assert_eq!(tx.list_tries(desk.tenant, &ids).await.unwrap(), [second]);
    assert_eq!(tx.purge_delivery_log(later, 9).await.unwrap(), 1);
    assert_eq!(tx.list_tries(desk.tenant, &ids).await.unwrap(), []);
    tx.commit().await.unwrap();
    let foreign = WebhookRecord { tenant: stranger, version: 2, ..theirs };
    let mut tx = world.write().await;
    assert!(matches!(tx.update_webhook(&foreign).await, Err(StorageError::Conflict)));
}
