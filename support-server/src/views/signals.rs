//! What floats: toasts with their undo, the word that the connection is lost, and what screen readers are told.

use leptos::prelude::*;

use crate::{
    desk::Desk,
    state::{Connection, Toast},
    ui::{IconName, IntoNode, Node, el, icon, rows},
};

/// What was done, with a way to take it back.
pub(super) fn toasts() -> Node {
    let desk = Desk::here();
    let ids = move || desk.toasts.with(|toasts| toasts.shown().iter().map(|toast| u128::from(toast.id)).collect());
    let line = move |key: u128| {
        let toast = desk
            .toasts
            .with_untracked(|toasts| toasts.shown().iter().find(|toast| u128::from(toast.id) == key).cloned());
        toast.map(toast_line).into_node()
    };
    el("div").class("toasts").attr("role", "status").child(rows(ids, line)).into_node()
}

fn toast_line(toast: Toast) -> Node {
    let desk = Desk::here();
    let id = toast.id;
    let dismiss = move || desk.toasts.update(|toasts| toasts.dismiss(id));
    let button = match toast.undo {
        Some(undo) => el("button")
            .class("button is-quiet")
            .press(move || {
                dismiss();
                desk.undo(undo.clone());
            })
            .child("Undo")
            .child(el("kbd").class("kbd").child("Z")),
        None => el("button")
            .class("button is-quiet is-icon")
            .attr("aria-label", "Dismiss")
            .press(dismiss)
            .child(icon(IconName::Close)),
    };
    el("div")
        .class("toast")
        .class_if("is-bad", toast.is_bad)
        .child(toast.is_bad.then(|| icon(IconName::Alert)))
        .child(el("span").class("toast-text").child(toast.text))
        .child(button.attr("type", "button"))
        .into_node()
}

/// The connection is lost: nothing moves by itself any more, and that must be known.
pub(super) fn connection_notice() -> Node {
    let desk = Desk::here();
    let is_lost = Memo::new(move |_| desk.connection.get() == Connection::Lost);
    el("div")
        .attr("role", "status")
        .child(move || {
            is_lost.get().then(|| {
                el("div")
                    .class("notice")
                    .child(icon(IconName::Alert))
                    .child("No connection. Trying again… What you write is kept.")
            })
        })
        .into_node()
}

/// Tells screen readers the customer's newest message; the thread itself is silent, or they would read it all again.
pub(super) fn announcements() -> Node {
    let desk = Desk::here();
    el("div")
        .class("visually-hidden")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(move || desk.announcement.get())
        .into_node()
}
