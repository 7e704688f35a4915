//! Custom fields: facts that tickets carry on this desk only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Setting, Stored};
use crate::{
    desk::reply::normal,
    error::Fields,
    model::{FieldKind, limits, text},
    protocol::{ChangeField, CreateField, Field, FieldValue},
};

/// A custom field. Key and type never change: they are what the values in tickets mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FieldSetting {
    /// What stands in a ticket's `custom_fields`.
    pub key: String,
    /// What people read.
    pub label: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<String>,
    /// Its place among the fields.
    #[serde(default)]
    pub position: i32,
}

impl FieldSetting {
    /// A value as it is kept, or the code and the sentence of the rule that it breaks.
    fn check(&self, value: &FieldValue) -> Result<FieldValue, (&'static str, String)> {
        let wrong = |sentence: &str| ("wrong_type", sentence.to_owned());
        match (self.kind, value) {
            (FieldKind::Text, FieldValue::Text(text)) => {
                let text = text::line(&normal(text), limits::SUBJECT_MAX);
                text.map(FieldValue::Text).map_err(|error| (error.code(), error.to_string()))
            }
            (FieldKind::Number, FieldValue::Number(number)) if number.is_finite() => Ok(value.clone()),
            (FieldKind::Checkbox, FieldValue::Flag(_)) => Ok(value.clone()),
            (FieldKind::Date, FieldValue::Text(text)) if is_date(text) => Ok(value.clone()),
            (FieldKind::Select, FieldValue::Text(text)) if self.options.contains(text) => Ok(value.clone()),
            (FieldKind::Text, _) => Err(wrong("must be a text")),
            (FieldKind::Number, _) => Err(wrong("must be a number")),
            (FieldKind::Checkbox, _) => Err(wrong("must be true or false")),
            (FieldKind::Date, _) => Err(wrong("must be a date such as 2026-03-02")),
            (FieldKind::Select, _) => Err(("unknown_option", format!("must be one of {}", self.options.join(", ")))),
        }
    }
}

/// What a ticket's custom fields become: a value is set, null takes one away, what is not named stays.
/// A field that the desk no longer has can only be taken away.
pub(in crate::desk) fn merged_fields(
    known: &[Stored<FieldSetting>],
    before: &BTreeMap<String, FieldValue>,
    wishes: &BTreeMap<String, Option<FieldValue>>,
    fields: &mut Fields,
) -> BTreeMap<String, FieldValue> {
    let mut after = before.clone();
    for (key, wish) in wishes {
        let pointer = format!("/custom_fields/{}", key.replace('~', "~0").replace('/', "~1"));
        let Some(value) = wish else {
            after.remove(key);
            continue;
        };
        match known.iter().find(|stored| stored.value.key == *key).map(|stored| stored.value.check(value)) {
            Some(Ok(value)) => _ = after.insert(key.clone(), value),
            Some(Err((code, sentence))) => fields.refuse(&pointer, code, sentence),
            None => fields.refuse(&pointer, "unknown_field_key", "is none of the desk's custom fields"),
        }
    }
    after
}

/// Exactly `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok_and(|date| date.to_string() == text)
}

fn key(fields: &mut Fields, key: &str) -> String {
    let is_fine = (1..=limits::FIELD_KEY_MAX).contains(&key.len())
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_fine {
        let rule = format!("must be 1 to {} of a-z, 0-9 and _, and begin with a letter", limits::FIELD_KEY_MAX);
        fields.refuse("/key", "invalid_key", rule);
    }
    key.to_owned()
}

fn label(fields: &mut Fields, label: &str) -> String {
    fields.check("/label", text::line(&normal(label), limits::LABEL_MAX)).unwrap_or_default()
}

fn options(fields: &mut Fields, kind: FieldKind, options: &[String]) -> Vec<String> {
    if kind != FieldKind::Select {
        if !options.is_empty() {
            fields.refuse("/options", "not_a_select", "must be left out: only a select has options");
        }
        return Vec::new();
    }
    if !(1..=limits::FIELD_OPTIONS_MAX).contains(&options.len()) {
        fields.refuse("/options", "count", format!("must be 1 to {} options", limits::FIELD_OPTIONS_MAX));
        return Vec::new();
    }
    let mut kept: Vec<String> = Vec::new();
    for (place, option) in options.iter().enumerate() {
        let pointer = format!("/options/{place}");
        let Some(option) = fields.check(&pointer, text::line(&normal(option), limits::LABEL_MAX)) else { continue };
        if kept.contains(&option) {
            fields.refuse(&pointer, "repeated", "stands there already");
        } else {
            kept.push(option);
        }
    }
    kept
}

impl Setting for FieldSetting {
    const KIND: &'static str = "field";
    type Create = CreateField;
    type Change = ChangeField;
    type View = Field;

    fn create(input: CreateField, fields: &mut Fields) -> Self {
        Self {
            key: key(fields, &input.key),
            label: label(fields, &input.label),
            options: options(fields, input.kind, &input.options),
            kind: input.kind,
            position: input.position,
        }
    }

    fn change(&mut self, input: ChangeField, fields: &mut Fields) {
        if let Some(text) = &input.label {
            self.label = label(fields, text);
        }
        if let Some(list) = &input.options {
            self.options = options(fields, self.kind, list);
        }
        self.position = input.position.unwrap_or(self.position);
    }

    fn name(&self) -> &str {
        &self.key
    }

    fn view(stored: &Stored<Self>) -> Field {
        let value = stored.value.clone();
        Field {
            id: stored.id,
            key: value.key,
            label: value.label,
            kind: value.kind,
            options: value.options,
            position: value.position,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> FieldSetting {
        let options = if kind == FieldKind::Select { vec!["Gold".to_owned()] } else { Vec::new() };
        FieldSetting { key: "plan".to_owned(), label: "Plan".to_owned(), kind, options, position: 0 }
    }

    #[test]
    fn every_type_takes_its_own_values_and_no_others() {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let values = [text("Gold"), text("2026-02-28"), FieldValue::Number(1.5), FieldValue::Flag(false)];
        for (kind, taken) in [
            (FieldKind::Text, [true, true, false, false]),
            (FieldKind::Number, [false, false, true, false]),
            (FieldKind::Checkbox, [false, false, false, true]),
            (FieldKind::Date, [false, true, false, false]),
            (FieldKind::Select, [true, false, false, false]),
        ] {
            assert_eq!(values.clone().map(|value| field(kind).check(&value).is_ok()), taken, "{kind}");
        }
        for date in ["2026-02-29", "2026-2-28", "+2026-02-28", "2026-02-28T00:00"] {
            assert!(field(FieldKind::Date).check(&text(date)).is_err(), "{date}");
        }
        assert!(field(FieldKind::Number).check(&FieldValue::Number(f64::NAN)).is_err());
        assert_eq!(field(FieldKind::Text).check(&text("  A\u{301}b ")), Ok(text("\u{c1}b")), "trimmed and composed");
    }
}
