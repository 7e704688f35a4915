//! Tags, views, teams and the like in the storage.

use async_trait::async_trait;

use crate::{
    model::{SettingId, SettingRecord, TenantId},
    storage::Result,
};

/// Reading settings.
#[async_trait]
pub trait Settings: Send {
    /// All of one kind, in the order of their making. There are few: see `limits::SETTINGS_MAX`.
    async fn list_settings(&mut self, tenant: TenantId, kind: &str) -> Result<Vec<SettingRecord>>;

    /// One of them.
    async fn find_setting(&mut self, tenant: TenantId, kind: &str, id: SettingId) -> Result<Option<SettingRecord>>;
}

/// Changing settings.
#[async_trait]
pub trait SettingsMut: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `Conflict` when another of its kind has the name.
    async fn insert_setting(&mut self, setting: &SettingRecord) -> Result<()>;

    /// Writes name, owner and body of the one with its id, if it is at the version before.
    ///
    /// # Errors
    /// `Conflict` when it is not, or another of its kind has the name.
    async fn update_setting(&mut self, setting: &SettingRecord) -> Result<()>;

    /// Takes one away; whether it was there.
    async fn delete_setting(&mut self, tenant: TenantId, kind: &str, id: SettingId) -> Result<bool>;
}
