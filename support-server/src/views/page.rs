//! The frame of every page: views on the left, the page beside them, what floats above.

use leptos::prelude::*;

use super::{
    chat_form::chat_form,
    chat_list::chats_page,
    customer::customer_pane,
    deliveries::deliveries_page,
    list::list_pane,
    palette::palette,
    shortcuts::shortcut_sheet,
    sidebar::sidebar,
    signals::{announcements, connection_notice, toasts},
    thread::thread_pane,
    view_form::view_form,
};
use crate::{
    desk::{Desk, focus},
    state::{Address, Connection, DeliveryFilter},
    ui::{Element, IconName, IntoNode, Node, Note, el, state_note},
};

/// What stands beside the views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tickets,
    Deliveries,
    Chats,
    Missing,
}

/// A page of the dashboard.
#[must_use]
pub fn desk_page() -> Node {
    let desk = Desk::here();
    // Only a change of kind builds anew; a change of ticket leaves the panes standing.
    let kind = Memo::new(move |_| match desk.address.get() {
        Some(Address::Tickets { .. }) => Kind::Tickets,
        Some(Address::Deliveries { .. }) => Kind::Deliveries,
        Some(Address::Chats { .. }) => Kind::Chats,
        None => Kind::Missing,
    });
    let pane = move || {
        let address = desk.address.get();
        let open = address.and_then(|address| address.ticket().or_else(|| address.chat()));
        match (kind.get(), open) {
            _ if desk.views_shown.get() => "views",
            (Kind::Tickets, Some(_)) if desk.customer_shown.get() => "customer",
            (Kind::Tickets | Kind::Chats, Some(_)) => "thread",
            (Kind::Tickets | Kind::Chats, None) => "list",
            (Kind::Deliveries | Kind::Missing, _) => "page",
        }
    };
    let feed = move || match desk.connection.get() {
        Connection::Starting => "starting",
        Connection::Live => "live",
        Connection::Lost => "lost",
    };
    let skip_links = move || match kind.get() {
        Kind::Tickets => {
            vec![skip_link("#list", "Skip to the tickets"), skip_link("#thread", "Skip to the conversation")]
        }
        Kind::Chats => {
            vec![skip_link("#list", "Skip to the conversations"), skip_link("#thread", "Skip to the conversation")]
        }
        Kind::Deliveries | Kind::Missing => vec![skip_link("#page", "Skip to the page")],
    };
    let frame = el("div")
        .class("desk")
        .attr("data-pane", pane)
        .attr("data-customer", move || if desk.customer_shown.get() { "open" } else { "closed" })
        .attr("data-feed", feed)
        .child(sidebar())
        .child(move || match kind.get() {
            Kind::Tickets => {
                let panes = el("main").class("desk-main").child(list_pane()).child(thread_pane());
                vec![panes.into_node(), customer_pane()]
            }
            Kind::Deliveries => vec![deliveries_page()],
            Kind::Chats => vec![chats_page()],
            Kind::Missing => vec![no_page()],
        });
    vec![
        skip_links.into_node(),
        frame.into_node(),
        palette(),
        shortcut_sheet(),
        view_form(),
        chat_form(),
        toasts(),
        connection_notice(),
        announcements(),
    ]
    .into_node()
}

/// The first thing that the Tab key reaches. The router would take a bare fragment link for a navigation, so it moves the focus itself.
fn skip_link(target: &'static str, text: &'static str) -> Element {
    el("a")
        .class("skip-link")
        .attr("href", target)
        .on("click", move |event| {
            event.prevent_default();
            focus(target.trim_start_matches('#'));
        })
        .child(text)
}

fn no_page() -> Node {
    let desk = Desk::here();
    let note = Note {
        icon: IconName::Help,
        title: "There is no such page".to_owned(),
        text: "The address may be mistyped, or the page has gone.".to_owned(),
        is_bad: false,
    };
    let home = el("a").class("button is-primary").attr("href", move || desk.path(&Address::of(desk.view.get())));
    let log = el("a").class("button").attr("href", desk.path(&Address::Deliveries { filter: DeliveryFilter::All }));
    let actions =
        el("div").class("state-actions").child(home.child("See the tickets")).child(log.child("See the deliveries"));
    el("main").class("desk-page").attr("id", "page").attr("tabindex", "-1").child(state_note(note, actions)).into_node()
}
