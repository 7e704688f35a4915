//! Custom fields: facts that a ticket carries on this desk only.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::{model::FieldKind, protocol::Field};

use super::{
    super::office::{Choice, Entries, Input, Kind, Section, Wrong},
    Cell, Known, Resource, Row, SheetForm,
};

/// The desk's own fields.
#[derive(Debug)]
pub struct Fields;

impl Resource for Fields {
    type Wire = Field;

    const SECTION: Section = Section::Fields;
    const PATH: &'static str = "/fields";
    const ONE: &'static str = "field";
    const EMPTY: &'static str = "Make one for what you ask every customer, such as a contract number or a plan.";

    fn row(field: &Field, _: &Known) -> Row {
        Row {
            id: field.id.to_string(),
            name: field.label.clone(),
            note: Some(field.options.join(", ")),
            cells: vec![
                Cell::new("Type", kind_word(field.kind)),
                Cell::new("Key", view! { <code>{field.key.clone()}</code> }),
                Cell::number("Order", field.position),
            ],
            farewell: None,
        }
    }

    fn sort(wires: &mut [Field]) {
        wires.sort_by(|a, b| (a.position, &a.label).cmp(&(b.position, &b.label)));
    }

    fn fresh() -> Entries {
        Entries::default().with("type", FieldKind::Text).with("position", 0)
    }

    fn entries(field: &Field) -> Entries {
        Entries::default()
            .with("label", &field.label)
            .with("type", field.kind)
            .with("options", field.options.join("\n"))
            .with("position", field.position)
    }

    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong> {
        let options: Vec<_> = entries.one("options").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let position = entries.one("position").trim();
        let mut body = json!({
            "label": entries.one("label"),
            "position": position.parse::<i64>().map_or_else(|_| json!(position), |number| json!(number)),
        });
        // The form of a field that is no select has no options to send.
        if is_new || entries.one("type") == FieldKind::Select.as_str() {
            body["options"] = json!(options);
        }
        if is_new {
            body["key"] = json!(entries.one("key").trim());
            body["type"] = json!(entries.one("type"));
        }
        Ok(body)
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let kind = form.entries.one("type").to_owned();
        let fixed = sheet.is_new.then(|| {
            let kinds = FieldKind::ALL.iter().map(|kind| Choice::new(kind, kind_word(*kind))).collect();
            let key = Input::new("key", "Key").required();
            view! {
                {form.input(key.hint("For programs: small letters, digits and _. It can't be changed later."))}
                {form.select("type", "Type", "It can't be changed later.", kinds)}
            }
        });
        let known = (!sheet.is_new).then(|| view! { <input type="hidden" name="type" value=kind.clone() /> });
        let has_options = sheet.is_new || kind == FieldKind::Select.as_str();
        let options = Input::new("options", "Choices").kind(Kind::Lines);
        let options = has_options.then(|| form.input(options.hint("One a line. Only for a choice.")));
        let order = Input::new("position", "Order").kind(Kind::Number { min: -1000, max: 1000 });
        view! {
            {form.input(Input::new("label", "Label").required().hint("What people read beside it."))}
            {fixed}
            {known}
            {options}
            {form.input(order.hint("Fields stand in ascending order."))}
        }
        .into_any()
    }

    fn farewell(field: &Field) -> String {
        format!("“{}” is no longer asked for. Tickets that have a value keep it.", field.label)
    }
}

const fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "Text",
        FieldKind::Number => "Number",
        FieldKind::Checkbox => "Checkbox",
        FieldKind::Date => "Date",
        FieldKind::Select => "Choice",
    }
}
