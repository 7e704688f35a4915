//! The desk's own fields of a ticket, each with the control of its type.

use leptos::prelude::*;
use support_core::{
    model::{FieldKind, Permission},
    protocol::{Field, FieldValue},
};
use wasm_bindgen::JsCast;

use super::{thread_head::unless_allowed, ticket_facts::section};
use crate::{
    desk::Desk,
    state::Change,
    ui::{Element, Node, el, live},
};

/// The section; nothing where the desk has no fields and the ticket no values.
pub(super) fn ticket_fields(desk: Desk) -> Node {
    let allowed = Memo::new(move |_| unless_allowed(desk, Permission::TicketsChange, false).is_none());
    // A field that the desk no longer asks for still shows what it held. Only that draws the section anew: a value that
    // arrives must not take the focus away.
    let gone = Memo::new(move |_| {
        let keys = desk.ticket().map(|ticket| ticket.custom_fields.into_keys()).into_iter().flatten();
        desk.fields.with(|fields| keys.filter(|key| fields.iter().all(|field| field.key != *key)).collect::<Vec<_>>())
    });
    live(move || {
        let fields = desk.fields.get();
        let gone: Vec<_> = gone.get().into_iter().map(|key| fact(desk, key.replace('_', " "), key)).collect();
        if fields.is_empty() && gone.is_empty() {
            return None;
        }
        let (controls, facts): (Vec<_>, Vec<_>) = fields.into_iter().partition(|_| allowed.get());
        let facts: Vec<_> = facts.into_iter().map(|field| fact(desk, field.label, field.key)).chain(gone).collect();
        let facts = (!facts.is_empty()).then(|| el("dl").class("facts").child(facts));
        let controls: Vec<_> = controls.into_iter().map(|field| control(desk, field)).collect();
        Some(section("Fields").child(el("div").class("ticket-fields").child(controls).child(facts)))
    })
}

fn value_of(desk: Desk, key: String) -> Memo<Option<FieldValue>> {
    Memo::new(move |_| desk.ticket().and_then(|ticket| ticket.custom_fields.get(&key).cloned()))
}

fn fact(desk: Desk, label: String, key: String) -> Element {
    let value = value_of(desk, key);
    el("div")
        .class("fact")
        .child(el("dt").attr("dir", "auto").child(label))
        .child(el("dd").attr("dir", "auto").child(move || value.get().map_or_else(|| "–".to_owned(), word)))
}

/// A labelled control. What is chosen or written is kept when it is left; what the server refuses comes back with a reason.
fn control(desk: Desk, field: Field) -> Element {
    let Field { key, label, kind, options, .. } = field;
    let (id, note) = (format!("field-{key}"), format!("field-{key}-error"));
    let value = value_of(desk, key.clone());
    let text = move || value.get().map(text_of).unwrap_or_default();
    let error = RwSignal::new(None::<&'static str>);
    let keep = move |value: Option<FieldValue>| {
        error.set(None);
        if let Some(ticket) = untrack(|| desk.ticket()) {
            desk.change_all(vec![ticket], &Change::Field(key.clone(), value));
        }
    };
    if kind == FieldKind::Checkbox {
        let is_on = move || value.get() == Some(FieldValue::Flag(true));
        let input = el("input")
            .attr("type", "checkbox")
            .attr("id", id)
            .attr("checked", untrack(is_on))
            .prop("checked", is_on)
            .on("change", move |event| keep(Some(FieldValue::Flag(event_target_checked(&event)))));
        let words = el("span").class("check-name").attr("dir", "auto").child(label);
        return el("label").class("check").child(input).child(words);
    }
    let input = if kind == FieldKind::Select {
        // A choice that is no longer offered stays until another one is made.
        let known = untrack(text);
        let old = (!known.is_empty() && !options.contains(&known)).then(|| known.clone());
        let choices = std::iter::once(String::new()).chain(options).chain(old).map(|option| {
            let (name, is_here) = (option.clone(), option == known);
            let chosen = option.clone();
            el("option")
                .attr("value", option)
                .attr("selected", is_here)
                .prop("selected", move || text() == chosen)
                .child(if name.is_empty() { "–".to_owned() } else { name })
        });
        el("select").class("input").child(choices.collect::<Vec<_>>())
    } else {
        let (kind, step) = match kind {
            FieldKind::Number => ("number", Some("any")),
            FieldKind::Date => ("date", None),
            _ => ("text", None),
        };
        el("input")
            .class("input")
            .attr("type", kind)
            .attr("step", step)
            .attr("autocomplete", "off")
            .attr("value", untrack(text))
            .prop("value", text)
    };
    let input = input
        .attr("id", id.clone())
        .attr("aria-describedby", note.clone())
        .attr("aria-invalid", move || error.get().map(|_| "true"))
        .on("change", move |event| {
            // A number or a day that is none reads as empty, which must not take the value away.
            let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if input.is_some_and(|input| !input.check_validity()) {
                let wrong = if kind == FieldKind::Number { "Write a number." } else { "Choose a day." };
                return error.set(Some(wrong));
            }
            keep(read(kind, &event_target_value(&event)));
        });
    el("div")
        .class("field")
        .child(el("label").class("field-label").attr("for", id).attr("dir", "auto").child(label))
        .child(input)
        .child(el("p").class("field-error").attr("id", note).attr("role", "alert").child(move || error.get()))
}

fn read(kind: FieldKind, text: &str) -> Option<FieldValue> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if kind == FieldKind::Number {
        text.parse().ok().map(FieldValue::Number)
    } else {
        Some(FieldValue::Text(text.to_owned()))
    }
}

/// A value as its control holds it.
fn text_of(value: FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text,
        // The browser writes numbers; Rust's own way would cost it 10 KB.
        FieldValue::Number(number) => js_number(number),
        FieldValue::Flag(flag) => if flag { "true" } else { "false" }.to_owned(),
    }
}

/// A value for people.
fn word(value: FieldValue) -> String {
    match value {
        FieldValue::Flag(true) => "Yes".to_owned(),
        FieldValue::Flag(false) => "No".to_owned(),
        other => text_of(other),
    }
}

#[cfg(target_arch = "wasm32")]
fn js_number(number: f64) -> String {
    js_sys::JsString::from(js_sys::Number::from(number).to_string_with_radix(10).unwrap_or_default()).into()
}

#[cfg(not(target_arch = "wasm32"))]
fn js_number(number: f64) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_the_type_of_its_field() {
        assert_eq!(read(FieldKind::Number, " 4.5 "), Some(FieldValue::Number(4.5)));
        assert_eq!(read(FieldKind::Date, "2026-11-21"), Some(FieldValue::Text("2026-11-21".into())));
        assert_eq!(read(FieldKind::Text, "  "), None);
    }

    #[test]
    fn a_value_reads_as_a_word_and_stands_in_its_control_as_a_text() {
        assert_eq!((word(FieldValue::Flag(true)), text_of(FieldValue::Flag(true))), ("Yes".into(), "true".into()));
        assert_eq!((word(FieldValue::Number(4.5)), text_of(FieldValue::Number(3.0))), ("4.5".into(), "3".into()));
    }
}
