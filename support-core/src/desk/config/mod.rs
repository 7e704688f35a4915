//! The desk's configuration: typed keys with defaults, which admins change without a restart.

mod cache;
pub mod keys;
mod registry;

use std::{collections::BTreeMap, sync::Arc};

pub use self::registry::{ConfigKey, TextRule};
pub(crate) use self::{cache::ConfigCache, registry::ConfigRegistry};
use super::{Call, Desk};
use crate::{
    error::{Fields, Result, UNKNOWN_FIELD},
    model::{EventType, TenantId},
    protocol::{Change, ChangeConfig, ConfigEntry, ConfigSource, ConfigValue, ConfigWish, PublicConfig},
    storage::ConfigRecord,
};

/// The values in force in one tenant at one moment.
#[derive(Debug, Clone, Default)]
pub struct Config {
    values: BTreeMap<&'static str, ConfigValue>,
}

impl Config {
    /// Built-in and registered defaults under what is stored. What a former version stored and no key takes any more counts as nothing.
    fn new(registry: &ConfigRegistry, stored: &[ConfigRecord]) -> Self {
        let value = |key: &ConfigKey| {
            let stored = stored.iter().find(|stored| stored.key == key.name());
            let stored = stored.and_then(|stored| key.check(stored.value.clone()).ok());
            (key.name(), stored.unwrap_or_else(|| registry.default_of(key)))
        };
        Self { values: registry.keys.iter().map(value).collect() }
    }

    /// The value of a text; empty for another kind of key.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        match self.values.get(key) {
            Some(ConfigValue::Text(text)) => text,
            Some(ConfigValue::Switch(_) | ConfigValue::Number(_)) | None => "",
        }
    }

    /// The value of a switch; off for another kind of key.
    #[must_use]
    pub fn switch(&self, key: &str) -> bool {
        matches!(self.values.get(key), Some(ConfigValue::Switch(true)))
    }

    /// The value of a number; 0 for another kind of key.
    #[must_use]
    pub fn number(&self, key: &str) -> i64 {
        match self.values.get(key) {
            Some(ConfigValue::Number(number)) => *number,
            Some(ConfigValue::Switch(_) | ConfigValue::Text(_)) | None => 0,
        }
    }
}

impl Desk {
    /// The values in force. What another process stored counts after a second at most.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn config(&self, tenant: TenantId) -> Result<Arc<Config>> {
        let now = self.now();
        let generation = match self.inner.config_cache.get(tenant, now) {
            Ok(config) => return Ok(config),
            Err(generation) => generation,
        };
        let stored = self.reader().await?.list_config(tenant).await?;
        let config = Arc::new(Config::new(&self.inner.config, &stored));
        self.inner.config_cache.put(tenant, Arc::clone(&config), now, generation);
        Ok(config)
    }

    /// What anybody may know.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn public_config(&self, tenant: TenantId) -> Result<PublicConfig> {
        let config = self.config(tenant).await?;
        Ok(PublicConfig {
            whatsapp_number: config.text(keys::WHATSAPP_NUMBER).to_owned(),
            support_bubble_enabled: config.switch(keys::SUPPORT_BUBBLE_ENABLED),
            desk_name: config.text(keys::DESK_NAME).to_owned(),
            reply_time: config.text(keys::REPLY_TIME).to_owned(),
            file_max_bytes: self.file_max_bytes(&config),
        })
    }

    /// What links for customers start with, without a trailing slash.
    pub(crate) async fn portal_url(&self, tenant: TenantId) -> Result<String> {
        let config = self.config(tenant).await?;
        Ok(match config.text(keys::SUPPORT_PORTAL_BASE_URL) {
            "" => self.public_url().to_owned(),
            url => url.to_owned(),
        })
    }

    /// Every key with its value and where that comes from.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn list_config(&self, call: &Call) -> Result<Vec<ConfigEntry>> {
        let stored = self.reader().await?.list_config(call.actor.tenant).await?;
        Ok(self.config_entries(&stored))
    }

    fn config_entries(&self, stored: &[ConfigRecord]) -> Vec<ConfigEntry> {
        let registry = &self.inner.config;
        let entry = |key: &ConfigKey| {
            let record = stored.iter().find(|stored| stored.key == key.name());
            let own = record.and_then(|record| Some((key.check(record.value.clone()).ok()?, record.updated_at)));
            let default = registry.default_of(key);
            let source = match &own {
                Some(_) => ConfigSource::Stored,
                None if registry.environment.contains_key(key.name()) => ConfigSource::Environment,
                None => ConfigSource::Default,
            };
            let (value, updated_at) = own.map_or((default.clone(), None), |(value, at)| (value, Some(at)));
            ConfigEntry {
                key: key.name().to_owned(),
                value,
                default,
                kind: key.kind(),
                description: key.description.to_owned(),
                source,
                updated_at,
            }
        };
        registry.keys.iter().map(entry).collect()
    }

    /// Stores values, and takes away those that are null. All or none.
    ///
    /// # Errors
    /// `Invalid` for an unknown key or a value that the key does not take.
    pub async fn change_config(&self, call: &Call, input: ChangeConfig) -> Result<Vec<ConfigEntry>> {
        let tenant = call.actor.tenant;
        let mut fields = Fields::default();
        let mut wanted: Vec<(&'static str, Option<ConfigValue>)> = Vec::new();
        for (name, wish) in input.0 {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let Some(key) = self.inner.config.key(&name) else {
                fields.refuse(&pointer, UNKNOWN_FIELD, "there is no such setting");
                continue;
            };
            let checked = match wish {
                ConfigWish::Set(value) => key.check(value).map(Some),
                ConfigWish::Reset => Ok(None),
            };
            match checked {
                Ok(value) => wanted.push((key.name(), value)),
                Err(error) => fields.refuse(&pointer, "invalid_value", error),
            }
        }
        fields.finish()?;
        let mut tx = self.storage().write().await?;
        let now = self.now();
        let before = tx.list_config(tenant).await?;
        for (name, value) in wanted {
            let known = before.iter().find(|known| known.key == name).map(|known| &known.value);
            if known != value.as_ref() {
                let words = |value: Option<&ConfigValue>| value.map(ToString::to_string);
                let change = Change { from: words(known), to: words(value.as_ref()) };
                let changes = [("value".to_owned(), change)].into();
                self.record(call, tx.as_write(), now, EventType::ConfigUpdated, format!("config:{name}"), changes)
                    .await?;
                tx.put_config(tenant, name, value.as_ref(), now).await?;
            }
        }
        let after = tx.list_config(tenant).await?;
        tx.commit().await?;
        self.inner.config_cache.forget(tenant);
        Ok(self.config_entries(&after))
    }
}
