//! The desk's configuration: what admins may set, and the part of it that everybody may see.

use std::collections::BTreeMap;

use super::wire;
use crate::model::{DateTime, Utc};

wire! {
    /// The value of a key.
    #[serde(untagged)]
    pub enum ConfigValue {
        /// Of a switch.
        Switch(bool),
        /// Of a whole number.
        Number(i64),
        /// Of a text.
        Text(String),
    }

    /// What is to become of a key.
    #[serde(untagged)]
    pub enum ConfigWish {
        /// It gets this value.
        Set(ConfigValue),
        /// `null`: what is stored of it goes, and its default counts again.
        Reset,
    }

    /// What a key's values are.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ConfigType {
        /// `true` or `false`.
        Boolean,
        /// A whole number.
        Integer,
        /// A text, often of a certain form.
        String,
    }

    /// Where a value comes from.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ConfigSource {
        /// Nobody said anything.
        Default,
        /// The program's environment, or the host.
        Environment,
        /// An admin.
        Stored,
    }

    /// A key with the value in force.
    pub struct ConfigEntry {
        /// Its name.
        pub key: String,
        /// What counts.
        pub value: ConfigValue,
        /// What would count if nothing were stored.
        pub default: ConfigValue,
        /// What its values are.
        #[serde(rename = "type")]
        pub kind: ConfigType,
        /// What it does.
        pub description: String,
        /// Where the value comes from.
        pub source: ConfigSource,
        /// When an admin set it; null unless it is stored.
        pub updated_at: Option<DateTime<Utc>>,
    }

    /// What anybody may know of the configuration.
    #[derive(Default)]
    pub struct PublicConfig {
        /// Digits with the country's code; empty: there is none.
        pub whatsapp_number: String,
        /// Whether the widget's launcher shows.
        pub support_bubble_enabled: bool,
        /// The desk's name; empty: the program's own.
        pub desk_name: String,
        /// When customers can expect an answer, in words; may be empty.
        pub reply_time: String,
        /// The largest file that people may attach, in bytes; 0: they may attach none.
        pub file_max_bytes: i64,
    }

    /// `PUT config`: the keys to change, each with its value or null.
    #[derive(Default)]
    #[serde(transparent)]
    pub struct ChangeConfig(pub BTreeMap<String, ConfigWish>);
}

impl From<bool> for ConfigValue {
    fn from(value: bool) -> Self {
        Self::Switch(value)
    }
}

impl From<i64> for ConfigValue {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for ConfigValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl std::fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Switch(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}
