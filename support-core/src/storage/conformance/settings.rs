//! Settings come back as they were written, keep to their tenant and kind, and have unique names.

use std::sync::Arc;

use serde_json::json;

use super::{World, world::TRICKY};
use crate::{
    model::{SettingId, SettingRecord, TenantId},
    storage::StorageError,
};

fn setting(world: &World, tenant: TenantId, kind: &str, name: &str) -> SettingRecord {
    SettingRecord {
        id: world.id(),
        tenant,
        kind: kind.into(),
        name_key: name.into(),
        owner: None,
        body: json!({ "name": name, "color": "#ffffff", "nested": [1, null, TRICKY] }),
        version: 1,
        created_by: None,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

async fn insert(world: &World, setting: &SettingRecord) -> Result<(), StorageError> {
    let mut tx = world.write().await;
    tx.insert_setting(setting).await?;
    tx.commit().await
}

/// Written, changed at the right version, taken away; names are unique among a kind of a tenant.
pub async fn settings_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let first = SettingRecord { owner: Some(desk.agent.id), ..setting(&world, desk.tenant, "tag", TRICKY) };
    insert(&world, &first).await.unwrap();
    let second = setting(&world, desk.tenant, "tag", "second");
    insert(&world, &second).await.unwrap();
    insert(&world, &setting(&world, desk.tenant, "view", "second")).await.unwrap();
    let taken = setting(&world, desk.tenant, "tag", "second");
    assert!(matches!(insert(&world, &taken).await, Err(StorageError::Conflict)));
    let mut tx = world.read().await;
    assert_eq!(tx.list_settings(desk.tenant, "tag").await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(tx.find_setting(desk.tenant, "tag", first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(tx.find_setting(desk.tenant, "view", first.id).await.unwrap(), None, "another kind");
    assert_eq!(tx.find_setting(desk.tenant, "tag", SettingId(world.id())).await.unwrap(), None);
    drop(tx);

    let changed = SettingRecord { name_key: "new".into(), owner: None, body: json!({}), version: 2, ..first.clone() };
    let mut tx = world.write().await;
    tx.update_setting(&changed).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.write().await;
    assert!(matches!(tx.update_setting(&changed).await, Err(StorageError::Conflict)), "stale");
    drop(tx);
    let mut tx = world.write().await;
    assert!(tx.delete_setting(desk.tenant, "tag", second.id).await.unwrap());
    assert!(!tx.delete_setting(desk.tenant, "tag", second.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.read().await.list_settings(desk.tenant, "tag").await.unwrap(), [changed]);
}

/// Another tenant has its own of the same name, and neither finds, changes nor takes away the other's.
pub async fn settings_keep_to_their_tenant(world: Arc<World>) {
    let (ours, theirs) = (world.desk().await, world.desk().await);
    let setting_of = setting(&world, theirs.tenant, "tag", "vip");
    insert(&world, &setting_of).await.unwrap();
    insert(&world, &setting(&world, ours.tenant, "tag", "vip")).await.unwrap();
    let mut tx = world.write().await;
    assert_eq!(tx.find_setting(ours.tenant, "tag", setting_of.id).await.unwrap(), None);
    assert_eq!(tx.list_settings(ours.tenant, "tag").await.unwrap().len(), 1);
    let stolen = SettingRecord { tenant: ours.tenant, version: 2, ..setting_of.clone() };
    assert!(!tx.delete_setting(ours.tenant, "tag", setting_of.id).await.unwrap());
    assert!(matches!(tx.update_setting(&stolen).await, Err(StorageError::Conflict)));
    drop(tx);
    assert_eq!(world.read().await.list_settings(theirs.tenant, "tag").await.unwrap(), [setting_of]);
}
