//! The head of a conversation: what it is about, who looks after it, what to do with it.

use leptos::prelude::*;
use support_core::{
    model::{Permission, Priority, Status},
    protocol::Ticket,
};

use super::due::due_chip;
use crate::{
    desk::{Desk, Floating, focus},
    state::{Command, Level, channel_word, person_name, status_word},
    ui::{Element, IconName, IntoNode, Node, el, icon, live, priority_mark, small_avatar, status_icon},
};

/// The head.
pub(super) fn thread_head() -> Node {
    let desk = Desk::here();
    let subject = Memo::new(move |_| desk.ticket().map(|ticket| ticket.subject));
    // Drawn anew only when something changes that it shows.
    let shown = Memo::new(move |_| desk.ticket().map(|ticket| Ticket { messages: None, unread_by_agent: 0, ..ticket }));
    let button = |label: &'static str, drawing: IconName| {
        el("button")
            .class("button is-quiet is-icon")
            .attr("type", "button")
            .attr("aria-label", label)
            .child(icon(drawing))
    };
    let customer = button("Customer", IconName::Panel)
        .class("button is-quiet is-icon customer-open")
        .attr("aria-expanded", move || if desk.customer_shown.get() { "true" } else { "false" })
        .press(move || {
            desk.customer_shown.update(|shown| *shown = !*shown);
            request_animation_frame(move || {
                if desk.customer_shown.get_untracked() {
                    focus("customer");
                }
            });
        });
    let more = button("More", IconName::More)
        .attr("title", "Everything by name (Ctrl K)")
        .press(move || desk.open_palette(Level::Root));
    el("header")
        .class("thread-head")
        .child(
            button("Back to the list", IconName::Back)
                .class("button is-quiet is-icon back-button")
                .press(move || desk.back_to_list()),
        )
        .child(
            el("div")
                .class("thread-heading")
                .child(el("h1").class("thread-subject").attr("dir", "auto").child(move || subject.get()))
                .child(el("p").class("thread-facts").child(move || shown.get().map(|ticket| facts(&ticket)))),
        )
        .child(
            el("div")
                .class("thread-actions")
                .child(assign_button(desk))
                .child(snooze_button(desk))
                .child(resolve_button(desk))
                .child(more)
                .child(customer),
        )
        .into_node()
}

fn facts(ticket: &Ticket) -> Vec<Node> {
    let desk = Desk::here();
    let dot = || " · ".into_node();
    let mut parts = vec![
        el("span").child(format!("#{}", ticket.number)).into_node(),
        dot(),
        el("span").class(format!("status is-{}", ticket.status)).child(icon(status_icon(ticket.status))).into_node(),
        el("span").child(status_word(ticket.status)).into_node(),
    ];
    if let (Status::Snoozed, Some(until)) = (ticket.status, ticket.snoozed_until) {
        parts.push(live(move || {
            let clock = desk.clock.get();
            format!(" until {}, {}", clock.date(until), clock.time(until))
        }));
    }
    // Before what may be cut off where the head is narrow.
    if let Some(chip) = due_chip(ticket) {
        parts.extend([dot(), chip]);
    }
    if ticket.priority != Priority::Medium {
        parts.extend([dot(), priority_mark(ticket.priority)]);
    }
    parts.extend([dot(), el("span").child(channel_word(ticket.channel.as_str())).into_node()]);
    parts
}

/// Why a button is not to be pressed, where it is not: rights that the caller lacks.
pub(super) fn unless_allowed(desk: Desk, needed: Permission, is_own_matter: bool) -> Option<&'static str> {
    let me = desk.me();
    let is_others = desk.ticket().and_then(|ticket| ticket.assigned_to).is_some_and(|agent| agent.id != me.id);
    if !me.permissions.has(needed) {
        Some("Your role does not allow this")
    } else if is_own_matter && is_others && !me.permissions.has(Permission::TicketsOverride) {
        Some("Only who looks after this ticket may do this")
    } else {
        None
    }
}

fn guarded(button: Element, desk: Desk, needed: Permission, hint: &'static str) -> Element {
    let reason = move || unless_allowed(desk, needed, true);
    // It stays in reach of the Tab key, so that its reason is read too.
    button.attr("aria-disabled", move || reason().map(|_| "true")).attr("title", move || reason().unwrap_or(hint))
}

