//! The desk's configuration: typed values, each with its default, and where it comes from.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::protocol::{ConfigEntry, ConfigSource, ConfigType, ConfigValue};

use super::super::{
    moment::{Precision, moment},
    office::{Body, Entries, Form, Input, Kind, Office, Section, Wrong},
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug)]
pub struct Configuration {
    /// Every key.
    pub entries: Vec<ConfigEntry>,
    /// What was typed, where it was refused.
    pub typed: Option<Entries>,
    /// Why it was refused.
    pub wrong: Wrong,
}

/// `GET /admin/settings/configuration`.
#[must_use]
pub fn configuration(office: &Office, page: &Configuration) -> String {
    office.page(Section::Configuration, None, || {
        let typed = page.typed.clone().unwrap_or_else(|| in_force(&page.entries));
        let form = Form { entries: &typed, wrong: &page.wrong };
        let controls = page.entries.iter().map(|entry| control(&form, entry)).collect_view();
        let content = view! {
            <form class="sheet" method="post" action=office.to(Section::Configuration.path())>
                {office.frame.csrf_field()}
                {form.told()}
                {controls}
                <div class="sheet-foot">
                    <button class="button is-primary">"Save"</button>
                </div>
            </form>
        };
        Body { actions: None, content: content.into_any() }
    })
}

/// The form as the values in force fill it.
fn in_force(entries: &[ConfigEntry]) -> Entries {
    entries.iter().fold(Entries::default(), |form, entry| match &entry.value {
        ConfigValue::Switch(is_on) => form.with_check(&entry.key, *is_on),
        value => form.with(&entry.key, value),
    })
}

/// The body for `PUT config`: the one key that is to be reset, or what differs from the values in force.
#[must_use]
pub fn configuration_body(entries: &[ConfigEntry], posted: &Entries) -> Value {
    if let Some(key) = posted.some("reset") {
        return json!({ key: null });
    }
    let mut body = Map::new();
    for entry in entries {
        let value = match entry.kind {
            ConfigType::Boolean => json!(posted.is_checked(&entry.key)),
            ConfigType::Integer => {
                let text = posted.one(&entry.key).trim();
                text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
            }
            ConfigType::String => json!(posted.one(&entry.key).trim()),
        };
        let is_changed = serde_json::to_value(&entry.value).is_ok_and(|known| known != value);
        if is_changed {
            body.insert(entry.key.clone(), value);
        }
    }
    body.into()
}

fn control(form: &Form<'_>, entry: &ConfigEntry) -> AnyView {
    let label = label(&entry.key);
    let control = match entry.kind {
        ConfigType::Boolean => form.check(&entry.key, &label, &entry.description),
        ConfigType::Integer => {
            let kind = Kind::Number { min: 0, max: i64::from(i32::MAX) };
            form.input(Input::new(&entry.key, &label).hint(&entry.description).kind(kind))
        }
        ConfigType::String => form.input(Input::new(&entry.key, &label).hint(&entry.description)),
    };
    let (class, source) = match entry.source {
        ConfigSource::Default => ("chip", "Default"),
        ConfigSource::Environment => ("chip", "From the environment"),
        ConfigSource::Stored => ("chip is-good", "Set here"),
    };
    let default = match &entry.default {
        ConfigValue::Switch(true) => "on".to_owned(),
        ConfigValue::Switch(false) => "off".to_owned(),
        ConfigValue::Text(text) if text.is_empty() => "empty".to_owned(),
        value => value.to_string(),
    };
    let since = entry.updated_at.map(|at| view! { <span>"since " {moment(at, Precision::Short)}</span> });
    let reset = (entry.source == ConfigSource::Stored).then(|| {
        view! {
            <button class="button is-quiet is-small" name="reset" value=entry.key.clone() formnovalidate>
                <Icon name=IconName::Retry />
                "Reset"
                <span class="visually-hidden">{format!(" {label} to {default}")}</span>
            </button>
        }
    });
    view! {
        <div class="knob">
            {control}
            <p class="knob-facts">
                <span class=class>{source}</span>
                {since}
                <span>{format!("Default: {default}")}</span>
                <code>{entry.key.clone()}</code>
                {reset}
            </p>
        </div>
    }
    .into_any()
}

/// `WHATSAPP_NUMBER` as people read it.
fn label(key: &str) -> String {
    let words = key.split('_').enumerate().map(|(place, word)| match word {
        "WHATSAPP" => "WhatsApp".to_owned(),
        "URL" | "API" | "SLA" => word.to_owned(),
        _ if place == 0 => word.chars().take(1).chain(word.chars().skip(1).flat_map(char::to_lowercase)).collect(),
        _ => word.to_lowercase(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: ConfigValue, kind: ConfigType) -> ConfigEntry {
        let source = ConfigSource::Default;
        ConfigEntry {
            key: key.to_owned(),
            default: value.clone(),
            value,
            kind,
            description: String::new(),
            source,
            updated_at: None,
        }
    }

    #[test]
    fn only_what_was_changed_is_sent_and_a_reset_is_sent_alone() {
        let entries = [
            entry("A", true.into(), ConfigType::Boolean),
            entry("B", 60.into(), ConfigType::Integer),
            entry("C", "".into(), ConfigType::String),
        ];
        let same = Entries::default().with("A", "on").with("B", "60").with("C", " ");
        assert_eq!(configuration_body(&entries, &same), json!({}));
        let other = Entries::default().with("B", "soon").with("C", "x");
        assert_eq!(configuration_body(&entries, &other), json!({ "A": false, "B": "soon", "C": "x" }));
        assert_eq!(configuration_body(&entries, &other.with("reset", "C")), json!({ "C": null }));
    }

    #[test]
    fn a_key_reads_as_words() {
        assert_eq!(label("WHATSAPP_NUMBER"), "WhatsApp number");
        assert_eq!(label("SUPPORT_PORTAL_BASE_URL"), "Support portal base URL");
    }
}
