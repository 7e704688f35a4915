//! The lines of a conversation: messages, notes, facts, days.

use leptos::prelude::*;
use support_core::{
    model::{Direction, EventType, MessageId},
    protocol::{Event, Message},
};

use super::files::message_files;
use crate::{
    desk::{AGREE, Desk},
    state::{Entry, Mode, Outgoing, actor_name, event_sentence, event_time, initials, message_words},
    ui::{Element, Form, IconName, IntoNode, Node, el, icon, when},
};

/// One line.
pub(super) fn line(entry: Entry) -> Node {
    match entry {
        Entry::Day(day) => {
            let clock = Desk::here().clock;
            el("li").class("day-line").child(move || clock.get().day_name(day))
        }
        Entry::Description(text, _) => el("li").class("message is-description").child(
            el("div")
                .class("message-card")
                .child(el("div").class("message-head").child(el("span").class("message-label").child("Description")))
                .child(el("div").class("message-body").attr("dir", "auto").child(text)),
        ),
        Entry::Unread => el("li").class("day-line is-new").child("New since you last looked"),
        Entry::Message { message, joined } => message_line(&message, joined),
        Entry::Fact(event) => fact_line(&event),
        Entry::Outgoing(outgoing) => outgoing_line(outgoing),
    }
    .into_node()
}

fn avatar(name: &str, is_team: bool) -> Element {
    let class = if is_team { "avatar is-team" } else { "avatar" };
    el("span").class(class).attr("aria-hidden", "true").child(initials(name))
}

fn message_line(message: &Message, joined: bool) -> Element {
    let is_outbound = message.direction == Direction::Outbound;
    let name = actor_name(&message.author);
    let head = (!joined).then(|| {
        el("div")
            .class("message-head")
            .child(el("span").class("message-author").child(name.clone()))
            .child(message.is_internal.then(note_label))
            .child(when(message.created_at, Form::Time, "message-time"))
    });
    let foot = (is_outbound && !message.is_internal).then(|| {
        let (class, drawing, word) = match (message.receipts.delivered, message.receipts.read) {
            (_, true) => ("message-ticks is-read", IconName::CheckDouble, "Read"),
            (true, false) => ("message-ticks", IconName::CheckDouble, "Delivered"),
            (false, false) => ("message-ticks", IconName::Check, "Sent"),
        };
        el("div").class("message-foot").child(el("span").class(class).child(icon(drawing)).child(word))
    });
    let body = el("div").class("message-body").attr("dir", "auto");
    let body = match message.deleted_at {
        Some(_) => Some(body.class("message-body is-deleted").child("This message was deleted")),
        // The files say enough.
        None if message.body.is_empty() => None,
        None => Some(body.class("message-body prose").html(message.body_html.clone())),
    };
    let is_there = message.deleted_at.is_none();
    let state = if joined { " is-joined" } else { "" };
    let avatar = (!joined).then(|| avatar(&name, is_outbound));
    el("li").class(class_of(is_outbound, message.is_internal, state)).child(avatar).child(
        el("div")
            .class("message-card")
            .child(head)
            .child(message.reply_to.filter(|_| is_there).map(quote))
            .child(body)
            .child(message_files(&message.attachments))
            .child(is_there.then(|| signs(message)))
            .child(foot)
            .child(is_there.then(|| tools(message))),
    )
}

/// What a message answers, in its first words.
fn quote(answered: MessageId) -> Element {
    let desk = Desk::here();
    let known = desk.message_at_hand(answered).map(|message| (actor_name(&message.author), message_words(&message)));
    let (who, words) = known.unwrap_or_else(|| ("An earlier message".to_owned(), String::new()));
    el("div").class("message-quote").child(icon(IconName::Reply)).child(
        el("span")
            .class("message-quoted")
            .attr("dir", "auto")
            .child(el("strong").child(who))
            .child(format!(" {words}")),
    )
}

