//! Tags: words to sort tickets by.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::protocol::Tag;

use super::{
    super::office::{Entries, Input, Kind, Section, Wrong},
    Cell, Known, Resource, Row, SheetForm,
};

/// The desk's labels.
#[derive(Debug)]
pub struct Tags;

impl Resource for Tags {
    type Wire = Tag;

    const SECTION: Section = Section::Tags;
    const PATH: &'static str = "/tags";
    const ONE: &'static str = "tag";
    const EMPTY: &'static str = "Make one for what comes up again and again, such as refund or bug.";

    fn row(tag: &Tag, _: &Known) -> Row {
        let swatch = view! {
            <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="8" cy="8" r="6" fill=tag.color.clone() />
            </svg>
            <span>{tag.color.clone()}</span>
        };
        Row {
            id: tag.id.to_string(),
            name: tag.name.clone(),
            note: Some(tag.description.clone()),
            cells: vec![Cell::new("Colour", view! { <span class="pair">{swatch}</span> })],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        Entries::default().with("color", "#6b7280")
    }

    fn entries(tag: &Tag) -> Entries {
        Entries::default().with("name", &tag.name).with("color", &tag.color).with("description", &tag.description)
    }

    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong> {
        let mut body = json!({ "color": entries.one("color"), "description": entries.one("description") });
        if is_new {
            body["name"] = json!(entries.one("name"));
        }
        Ok(body)
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let name = Input::new("name", "Name").required();
        let name = sheet.is_new.then(|| form.input(name.hint("Stands in tickets and can't be changed later.")));
        view! {
            {name}
            {form.input(Input::new("color", "Colour").kind(Kind::Color))}
            {form.input(Input::new("description", "Description").hint("When to use it."))}
        }
        .into_any()
    }

    fn farewell(tag: &Tag) -> String {
        format!("“{}” can no longer be chosen. Tickets that carry it keep it.", tag.name)
    }
}