fn assign_button(desk: Desk) -> Element {
    let assignee = Memo::new(move |_| desk.ticket().and_then(|it| it.assigned_to).map(|agent| person_name(&agent)));
    let is_open = move || desk.floating.get() == Some(Floating::Palette(Level::Assign));
    let button = el("button")
        .class("button")
        .attr("type", "button")
        .attr("id", "assign")
        .attr("aria-haspopup", "dialog")
        .attr("aria-expanded", move || if is_open() { "true" } else { "false" })
        .press(move || press(desk, Permission::TicketsAssign, Command::Pick(Level::Assign)))
        .child(move || match assignee.get() {
            Some(name) => vec![
                small_avatar(&name),
                el("span").class("visually-hidden").child("Assigned to").into_node(),
                el("span").class("button-name").child(name).into_node(),
            ],
            None => vec![el("span").class("avatar is-small is-empty").into_node(), "Assign".into_node()],
        })
        .child(icon(IconName::ChevronDown));
    guarded(button, desk, Permission::TicketsAssign, "Assign (A)")
}

fn snooze_button(desk: Desk) -> Element {
    let button = el("button")
        .class("button is-icon thread-snooze")
        .attr("type", "button")
        .attr("aria-label", "Snooze")
        .attr("aria-haspopup", "dialog")
        .press(move || press(desk, Permission::TicketsStatus, Command::Pick(Level::Snooze)))
        .child(icon(IconName::Snoozed));
    guarded(button, desk, Permission::TicketsStatus, "Snooze (H)")
}

fn resolve_button(desk: Desk) -> Element {
    let is_done = Memo::new(move |_| desk.ticket().is_some_and(|ticket| ticket.status.is_done()));
    let button = el("button")
        .class("button")
        .attr("type", "button")
        .press(move || press(desk, Permission::TicketsStatus, Command::Resolve))
        .child(move || {
            let (drawing, verb) =
                if is_done.get() { (IconName::Retry, "Reopen") } else { (IconName::Check, "Resolve") };
            vec![icon(drawing), verb.into_node()]
        })
        .child(el("kbd").class("kbd").child("E"));
    guarded(button, desk, Permission::TicketsStatus, "Resolve or reopen (E)")
}

/// A button of the head is about the open ticket, also while others are marked.
fn press(desk: Desk, needed: Permission, command: Command) {
    if let Some(reason) = untrack(|| unless_allowed(desk, needed, true)) {
        return desk.tell_failure(reason);
    }
    desk.unmark();
    desk.obey(command);
}

/// What stands above the messages: where a merged ticket went, and what an assistant made of it.
pub(super) fn thread_notes() -> Node {
    let desk = Desk::here();
    let merged = Memo::new(move |_| desk.ticket().and_then(|ticket| ticket.merged_into.map(|into| (ticket.id, into))));
    let summary = Memo::new(move |_| {
        desk.ticket().and_then(|ticket| ticket.ai_summary.map(|summary| (summary, ticket.ai_confidence_score)))
    });
    let merged = move || {
        merged.get().map(|(id, into)| {
            el("div")
                .class("callout thread-note")
                .child(icon(IconName::Merge))
                .child(
                    el("div")
                        .child("This ticket is a part of another one now. ")
                        .child(el("a").attr("href", desk.ticket_path(into)).child("Go there")),
                )
                .child(
                    el("button")
                        .class("button is-quiet is-small")
                        .attr("type", "button")
                        .press(move || desk.unmerge(id))
                        .child("Take it out again"),
                )
        })
    };
    let summary = move || {
        summary.get().map(|(summary, confidence)| {
            let badge = confidence.map(|score| {
                #[expect(clippy::cast_possible_truncation, reason = "a share of one in percent")]
                let percent = (score.clamp(0.0, 1.0) * 100.0).round() as i64;
                let class = if percent >= 75 { "chip is-good" } else { "chip is-warn" };
                el("span").class(class).attr("title", "How sure the assistant is").child(format!("{percent} % sure"))
            });
            el("div").class("callout thread-note").child(icon(IconName::Spark)).child(
                el("div")
                    .child(el("p").class("thread-note-title").child("Summary by the assistant ").child(badge))
                    .child(el("p").attr("dir", "auto").child(summary)),
            )
        })
    };
    vec![live(merged), live(summary)].into_node()
}
