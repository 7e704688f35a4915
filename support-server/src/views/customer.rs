//! The fourth pane: who the customer is, what the desk keeps with the ticket, what they asked before, and a link for them.

use leptos::prelude::*;
use support_core::{model::TicketId, protocol::Ticket};

use super::ticket_facts::{section, ticket_facts};
use crate::{
    app::Customer,
    desk::{Desk, Link, MESSAGES, focus},
    state::{initials, person_name},
    ui::{Element, Form, IconName, IntoNode, Node, el, icon, live, status_mark, when},
};

/// Previous tickets shown.
const PAST_MAX: usize = 6;

/// The pane; empty while no thread is open.
pub(super) fn customer_pane() -> Node {
    let desk = Desk::here();
    let open = Memo::new(move |_| {
        desk.ticket().map(|ticket| (ticket.id, person_name(&ticket.requester), ticket.requester.email))
    });
    live(move || open.get().map(|(id, name, email)| pane(desk, id, name, email)))
}

fn pane(desk: Desk, id: TicketId, name: String, email: Option<String>) -> Element {
    let close = move || {
        desk.customer_shown.set(false);
        request_animation_frame(move || focus(MESSAGES));
    };
    let button = |class: &'static str, label: &'static str, drawing: IconName| {
        el("button").class(class).attr("type", "button").attr("aria-label", label).press(close).child(icon(drawing))
    };
    el("aside")
        .class("customer")
        .attr("id", "customer")
        .attr("tabindex", "-1")
        .attr("aria-label", "Customer")
        .child(
            el("header")
                .class("customer-head")
                .child(button("button is-quiet is-icon back-button", "Back to the conversation", IconName::Back))
                .child(el("h2").class("customer-title").child("Customer"))
                .child(button("button is-quiet is-icon customer-close", "Close", IconName::Close)),
        )
        .child(move || contact(name.clone(), email.clone(), desk.customer.get()))
        .child(ticket_facts())
        .child(past(desk, id))
        .child(portal_link(desk))
}

fn fact(title: &'static str, value: impl IntoNode) -> Element {
    el("div").class("fact").child(el("dt").child(title)).child(el("dd").child(value))
}

fn contact(name: String, email: Option<String>, customer: Option<Customer>) -> Vec<Element> {
    let contact = customer.and_then(|customer| customer.contact);
    let is_verified = contact.as_ref().is_some_and(|contact| contact.verified);
    let phone = contact.as_ref().and_then(|contact| contact.phone.clone());
    let email = contact.as_ref().and_then(|contact| contact.email.clone()).or(email);
    let is_anonymous = email.is_none() && phone.is_none();
    let badge = if is_verified {
        el("span")
            .class("chip is-good is-plain")
            .attr("title", "Your application, or an account, vouches for this identity")
            .child(icon(IconName::ShieldCheck))
            .child("Verified")
    } else {
        el("span")
            .class("chip is-plain")
            .attr("title", "Nobody vouches for what this customer says of themselves")
            .child("Not verified")
    };
    let avatar = el("span").class("avatar is-large").attr("aria-hidden", "true").child(initials(&name));
    let card = el("section").class("customer-section").child(
        el("div")
            .class("customer-card")
            .child(avatar)
            .child(el("div").child(el("p").class("customer-name").attr("dir", "auto").child(name)).child(badge)),
    );
    let facts = el("dl")
        .class("facts")
        .child(email.map(|email| {
            let link = el("a").attr("href", format!("mailto:{email}")).attr("rel", "external");
            fact("Email", link.child(email))
        }))
        .child(phone.map(|phone| fact("Phone", phone)))
        .child(is_anonymous.then(|| fact("Email", "Not given yet")))
        .child(contact.as_ref().map(|contact| fact("Since", when(contact.created_at, Form::Date, "fact-time"))))
        .child(contact.as_ref().map(|contact| fact("Tickets", contact.ticket_count.to_string())));
    vec![card, section("Contact").child(facts)]
}

fn past(desk: Desk, id: TicketId) -> Node {
    let past = Memo::new(move |_| -> Vec<Ticket> {
        desk.customer.with(|customer| {
            let tickets = customer.iter().flat_map(|customer| &customer.tickets);
            tickets.filter(|ticket| ticket.id != id).take(PAST_MAX).cloned().collect()
        })
    });
    let line = move |ticket: Ticket| {
        let at = ticket.last_message_at.unwrap_or(ticket.created_at);
        el("a")
            .class("past")
            .attr("href", desk.ticket_path(ticket.id))
            .child(status_mark(ticket.status))
            .child(el("span").class("past-subject").attr("dir", "auto").child(ticket.subject))
            .child(when(at, Form::Ago, "past-time"))
    };
    section("Other tickets")
        .child(move || past.with(Vec::is_empty).then(|| el("p").class("field-hint").child("This is the first one.")))
        .child(move || past.get().into_iter().map(line).collect::<Vec<_>>())
        .into_node()
}

fn portal_link(desk: Desk) -> Node {
    let shown = move || match desk.link.get() {
        Link::Made(url) => {
            let copied = url.clone();
            vec![
                el("div").class("snippet").child(el("code").class("snippet-code").child(url)).child(
                    el("button")
                        .class("button is-quiet is-icon is-small")
                        .attr("type", "button")
                        .attr("aria-label", "Copy link")
                        .press(move || desk.copy(copied.clone()))
                        .child(icon(IconName::Copy)),
                ),
                el("p").class("field-hint").child("It is shown this once. Whoever has it can read and answer."),
            ]
        }
        Link::None | Link::Making | Link::Failed(_) => vec![
            el("button")
                .class("button")
                .attr("type", "button")
                .attr("aria-busy", (desk.link.get() == Link::Making).then_some("true"))
                .press(move || desk.make_link())
                .child(icon(IconName::Link))
                .child("Create link"),
        ],
    };
    let error = move || match desk.link.get() {
        Link::Failed(reason) => {
            Some(el("p").class("field-error").attr("role", "alert").child(icon(IconName::Alert)).child(reason))
        }
        Link::None | Link::Making | Link::Made(_) => None,
    };
    section("Portal link")
        .child(el("p").class("field-hint").child("Opens this ticket without a login, for 7 days."))
        .child(el("div").class("customer-link").child(shown).child(error))
        .into_node()
}
