//! The `?` sheet: the same table that the keyboard obeys and the palette offers.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::{
    desk::{Desk, Floating, is_mac},
    state::{COMMANDS, CommandEntry, Group},
    ui::{Element, IconName, IntoNode, Node, el, icon, live},
};

/// The sheet, a modal dialog, while it is open.
pub(super) fn shortcut_sheet() -> Node {
    let desk = Desk::here();
    let is_open = Memo::new(move |_| desk.floating.get() == Some(Floating::Shortcuts));
    live(move || is_open.get().then(sheet))
}

/// A modal dialog with a title and a way out.
pub(super) fn modal(title: &'static str, body: Element) -> Element {
    let desk = Desk::here();
    el("dialog")
        .class("dialog")
        .attr("aria-labelledby", "dialog-title")
        .meet(open_modal())
        .on("close", move |_| desk.floating.set(None))
        .child(
            el("header")
                .class("dialog-head")
                .child(el("h2").class("dialog-title").attr("id", "dialog-title").child(title))
                .child(
                    el("button")
                        .class("button is-quiet is-icon")
                        .attr("type", "button")
                        .attr("aria-label", "Close")
                        .press(move || desk.floating.set(None))
                        .child(icon(IconName::Close)),
                ),
        )
        .child(body)
}

/// Opens a dialog as soon as it stands in the document, and closes it before it goes: only then the focus returns.
pub(super) fn open_modal() -> impl FnOnce(&web_sys::Element) {
    let standing = StoredValue::new_local(None::<web_sys::HtmlDialogElement>);
    on_cleanup(move || {
        standing.try_with_value(|dialog| {
            if let Some(dialog) = dialog.as_ref().filter(|dialog| dialog.open()) {
                dialog.close();
            }
        });
    });
    move |dialog| {
        let dialog: web_sys::HtmlDialogElement = dialog.clone().unchecked_into();
        standing.set_value(Some(dialog.clone()));
        request_animation_frame(move || {
            // Refused for a dialog that is gone already.
            let _ = dialog.show_modal();
        });
    }
}

fn sheet() -> Node {
    let group = |group: Group| {
        let entries = COMMANDS.iter().filter(|entry| entry.group == group).map(entry).collect::<Vec<_>>();
        el("section")
            .class("shortcuts-group")
            .child(el("h3").class("shortcuts-title").child(group.title()))
            .child(el("dl").child(entries))
    };
    let body = el("div").class("dialog-body shortcuts").attr("tabindex", "0");
    let groups: Vec<Element> = Group::ALL.into_iter().map(group).collect();
    modal("Keyboard shortcuts", body.child(groups)).into_node()
}

fn entry(entry: &CommandEntry) -> Element {
    el("div")
        .class("shortcut")
        .child(el("dt").child(entry.label))
        .child(el("dd").class("shortcut-keys").child(key_caps(entry.keys)))
}

/// Keys as they are written on the keyboard.
pub(super) fn key_caps(keys: &'static [&'static str]) -> Vec<Element> {
    let is_mac = is_mac();
    keys.iter().map(|key| el("kbd").class("kbd").child(key_cap(key, is_mac))).collect()
}

fn key_cap(key: &str, is_mac: bool) -> String {
    match key {
        "Mod" if is_mac => "⌘".to_owned(),
        "Mod" => "Ctrl".to_owned(),
        "Enter" => "↵".to_owned(),
        "Shift" => "⇧".to_owned(),
        "Escape" => "Esc".to_owned(),
        key => key.to_ascii_uppercase(),
    }
}
