//! The palette: everything by name, and the pickers, which are its deeper levels.

use leptos::prelude::*;

use super::shortcuts::{key_caps, open_modal};
use crate::{
    desk::{Desk, Floating, Line, folded},
    state::{Level, ranked, written},
    ui::{IconName, IntoNode, Node, el, icon, icon_with, live},
};

/// Lines that are shown.
const SHOWN_MAX: usize = 60;
const FIELD: &str = "palette-field";

/// The palette, while it is open.
pub(super) fn palette() -> Node {
    let desk = Desk::here();
    let is_open = Memo::new(move |_| matches!(desk.floating.get(), Some(Floating::Palette(_))));
    live(move || is_open.get().then(|| opened(desk)))
}

fn placeholder(level: Level) -> &'static str {
    match level {
        Level::Root => "What to do, where to go, or a ticket",
        Level::Assign => "Assign to…",
        Level::Status => "Status",
        Level::Priority => "Priority",
        Level::Tags => "Tags",
        Level::Snooze => "Snooze until…",
        Level::Merge => "Merge into: a number or words of another ticket",
    }
}

fn opened(desk: Desk) -> Node {
    let level = RwSignal::new(match desk.floating.get_untracked() {
        Some(Floating::Palette(level)) => level,
        _ => Level::Root,
    });
    let first = level.get_untracked();
    let words = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let lately = desk.lately();
    let lines = Memo::new(move |_| -> Vec<Line> {
        let (level, written) = (level.get(), words.get());
        let wanted = folded(written.trim());
        let offered = desk.lines(level, &written);
        let texts: Vec<(String, Line)> = offered.into_iter().map(|line| (folded(&line.label), line)).collect();
        // What was looked for by the server is found already.
        let wanted = if level == Level::Merge { String::new() } else { wanted };
        let lately: &[String] = if level == Level::Root { &lately } else { &[] };
        let ranked = ranked(&texts, &wanted, lately, |(text, line)| (&line.key, text));
        let mut lines: Vec<Line> = ranked.into_iter().take(SHOWN_MAX).map(|(_, line)| line.clone()).collect();
        if level == Level::Root && !wanted.is_empty() {
            lines.extend(desk.found_lines());
        }
        lines
    });
    let close = move || desk.floating.set(None);
    let choose = move |line: &Line| {
        if let Some(next) = desk.choose(line) {
            level.set(next);
            words.set(String::new());
            active.set(0);
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let count = lines.with(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => active.update(|active| *active = (*active + 1) % count),
            "ArrowUp" => active.update(|active| *active = (*active + count - 1) % count),
            "Enter" if !event.is_composing() => {
                if let Some(line) = lines.with(|lines| lines.get(active.get_untracked()).cloned()) {
                    choose(&line);
                }
            }
            // Back up, where the level was entered from another one.
            "Backspace" if words.with_untracked(String::is_empty) && level.get_untracked() != first => level.set(first),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        reveal();
    };
    let field = el("input")
        .class("input palette-field")
        .attr("id", FIELD)
        .attr("type", "text")
        .attr("placeholder", move || placeholder(level.get()))
        .attr("aria-label", move || placeholder(level.get()))
        .attr("autocomplete", "off")
        .attr("role", "combobox")
        .attr("aria-expanded", "true")
        .attr("aria-controls", "palette-lines")
        .attr("aria-activedescendant", move || format!("palette-{}", active.get()))
        .prop("value", move || words.get())
        .on_key(keys)
        .on_input(move |text| {
            let level = level.get_untracked();
            if level == Level::Merge || (level == Level::Root && text.trim().len() > 1) {
                desk.find(&text);
            }
            words.set(text);
            active.set(0);
        });
    let option = move |(place, line): (usize, Line)| {
        let chosen = line.clone();
        el("div")
            .class("option")
            .class_if("is-active", move || active.get() == place)
            .class_if("is-chosen", line.is_chosen)
            .attr("role", "option")
            .attr("id", format!("palette-{place}"))
            .attr("aria-selected", move || if active.get() == place { "true" } else { "false" })
            .on("mousemove", move |_| {
                if active.get_untracked() != place {
                    active.set(place);
                }
            })
            .press(move || choose(&chosen))
            .child(icon(line.icon))
            .child(el("span").class("option-name").attr("dir", "auto").child(line.label))
            .child((!line.hint.is_empty()).then(|| el("span").class("option-hint").child(line.hint)))
            .child(line.is_chosen.then(|| el("span").class("visually-hidden").child("chosen")))
            .child(icon_with(IconName::Check, "option-tick"))
            .child((!line.keys.is_empty()).then(|| el("span").class("option-keys").child(key_caps(line.keys))))
    };
    let moment = move || {
        (level.get() == Level::Snooze).then(|| {
            let chosen = RwSignal::new(String::new());
            let snooze = move || {
                if let Some(at) = written(&chosen.get_untracked(), &desk.clock.get_untracked()) {
                    desk.floating.set(None);
                    desk.change_all(desk.targets(), &crate::state::Change::Snooze(at));
                }
            };
            let is_future = move || written(&chosen.get(), &desk.clock.get()).is_some();
            el("div")
                .class("palette-moment")
                .child(el("label").child("Until").child(
                    el("input").class("input").attr("type", "datetime-local").on_input(move |text| chosen.set(text)),
                ))
                .child(
                    el("button")
                        .class("button")
                        .attr("type", "button")
                        .attr("disabled", move || !is_future())
                        .press(snooze)
                        .child("Snooze"),
                )
        })
    };
    el("dialog")
        .class("dialog palette")
        .attr("aria-label", "Commands")
        .meet(open_modal())
        .on("close", move |_| close())
        .on("click", move |event| {
            // A press beside it.
            let target = event_target::<web_sys::Element>(&event);
            if target.tag_name() == "DIALOG" {
                close();
            }
        })
        .child(
            el("div")
                .class("palette-head")
                .child(move || {
                    (level.get() != Level::Root).then(|| {
                        let count = desk.targets().len();
                        (count > 1).then(|| el("span").class("chip").child(format!("{count} tickets")))
                    })
                })
                .child(field),
        )
        .child(
            el("div")
                .class("palette-lines")
                .attr("role", "listbox")
                .attr("id", "palette-lines")
                .attr("aria-label", "Choices")
                .child(move || lines.get().into_iter().enumerate().map(option).collect::<Vec<_>>()),
        )
        .child(move || {
            lines.with(Vec::is_empty).then(|| {
                let text = if level.get() == Level::Merge && words.with(String::is_empty) {
                    "Write the number or some words of the ticket that stays."
                } else {
                    "Nothing by that name"
                };
                el("p").class("palette-empty").child(text)
            })
        })
        .child(moment)
        .into_node()
}

/// The line under the keys stays in sight.
fn reveal() {
    request_animation_frame(|| {
        if let Ok(Some(line)) = document().query_selector(".palette .option.is-active") {
            line.scroll_into_view_with_scroll_into_view_options(&{
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                options
            });
        }
    });
}
