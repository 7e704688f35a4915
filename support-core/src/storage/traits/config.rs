//! The configuration in the storage: only what somebody set.

use async_trait::async_trait;

use crate::{
    model::{TenantId, Timestamp},
    protocol::ConfigValue,
    storage::Result,
};

/// A stored value.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigRecord {
    /// The key's name.
    pub key: String,
    /// Its value.
    pub value: ConfigValue,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// Reading the configuration.
#[async_trait]
pub trait Configs: Send {
    /// What is stored, in the order of the keys' names.
    async fn list_config(&mut self, tenant: TenantId) -> Result<Vec<ConfigRecord>>;
}

/// Changing the configuration.
#[async_trait]
pub trait ConfigsMut: Send {
    /// Stores a value, or takes it away.
    async fn put_config(
        &mut self,
        tenant: TenantId,
        key: &str,
        value: Option<&ConfigValue>,
        now: Timestamp,
    ) -> Result<()>;
}
