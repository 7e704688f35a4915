//! One ticket in the list.

use leptos::prelude::*;
use support_core::{
    model::{Priority, TicketId},
    protocol::{Fragment, Highlight, Ticket},
};
use wasm_bindgen::JsCast;

use super::due::due_chip;
use crate::{
    desk::{Desk, row_id},
    state::{Urgency, countdown, person_name},
    ui::{Element, Form, IconName, IntoNode, Node, el, icon, live, priority_mark, small_avatar, status_mark, when},
};

/// Tags that a row has room for.
const TAGS_MAX: usize = 2;

/// A row. It stays when its ticket changes, so that the focus stays too.
#[must_use]
pub(super) fn row(id: TicketId) -> Node {
    let desk = Desk::here();
    let ticket = Memo::new(move |_| desk.list.with(|list| list.get(id).cloned()));
    let place = Memo::new(move |_| desk.list.with(|list| list.place(id)).map(|place| (place + 1).to_string()));
    let is_unread = move || ticket.with(|ticket| ticket.as_ref().is_some_and(|ticket| ticket.unread_by_agent > 0));
    let is_late = Memo::new(move |_| {
        let clock = desk.clock.get();
        ticket.with(|ticket| {
            ticket.as_ref().and_then(|it| countdown(it, &clock)).is_some_and(|it| it.urgency == Urgency::Late)
        })
    });
    let is_open = Memo::new(move |_| desk.address.get().and_then(|address| address.ticket()) == Some(id));
    let is_marked = Memo::new(move |_| desk.marks.with(|marks| marks.has(id)));
    el("li")
        .class("ticket-row")
        .class_if("is-unread", is_unread)
        .class_if("is-late", move || is_late.get())
        .class_if("is-marked", move || is_marked.get())
        .attr("aria-posinset", move || place.get())
        .attr("aria-setsize", "-1")
        .child(
            el("label").class("ticket-mark").child(
                el("input")
                    .class("ticket-check")
                    .attr("type", "checkbox")
                    .attr("tabindex", "-1")
                    .attr("aria-label", move || {
                        ticket.with(|it| it.as_ref().map(|it| format!("Mark #{} {}", it.number, it.subject)))
                    })
                    .prop("checked", move || is_marked.get())
                    .on("click", move |event| {
                        let event: web_sys::MouseEvent = event.unchecked_into();
                        desk.mark_row(id, event.shift_key());
                    }),
            ),
        )
        .child(
            el("a")
                .class("ticket-link")
                .attr("id", row_id(id))
                .attr("href", move || desk.ticket_path(id))
                .attr("aria-current", move || is_open.get().then_some("true"))
                .child(move || ticket.with(|ticket| ticket.as_ref().map(content))),
        )
        .into_node()
}

fn content(ticket: &Ticket) -> Node {
    let desk = Desk::here();
    let id = ticket.id;
    let at = ticket.last_message_at.unwrap_or(ticket.created_at);
    let is_unread = ticket.unread_by_agent > 0;
    let is_urgent = matches!(ticket.priority, Priority::High | Priority::Urgent);
    let preview = ticket.preview.clone();
    let hits = Memo::new(move |_| desk.hits.with(|hits| hits.get(&id).cloned()).unwrap_or_default());
    let subject = ticket.subject.clone();
    let subject = live(move || {
        let title = el("span").class("ticket-subject").attr("dir", "auto");
        match found(&hits.get(), true) {
            Some(pieces) => title.child(pieces),
            None => title.child(subject.clone()),
        }
    });
    let snippet = live(move || {
        let typist = desk.presences.with(|presences| presences.typists(id).first().map(|typist| typist.name.clone()));
        let (class, text) = match typist {
            Some(name) => ("ticket-snippet ticket-typing", format!("{name} is writing…").trim_start().to_owned()),
            None => match found(&hits.get(), false) {
                Some(pieces) => return el("span").class("ticket-snippet").attr("dir", "auto").child(pieces),
                None => ("ticket-snippet", preview.clone()),
            },
        };
        el("span").class(class).attr("dir", "auto").child(text)
    });
    let tags = ticket.tags.iter().take(TAGS_MAX).map(|tag| el("span").class("ticket-tag").child(tag.clone()));
    let marks = el("span")
        .class("ticket-marks")
        .child(move || viewers(desk, id))
        .child(tags.collect::<Vec<_>>())
        .child(is_urgent.then(|| priority_mark(ticket.priority)))
        .child(due_chip(ticket))
        .child(status_mark(ticket.status))
        .child(ticket.assigned_to.as_ref().map(|agent| {
            let name = person_name(agent);
            let told = format!("Assigned to {name}");
            el("span")
                .attr("title", told.clone())
                .child(small_avatar(&name))
                .child(el("span").class("visually-hidden").child(told))
        }));
    vec![
        is_unread
            .then(|| el("span").class("ticket-dot").child(el("span").class("visually-hidden").child("Unread")))
            .into_node(),
        el("span").class("ticket-who").attr("dir", "auto").child(person_name(&ticket.requester)).into_node(),
        when(at, Form::Ago, "ticket-time"),
        subject,
        snippet,
        marks.into_node(),
    ]
    .into_node()
}

/// What a search found: in the subject, or in the first other place than that.
fn found(hits: &[Highlight], in_subject: bool) -> Option<Vec<Element>> {
    let hit = hits.iter().find(|hit| (hit.field == "subject") == in_subject && hit.field != "requester")?;
    let piece = |piece: &Fragment| el(if piece.is_match { "mark" } else { "span" }).child(piece.text.clone());
    Some(hit.fragments.iter().map(piece).collect())
}

fn viewers(desk: Desk, id: TicketId) -> Option<Node> {
    let names: Vec<String> =
        desk.presences.with(|presences| presences.viewers(id).iter().map(|viewer| viewer.name.clone()).collect());
    if names.is_empty() {
        return None;
    }
    let told = format!("{} viewing", names.join(", "));
    let avatars = names.iter().take(3).map(|name| small_avatar(name)).collect::<Vec<_>>();
    let node = el("span")
        .class("ticket-viewers")
        .attr("title", told.clone())
        .child(icon(IconName::Eye))
        .child(el("span").class("avatar-stack").child(avatars))
        .child(el("span").class("visually-hidden").child(told));
    Some(node.into_node())
}
