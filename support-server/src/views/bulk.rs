//! What can be done with the marked tickets.

use leptos::prelude::*;

use crate::{
    desk::Desk,
    state::{Command, Level},
    ui::{IconName, IntoNode, Node, el, icon, live},
};

/// The bar; it stands while something is marked or is being changed.
pub(super) fn bulk_bar() -> Node {
    let desk = Desk::here();
    let count = Memo::new(move |_| desk.marks.with(|marks| marks.count()));
    let is_shown = Memo::new(move |_| count.get() > 0);
    let progress = move || {
        desk.progress.get().map(|(done, of)| {
            el("p")
                .class("bulk-progress")
                .attr("role", "status")
                .child(el("progress").attr("max", of.to_string()).attr("value", done.to_string()))
                .child(format!("{done} of {of}"))
        })
    };
    let act = move |command: Command, drawing: IconName, text: &'static str, key: &'static str| {
        el("button")
            .class("button is-quiet is-small")
            .attr("type", "button")
            .attr("title", format!("{text} ({key})"))
            .press(move || {
                desk.obey(command);
            })
            .child(icon(drawing))
            .child(text)
    };
    let bar = move || {
        is_shown.get().then(|| {
            el("div")
                .class("bulk")
                .attr("role", "group")
                .attr("aria-label", "Marked tickets")
                .child(
                    el("button")
                        .class("button is-quiet is-icon is-small")
                        .attr("type", "button")
                        .attr("aria-label", "Unmark all")
                        .press(move || desk.unmark())
                        .child(icon(IconName::Close)),
                )
                .child(
                    el("span")
                        .class("bulk-count")
                        .attr("role", "status")
                        .child(move || format!("{} marked", count.get())),
                )
                .child(act(Command::MarkAll, IconName::BoxChecked, "All", "Ctrl A"))
                .child(act(Command::Resolve, IconName::Check, "Resolve", "E"))
                .child(act(Command::Pick(Level::Assign), IconName::Assign, "Assign", "A"))
                .child(act(Command::Pick(Level::Status), IconName::Open, "Status", "S"))
                .child(act(Command::Pick(Level::Priority), IconName::PriorityHigh, "Priority", "P"))
                .child(act(Command::Pick(Level::Tags), IconName::Tag, "Tags", "L"))
                .child(act(Command::Pick(Level::Snooze), IconName::Snoozed, "Snooze", "H"))
        })
    };
    vec![live(bar), live(progress)].into_node()
}
