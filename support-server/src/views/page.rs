//! The frame of every page: views on the left, the page beside them, what floats above.

use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use super::{
    customer::CustomerPane,
    deliveries::DeliveriesPage,
    list::ListPane,
    shortcuts::ShortcutSheet,
    sidebar::Sidebar,
    signals::{Announcements, ConnectionNotice, Toasts},
    thread::ThreadPane,
};
use crate::{
    desk::{Desk, focus},
    state::{Address, Connection, DeliveryFilter},
    ui::{IconName, Note, state_note},
};

/// What stands beside the views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tickets,
    Deliveries,
    Missing,
}

/// A page of the dashboard.
#[component]
pub fn DeskPage() -> impl IntoView {
    let desk = Desk::here();
    // Only a change of kind builds anew; a change of ticket leaves the panes standing.
    let kind = Memo::new(move |_| match desk.address.get() {
        Some(Address::Tickets { .. }) => Kind::Tickets,
        Some(Address::Deliveries { .. }) => Kind::Deliveries,
        None => Kind::Missing,
    });
    let pane = move || {
        let ticket = desk.address.get().and_then(|address| address.ticket());
        match (kind.get(), ticket) {
            _ if desk.views_shown.get() => "views",
            (Kind::Tickets, Some(_)) if desk.customer_shown.get() => "customer",
            (Kind::Tickets, Some(_)) => "thread",
            (Kind::Tickets, None) => "list",
            (Kind::Deliveries | Kind::Missing, _) => "page",
        }
    };
    let customer = move || if desk.customer_shown.get() { "open" } else { "closed" };
    let feed = move || match desk.connection.get() {
        Connection::Starting => "starting",
        Connection::Live => "live",
        Connection::Lost => "lost",
    };
    view! {
        {move || match kind.get() {
            Kind::Tickets => Either::Left(view! {
                <SkipLink target="list" text="Skip to the tickets" />
                <SkipLink target="thread" text="Skip to the conversation" />
            }),
            Kind::Deliveries | Kind::Missing => Either::Right(view! { <SkipLink target="page" text="Skip to the page" /> }),
        }}
        <div class="desk" data-pane=pane data-customer=customer data-feed=feed>
            <Sidebar />
            {move || match kind.get() {
                Kind::Tickets => EitherOf3::A(view! {
                    <main class="desk-main">
                        <ListPane />
                        <ThreadPane />
                    </main>
                    <CustomerPane />
                }),
                Kind::Deliveries => EitherOf3::B(view! { <DeliveriesPage /> }),
                Kind::Missing => EitherOf3::C(view! { <NoPage /> }),
            }}
        </div>
        <ShortcutSheet />
        <Toasts />
        <ConnectionNotice />
        <Announcements />
    }
}

/// The first thing that the Tab key reaches. The router would take a bare fragment link for a navigation, so it moves the focus itself.
#[component]
fn SkipLink(target: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <a
            class="skip-link"
            href=format!("#{target}")
            on:click=move |event| {
                event.prevent_default();
                focus(target);
            }
        >
            {text}
        </a>
    }
}

#[component]
fn NoPage() -> impl IntoView {
    let desk = Desk::here();
    let home = move || desk.path(Address::Tickets { view: desk.view.get(), ticket: None });
    let log = desk.path(Address::Deliveries { filter: DeliveryFilter::All });
    let note = Note {
        icon: IconName::Help,
        title: "There is no such page".to_owned(),
        text: "The address may be mistyped, or the page has gone.".to_owned(),
        is_bad: false,
    };
    view! {
        <main class="desk-page" id="page" tabindex="-1">
            {state_note(note, view! {
                <div class="state-actions">
                    <a class="button is-primary" href=home>"See the tickets"</a>
                    <a class="button" href=log>"See the deliveries"</a>
                </div>
            })}
        </main>
    }
}
