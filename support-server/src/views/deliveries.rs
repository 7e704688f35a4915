//! The delivery log: every mail that the desk owes somebody, with its attempts.

use leptos::prelude::*;
use support_core::{model::EventType, protocol::Delivery};

use crate::{
    desk::{Desk, Load},
    state::{Address, DeliveryFilter, ViewKey},
    ui::{Element, Form, IconName, IntoNode, Node, Note, el, icon, state_note, when},
};

/// The page.
pub(super) fn deliveries_page() -> Node {
    let desk = Desk::here();
    let filter = Memo::new(move |_| match desk.address.get() {
        Some(Address::Deliveries { filter }) => filter,
        _ => DeliveryFilter::All,
    });
    let choice = |choice: DeliveryFilter| {
        el("a")
            .class("filter")
            .attr("href", desk.path(&Address::Deliveries { filter: choice }))
            .attr("aria-current", move || (filter.get() == choice).then_some("page"))
            .child(choice.label())
    };
    let menu = el("button")
        .class("button is-quiet is-icon back-button")
        .attr("type", "button")
        .attr("aria-label", "Views")
        .press(move || desk.views_shown.set(true))
        .child(icon(IconName::Menu));
    let choices = DeliveryFilter::ALL.map(choice).into_iter().collect::<Vec<_>>();
    el("main")
        .class("desk-page")
        .attr("id", "page")
        .attr("tabindex", "-1")
        .child(
            el("header")
                .class("desk-page-head")
                .child(menu)
                .child(el("h1").class("desk-page-title").child("Deliveries"))
                .child(el("nav").class("filters").attr("aria-label", "State").child(choices)),
        )
        .child(el("p").class("desk-page-intro").child(
            "Every mail that the desk owes somebody, with its attempts. What failed for good waits here until it is tried again.",
        ))
        .child(move || match desk.log.load.get() {
            Load::Loading => {
                el("div").class("skeleton").attr("aria-busy", "true").child(el("div").class("skeleton-bar is-long")).into_node()
            }
            Load::Failed(lack) => failed(filter.get(), lack.reason),
            Load::Ready if desk.log.rows.with(Vec::is_empty) => empty(filter.get()),
            Load::Ready => table(desk, filter.get()),
        })
        .into_node()
}

fn table(desk: Desk, filter: DeliveryFilter) -> Node {
    let heading = |class: &'static str, text: &'static str| el("th").attr("scope", "col").class(class).child(text);
    let head = el("tr")
        .child(heading("", "When"))
        .child(heading("", "To"))
        .child(heading("", "Ticket"))
        .child(heading("", "State"))
        .child(heading("is-number", "Attempts"))
        .child(heading("is-end", "").child(el("span").class("visually-hidden").child("Action")));
    let rows = move || desk.log.rows.get().into_iter().map(|delivery| row(desk, delivery)).collect::<Vec<_>>();
    let more = move || {
        desk.log.next.get().is_some().then(|| {
            el("button")
                .class("button")
                .attr("type", "button")
                .press(move || desk.load_more_log(filter))
                .child("Load more")
        })
    };
    let table = el("table").class("table").child(el("thead").child(head)).child(el("tbody").child(rows));
    vec![table.into_node(), more.into_node()].into_node()
}

fn row(desk: Desk, delivery: Delivery) -> Element {
    let id = delivery.id;
    let (class, drawing, word) = match delivery.state.as_str() {
        "done" => ("chip is-good", IconName::Check, "Sent"),
        "dead" => ("chip is-bad", IconName::Alert, "Failed"),
        "running" => ("chip", IconName::Send, "Sending"),
        "skipped" => ("chip", IconName::Check, "Not needed"),
        _ => ("chip is-warn", IconName::Clock, "Waiting"),
    };
    let is_dead = delivery.state == "dead";
    let cell = |label: &'static str| el("td").attr("data-label", label);
    let ticket = delivery.ticket.map(|ticket| {
        let href = desk.path(&Address::of(ViewKey::OPEN).with_ticket(Some(ticket)));
        let text = delivery.ticket_number.map_or_else(|| "Ticket".to_owned(), |number| format!("#{number}"));
        el("a").attr("href", href).child(text)
    });
    let error =
        delivery.last_error.map(|error| el("span").class("table-note").class_if("is-bad", is_dead).child(error));
    let told = format!(" the mail to {}", delivery.recipient);
    let retry = is_dead.then(|| {
        el("button")
            .class("button is-small")
            .attr("type", "button")
            .attr("aria-busy", move || desk.log.retrying.with(|ids| ids.contains(&id)).then_some("true"))
            .press(move || desk.retry(id))
            .child(icon(IconName::Retry))
            .child("Retry")
            .child(el("span").class("visually-hidden").child(told))
    });
    el("tr")
        .child(cell("When").child(when(delivery.created_at, Form::Ago, "table-time")))
        .child(
            cell("To")
                .child(delivery.recipient)
                .child(el("span").class("table-note").child(event_word(delivery.event_type))),
        )
        .child(cell("Ticket").child(ticket))
        .child(cell("State").child(el("span").class(class).child(icon(drawing)).child(word)).child(error))
        .child(cell("Attempts").class("is-number").child(delivery.attempts.to_string()))
        .child(cell("").class("is-end").child(retry))
}

const fn event_word(kind: EventType) -> &'static str {
    match kind {
        EventType::TicketCreated => "New ticket",
        EventType::TicketUpdated => "Ticket changed",
        EventType::TicketAssigned => "Ticket assigned",
        EventType::TicketResolved => "Ticket resolved",
        EventType::TicketClosed => "Ticket closed",
        EventType::TicketReopened => "Ticket reopened",
        EventType::MessageCreated => "New message",
        EventType::MessageRead => "Message read",
        EventType::NoteCreated => "New note",
        EventType::ContactUpdated => "Customer changed",
        EventType::TicketSnoozed => "Ticket put aside",
        EventType::TicketMerged => "Tickets merged",
        EventType::SlaWarning => "Promise falls due",
        EventType::SlaBreached => "Promise broken",
        EventType::SatisfactionSubmitted => "Rating",
        EventType::UserInvited | EventType::UserPasswordResetAsked => "Account",
        _ => "Event",
    }
}

fn empty(filter: DeliveryFilter) -> Node {
    let (title, text) = match filter {
        DeliveryFilter::All => ("Nothing was sent yet", "Mails appear here as soon as the desk owes one."),
        DeliveryFilter::Waiting => ("Nothing is waiting", "Every mail has gone out or has its answer."),
        DeliveryFilter::Dead => ("Nothing failed", "Mails that can't be delivered would wait here."),
    };
    state_note(Note { icon: IconName::Mail, title: title.to_owned(), text: text.to_owned(), is_bad: false }, ())
}

fn failed(filter: DeliveryFilter, reason: String) -> Node {
    let desk = Desk::here();
    let title = "The log could not be loaded".to_owned();
    let retry = el("button").class("button").attr("type", "button").press(move || desk.load_log(filter));
    let retry = retry.child(icon(IconName::Retry)).child("Try again");
    state_note(Note { icon: IconName::Alert, title, text: reason, is_bad: true }, retry)
}
