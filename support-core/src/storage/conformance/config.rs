//! The configuration comes back as it was stored, each tenant's own.

use std::sync::Arc;

use super::{World, world::TRICKY};
use crate::{protocol::ConfigValue, storage::ConfigRecord};

/// Every kind of value, set, replaced and removed.
pub async fn a_value_is_stored_changed_and_taken_away(world: Arc<World>) {
    let tenant = world.desk().await.tenant;
    assert_eq!(world.read().await.list_config(tenant).await.unwrap(), []);
    let (first, second) = (world.now(), world.now());
    let values = [
        ("A_NUMBER", ConfigValue::Number(i64::MAX)),
        ("A_SWITCH", ConfigValue::Switch(false)),
        ("A_TEXT", ConfigValue::Text(TRICKY.to_owned())),
    ];
    let mut tx = world.write().await;
    for (key, value) in values.iter().rev() {
        tx.put_config(tenant, key, Some(value), first).await.unwrap();
    }
    tx.commit().await.unwrap();
    let record = |(key, value): &(&str, ConfigValue), updated_at| ConfigRecord {
        key: (*key).to_owned(),
        value: value.clone(),
        updated_at,
    };
    let stored = world.read().await.list_config(tenant).await.unwrap();
    assert_eq!(stored, values.each_ref().map(|value| record(value, first)), "in the order of their names");

    // A text that looks like another kind stays a text.
    let text = ("A_SWITCH", ConfigValue::Text("true".to_owned()));
    let mut tx = world.write().await;
    tx.put_config(tenant, text.0, Some(&text.1), second).await.unwrap();
    tx.put_config(tenant, "A_NUMBER", None, second).await.unwrap();
    tx.put_config(tenant, "NEVER_STORED", None, second).await.unwrap();
    tx.commit().await.unwrap();
    let stored = world.read().await.list_config(tenant).await.unwrap();
    assert_eq!(stored, [record(&text, second), record(&values[2], first)]);
}

/// The same key in two tenants.
pub async fn one_tenants_configuration_is_not_anothers(world: Arc<World>) {
    let (here, there) = (world.desk().await.tenant, world.desk().await.tenant);
    let now = world.now();
    let mut tx = world.write().await;
    tx.put_config(here, "KEY", Some(&ConfigValue::Number(1)), now).await.unwrap();
    tx.put_config(there, "KEY", Some(&ConfigValue::Number(2)), now).await.unwrap();
    tx.put_config(there, "OTHER", Some(&ConfigValue::Number(3)), now).await.unwrap();
    tx.put_config(here, "OTHER", None, now).await.unwrap();
    tx.put_config(here, "KEY", None, now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.read().await.list_config(here).await.unwrap(), []);
    let kept: Vec<_> = world.read().await.list_config(there).await.unwrap().into_iter().map(|kept| kept.key).collect();
    assert_eq!(kept, ["KEY", "OTHER"]);
}