/// The signs below a message; pressing one gives it, or takes it back.
fn signs(message: &Message) -> Option<Element> {
    let desk = Desk::here();
    let me = desk.me().id;
    let edited =
        message.edited_at.map(|at| el("span").class("message-edited").child("Edited ").child(when(at, Form::Time, "")));
    if message.reactions.is_empty() && edited.is_none() {
        return None;
    }
    let chips = message.reactions.iter().map(|sign| {
        let is_mine = sign.people.contains(&me);
        let (message, given) = (message.clone(), sign.sign.clone());
        el("button")
            .class("chip is-plain message-sign")
            .attr("type", "button")
            .attr("aria-pressed", if is_mine { "true" } else { "false" })
            .attr("aria-label", format!("{}, {}", sign.sign, sign.people.len()))
            .press(move || desk.agree(message.clone(), given.clone()))
            .child(format!("{} {}", sign.sign, sign.people.len()))
            .into_node()
    });
    Some(el("div").class("message-signs").child(chips.collect::<Vec<_>>().into_node()).child(edited))
}

/// What can be done with one message.
fn tools(message: &Message) -> Element {
    let desk = Desk::here();
    let tool = |drawing: Node, label: &'static str, act: fn(Desk, Message)| {
        let message = message.clone();
        el("button")
            .class("button is-quiet is-icon is-small")
            .attr("type", "button")
            .attr("aria-label", label)
            .attr("title", label)
            .press(move || act(desk, message.clone()))
            .child(drawing)
    };
    el("div")
        .class("message-tools")
        .attr("role", "group")
        .attr("aria-label", "This message")
        .child(tool(icon(IconName::Reply).into_node(), "Answer this message", Desk::answer))
        .child(tool(AGREE.into_node(), "Agree", |desk, message| desk.agree(message, AGREE.to_owned())))
        .child(desk.may_edit(message).then(|| tool(icon(IconName::Note).into_node(), "Edit", Desk::edit)))
        .child(
            desk.may_delete(message).then(|| tool(icon(IconName::Trash).into_node(), "Delete", Desk::delete_message)),
        )
}

fn outgoing_line(outgoing: Outgoing) -> Element {
    let is_internal = outgoing.mode == Mode::Note;
    let name = Desk::here().me().name;
    let ticks = el("span").class("message-ticks").child(icon(IconName::Clock)).child("Sending");
    el("li").class(class_of(true, is_internal, " is-sending")).child(avatar(&name, true)).child(
        el("div")
            .class("message-card")
            .child(
                el("div")
                    .class("message-head")
                    .child(el("span").class("message-author").child(name))
                    .child(is_internal.then(note_label)),
            )
            .child(el("div").class("message-body").attr("dir", "auto").child(outgoing.body))
            .child(message_files(&outgoing.files))
            .child(el("div").class("message-foot").child(ticks)),
    )
}

fn class_of(is_outbound: bool, is_internal: bool, more: &str) -> String {
    let kind = match (is_internal, is_outbound) {
        (true, _) => " is-internal",
        (false, true) => " is-outbound",
        (false, false) => "",
    };
    format!("message{kind}{more}")
}

fn note_label() -> Element {
    el("span").class("message-label").child(icon(IconName::Lock)).child("Internal note")
}

fn fact_line(event: &Event) -> Element {
    let drawing = match event.kind {
        EventType::TicketAssigned => IconName::Assign,
        EventType::TicketResolved => IconName::Resolved,
        EventType::TicketClosed => IconName::Closed,
        EventType::TicketReopened => IconName::Retry,
        EventType::TicketSnoozed => IconName::Snoozed,
        EventType::TicketMerged => IconName::Merge,
        EventType::SlaWarning => IconName::Clock,
        EventType::SlaBreached => IconName::Alert,
        _ => IconName::Dot,
    };
    el("li").class("event-line").child(icon(drawing)).child(
        el("span")
            .class("event-text")
            .child(el("strong").child(actor_name(&event.actor)))
            .child(format!(" {} ", event_sentence(event)))
            .child(event_time(event).map(|at| vec![when(at, Form::Moment, "event-moment"), " ".into_node()]))
            .child("· ")
            .child(when(event.occurred_at, Form::Time, "event-time")),
    )
}
