//! What stands where content is missing: empty, failed, loading.

use super::{
    IconName,
    icon::icon,
    node::{Element, IntoNode, Node, el},
};

/// The words of an empty or failed place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The drawing.
    pub icon: IconName,
    /// What is the case.
    pub title: String,
    /// What to do about it.
    pub text: String,
    /// Whether something went wrong.
    pub is_bad: bool,
}

/// An empty or failed place, with what there is to press.
pub fn state_note(note: Note, actions: impl IntoNode) -> Node {
    el("div")
        .class(if note.is_bad { "state is-filling is-bad" } else { "state is-filling" })
        .attr("role", note.is_bad.then_some("alert"))
        .child(icon(note.icon))
        .child(el("p").class("state-title").child(note.title))
        .child(el("p").class("state-text").child(note.text))
        .child(actions)
        .into_node()
}

fn bar(width: &'static str) -> Element {
    el("div").class(width)
}

/// Rows of a list that is on its way.
#[must_use]
pub fn loading_rows(count: usize) -> Node {
    let row = || {
        let bars = el("div").class("skeleton").child(bar("skeleton-bar is-short"));
        el("li").class("ticket-row").child(bars.child(bar("skeleton-bar is-long")).child(bar("skeleton-bar is-middle")))
    };
    el("ul")
        .class("list-rows")
        .attr("aria-busy", "true")
        .attr("aria-label", "Loading")
        .child((0..count).map(|_| row()).collect::<Vec<_>>())
        .into_node()
}
