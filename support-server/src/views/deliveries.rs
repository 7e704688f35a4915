//! The delivery log: every mail that the desk owes somebody, with its attempts.

use leptos::{either::EitherOf4, prelude::*};
use support_core::{
    model::EventType,
    protocol::{Delivery, TicketView},
};

use crate::{
    desk::{Desk, Load},
    state::{Address, DeliveryFilter},
    ui::{Form, Icon, IconName, Note, When, state_note},
};

/// The page.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let desk = Desk::here();
    let filter = Memo::new(move |_| match desk.address.get() {
        Some(Address::Deliveries { filter }) => filter,
        _ => DeliveryFilter::All,
    });
    view! {
        <main class="desk-page" id="page" tabindex="-1">
            <header class="desk-page-head">
                <button
                    class="button is-quiet is-icon back-button"
                    type="button"
                    aria-label="Views"
                    on:click=move |_| desk.views_shown.set(true)
                >
                    <Icon name=IconName::Menu />
                </button>
                <h1 class="desk-page-title">"Deliveries"</h1>
                <nav class="filters" aria-label="State">
                    {DeliveryFilter::ALL.map(|choice| view! {
                        <a
                            class="filter"
                            href=desk.path(Address::Deliveries { filter: choice })
                            aria-current=move || (filter.get() == choice).then_some("page")
                        >
                            {choice.label()}
                        </a>
                    }).collect_view()}
                </nav>
            </header>
            <p class="desk-page-intro">
                "Every mail that the desk owes somebody, with its attempts. What failed for good waits here until it is tried again."
            </p>
            {move || match desk.log.load.get() {
                Load::Loading => EitherOf4::A(view! {
                    <div class="skeleton" aria-busy="true"><div class="skeleton-bar is-long"></div></div>
                }),
                Load::Failed(lack) => EitherOf4::B(view! { <Failed filter=filter.get() reason=lack.reason /> }),
                Load::Ready if desk.log.rows.with(Vec::is_empty) => EitherOf4::C(view! { <Empty filter=filter.get() /> }),
                Load::Ready => EitherOf4::D(view! { <Table filter=filter.get() /> }),
            }}
        </main>
    }
}

#[component]
fn Table(filter: DeliveryFilter) -> impl IntoView {
    let desk = Desk::here();
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"To"</th>
                    <th scope="col">"Ticket"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="is-number">"Attempts"</th>
                    <th scope="col" class="is-end"><span class="visually-hidden">"Action"</span></th>
                </tr>
            </thead>
            <tbody>
                {move || desk.log.rows.get().into_iter().map(|delivery| view! { <Row delivery /> }).collect_view()}
            </tbody>
        </table>
        {move || desk.log.next.get().is_some().then(|| view! {
            <button class="button" type="button" on:click=move |_| desk.load_more_log(filter)>"Load more"</button>
        })}
    }
}

#[component]
fn Row(delivery: Delivery) -> impl IntoView {
    let desk = Desk::here();
    let id = delivery.id;
    let (chip, icon, word) = match delivery.state.as_str() {
        "done" => ("chip is-good", IconName::Check, "Sent"),
        "dead" => ("chip is-bad", IconName::Alert, "Failed"),
        "running" => ("chip", IconName::Send, "Sending"),
        "skipped" => ("chip", IconName::Check, "Not needed"),
        _ => ("chip is-warn", IconName::Clock, "Waiting"),
    };
    let is_dead = delivery.state == "dead";
    let is_retrying = move || desk.log.retrying.with(|ids| ids.contains(&id)).then_some("true");
    let ticket = delivery.ticket.map(|ticket| {
        let href = desk.path(Address::Tickets { view: TicketView::Open, ticket: Some(ticket) });
        let text = delivery.ticket_number.map_or_else(|| "Ticket".to_owned(), |number| format!("#{number}"));
        view! { <a href=href>{text}</a> }
    });
    view! {
        <tr>
            <td data-label="When"><When at=delivery.created_at form=Form::Ago class="table-time" /></td>
            <td data-label="To">
                {delivery.recipient.clone()}
                <span class="table-note">{event_word(delivery.event_type)}</span>
            </td>
            <td data-label="Ticket">{ticket}</td>
            <td data-label="State">
                <span class=chip><Icon name=icon />{word}</span>
                {delivery.last_error.clone().map(|error| view! {
                    <span class="table-note" class:is-bad=is_dead>{error}</span>
                })}
            </td>
            <td data-label="Attempts" class="is-number">{delivery.attempts}</td>
            <td data-label="" class="is-end">
                {is_dead.then(|| view! {
                    <button class="button is-small" type="button" aria-busy=is_retrying on:click=move |_| desk.retry(id)>
                        <Icon name=IconName::Retry />
                        "Retry"
                        <span class="visually-hidden">{format!(" the mail to {}", delivery.recipient)}</span>
                    </button>
                })}
            </td>
        </tr>
    }
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
        _ => "Account",
    }
}

#[component]
fn Empty(filter: DeliveryFilter) -> impl IntoView {
    let (title, text) = match filter {
        DeliveryFilter::All => ("Nothing was sent yet", "Mails appear here as soon as the desk owes one."),
        DeliveryFilter::Waiting => ("Nothing is waiting", "Every mail has gone out or has its answer."),
        DeliveryFilter::Dead => ("Nothing failed", "Mails that can't be delivered would wait here."),
    };
    let note = Note { icon: IconName::Mail, title: title.to_owned(), text: text.to_owned(), is_bad: false };
    state_note(note, ())
}

#[component]
fn Failed(filter: DeliveryFilter, reason: String) -> impl IntoView {
    let desk = Desk::here();
    let note =
        Note { icon: IconName::Alert, title: "The log could not be loaded".to_owned(), text: reason, is_bad: true };
    view! {
        {state_note(note, view! {
            <button class="button" type="button" on:click=move |_| desk.load_log(filter)>
                <Icon name=IconName::Retry />
                "Try again"
            </button>
        })}
    }
}
