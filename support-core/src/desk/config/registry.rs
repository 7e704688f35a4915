//! What keys there are, what they accept, and what counts when nobody stored anything.

use std::{collections::BTreeMap, ops::RangeInclusive};

use crate::protocol::{ConfigType, ConfigValue};

/// A longest text of a key that has no rule of its own, in characters.
const TEXT_MAX: usize = 1_000;

/// Checks a text and gives it in the form that is stored, or says in a sentence what is wrong with it.
pub type TextRule = fn(&str) -> Result<String, String>;

/// A key of the configuration: its name, what it accepts, its default and what it does.
///
/// A plugin adds its own with [`Registrar::setting`](crate::plugin::Registrar::setting). Values are no secrets: every admin reads them.
/// Secrets belong into the environment.
#[derive(Debug, Clone)]
pub struct ConfigKey {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) default: ConfigValue,
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    Switch,
    Number(RangeInclusive<i64>),
    Text(Option<TextRule>),
}

impl ConfigKey {
    /// A switch.
    #[must_use]
    pub const fn switch(name: &'static str, description: &'static str, default: bool) -> Self {
        Self { name, description, default: ConfigValue::Switch(default), rule: Rule::Switch }
    }

    /// A whole number within a range.
    #[must_use]
    pub const fn number(
        name: &'static str,
        description: &'static str,
        default: i64,
        range: RangeInclusive<i64>,
    ) -> Self {
        Self { name, description, default: ConfigValue::Number(default), rule: Rule::Number(range) }
    }

    /// A text, empty by default.
    #[must_use]
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self { name, description, default: ConfigValue::Text(String::new()), rule: Rule::Text(None) }
    }

    /// With a rule for texts. The empty text always passes and means that there is none.
    #[must_use]
    pub fn checked(mut self, rule: TextRule) -> Self {
        self.rule = Rule::Text(Some(rule));
        self
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) const fn kind(&self) -> ConfigType {
        match self.rule {
            Rule::Switch => ConfigType::Boolean,
            Rule::Number(_) => ConfigType::Integer,
            Rule::Text(_) => ConfigType::String,
        }
    }

    /// What a text means to this key, as far as it means anything.
    fn read(&self, text: &str) -> ConfigValue {
        let word = text.trim();
        let read = match self.rule {
            Rule::Switch => word.parse().ok().map(ConfigValue::Switch),
            Rule::Number(_) => word.parse().ok().map(ConfigValue::Number),
            Rule::Text(_) => None,
        };
        read.unwrap_or_else(|| ConfigValue::Text(text.to_owned()))
    }

    /// The value in the form that is stored.
    pub(super) fn check(&self, value: ConfigValue) -> Result<ConfigValue, String> {
        match (&self.rule, value) {
            (Rule::Switch, value @ ConfigValue::Switch(_)) => Ok(value),
            (Rule::Switch, _) => Err("must be true or false".to_owned()),
            (Rule::Number(range), ConfigValue::Number(number)) if range.contains(&number) => {
                Ok(ConfigValue::Number(number))
            }
            (Rule::Number(range), _) => {
                Err(format!("must be a whole number from {} to {}", range.start(), range.end()))
            }
            (Rule::Text(rule), ConfigValue::Text(text)) => {
                let text = crate::desk::normal(text.trim());
                let checked = match (rule, text.as_str()) {
                    (_, "") => text,
                    (Some(rule), text) => rule(text)?,
                    (None, text) => crate::model::text::line(text, TEXT_MAX).map_err(|error| error.to_string())?,
                };
                Ok(ConfigValue::Text(checked))
            }
            (Rule::Text(_), _) => Err("must be a text".to_owned()),
        }
    }
}

/// All keys, and what the environment or the host says of them.
#[derive(Debug)]
pub(crate) struct ConfigRegistry {
    pub(super) keys: Vec<ConfigKey>,
    pub(super) environment: BTreeMap<&'static str, ConfigValue>,
}

impl Default for ConfigRegistry {
    fn default() -> Self {
        Self { keys: super::keys::built_in(), environment: BTreeMap::new() }
    }
}

impl ConfigRegistry {
    pub(super) fn key(&self, name: &str) -> Option<&ConfigKey> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Adds a key.
    pub(crate) fn add(&mut self, key: ConfigKey) -> Result<(), String> {
        if self.key(key.name).is_some() {
            return Err(format!("the setting {} is there already", key.name));
        }
        self.keys.push(key);
        Ok(())
    }

    /// Another default for a key, from outside. Texts are read as the key's kind: environments hold nothing else.
    pub(crate) fn preset(&mut self, name: &str, value: ConfigValue) -> Result<(), String> {
        let key = self.key(name).ok_or_else(|| format!("there is no setting {name}"))?;
        let (name, default) = (key.name, key.default.clone());
        let value = match value {
            ConfigValue::Text(text) => key.read(&text),
            other => other,
        };
        let value = key.check(value).map_err(|error| format!("{name}: {error}"))?;
        if value == default {
            self.environment.remove(name);
        } else {
            self.environment.insert(name, value);
        }
        Ok(())
    }

    /// What counts when nothing is stored.
    pub(super) fn default_of(&self, key: &ConfigKey) -> ConfigValue {
        self.environment.get(key.name).unwrap_or(&key.default).clone()
    }
}
