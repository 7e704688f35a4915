//! The second pane: the tickets of a view. Only the rows near the visible part stand in the document.

use leptos::{
    either::{Either, EitherOf4},
    html,
    prelude::*,
};
use support_core::{model::TicketId, protocol::TicketView};

use super::row::Row;
use crate::{
    desk::{Desk, Load, Viewed},
    state::{Address, TicketList, Window, view_name, visible},
    ui::{Icon, IconName, Note, Rows, state_note},
};

/// A row's height in `rem`, as `--ticket-row` in the style sheet says.
const ROW_REM: f64 = 5.25;
const ROW_HUNDREDTHS: usize = 525;
/// Rows before the end at which the next page is asked for.
const SPARE: usize = 15;

/// The list.
#[component]
pub fn ListPane() -> impl IntoView {
    let desk = Desk::here();
    let count = move || {
        desk.counts.with(|counts| match desk.view.get() {
            TicketView::Mine => counts.mine,
            TicketView::Unassigned => counts.unassigned,
            TicketView::Open => counts.open,
            TicketView::Resolved => counts.resolved,
        })
    };
    let is_empty = Memo::new(move |_| desk.list.with(|list| list.rows().is_empty()));
    view! {
        <section class="list" aria-label="Tickets">
            <header class="list-head">
                <button
                    class="button is-quiet is-icon back-button"
                    type="button"
                    aria-label="Views"
                    on:click=move |_| desk.views_shown.set(true)
                >
                    <Icon name=IconName::Menu />
                </button>
                <h1 class="list-title">{move || view_name(desk.view.get())}</h1>
                <span class="count">{count}</span>
            </header>
            {move || match desk.list_load.get() {
                Load::Loading => EitherOf4::A(view! { <div class="list-body" id="list" tabindex="-1"><Rows count=9 /></div> }),
                Load::Failed(lack) => EitherOf4::B(view! { <Failed reason=lack.reason /> }),
                Load::Ready if is_empty.get() => EitherOf4::C(view! { <Empty /> }),
                Load::Ready => EitherOf4::D(view! { <ScrolledRows /> }),
            }}
        </section>
    }
}

#[component]
fn ScrolledRows() -> impl IntoView {
    let desk = Desk::here();
    let body = NodeRef::<html::Div>::new();
    let viewed = RwSignal::new(Viewed { top: 0.0, height: 0.0, row: 0.0 });
    let measure = move || {
        if let Some(body) = body.get_untracked() {
            viewed.set(Viewed::measure(&body, ROW_REM));
        }
    };
    let window = Memo::new(move |_| {
        let Viewed { top, height, row } = viewed.get();
        visible(top, height, row, desk.list.with(|list| list.rows().len()))
    });
    let rows = move || -> Vec<TicketId> {
        let Window { first, end } = window.get();
        desk.list.with(|list| list.rows().get(first..end).unwrap_or_default().iter().map(|ticket| ticket.id).collect())
    };
    let above = move || rem(window.get().first);
    let below = move || rem(desk.list.with(|list| list.rows().len()).saturating_sub(window.get().end));
    let has_next = Memo::new(move |_| desk.list.with(|list| list.next().is_some()));

    Effect::new(move |_| {
        body.track();
        measure();
    });
    Effect::new(move |_| {
        let resize = window_event_listener(leptos::ev::resize, move |_| measure());
        on_cleanup(move || resize.remove());
    });
    Effect::new(move |_| {
        let near_the_end = window.get().end + SPARE >= desk.list.with(|list| list.rows().len());
        if near_the_end && has_next.get() && desk.list_more.get() == Load::Ready && desk.is_live.get() {
            desk.load_more();
        }
    });
    // The row of the open ticket stays in sight, also when the keyboard has moved on.
    let open = Memo::new(move |_| desk.address.get().and_then(|address| address.ticket()));
    Effect::new(move |_| {
        let place = open.get().and_then(|id| desk.list.with_untracked(|list| list.place(id)));
        if let (Some(place), Some(body)) = (place, body.get()) {
            Viewed::measure(&body, ROW_REM).reveal(&body, place);
        }
    });

    view! {
        <div class="list-body" id="list" tabindex="-1" node_ref=body on:scroll=move |_| measure()>
            // SVG takes a height without a style attribute, which the policy refuses, and does so on the server too.
            <svg class="list-space" width="1" height=above aria-hidden="true"></svg>
            <ul class="list-rows">
                <For each=rows key=|id| *id children=|id| view! { <Row id /> } />
            </ul>
            <svg class="list-space" width="1" height=below aria-hidden="true"></svg>
            {move || match (desk.list_more.get(), has_next.get()) {
                (Load::Failed(lack), _) => Some(Either::Left(view! { <MoreFailed reason=lack.reason /> })),
                (_, true) => Some(Either::Right(view! { <Rows count=3 /> })),
                (_, false) => None,
            }}
        </div>
    }
}

fn rem(rows: usize) -> String {
    // In hundredths, because formatting fractions would cost the browser 10 KB.
    let hundredths = rows * ROW_HUNDREDTHS;
    format!("{}.{:02}rem", hundredths / 100, hundredths % 100)
}

#[component]
fn Failed(reason: String) -> impl IntoView {
    let desk = Desk::here();
    let note = Note {
        icon: IconName::Alert,
        title: "The tickets could not be loaded".to_owned(),
        text: format!("{reason} Your drafts are safe."),
        is_bad: true,
    };
    view! {
        <div class="list-body" id="list" tabindex="-1">
            {state_note(note, view! {
                <button class="button" type="button" on:click=move |_| desk.load_list(desk.view.get_untracked())>
                    <Icon name=IconName::Retry />
                    "Try again"
                </button>
            })}
        </div>
    }
}

#[component]
fn MoreFailed(reason: String) -> impl IntoView {
    let desk = Desk::here();
    view! {
        <div class="state is-bad" role="alert">
            <p class="state-text">{reason}</p>
            <button
                class="button"
                type="button"
                on:click=move |_| {
                    desk.list_more.set(Load::Ready);
                    desk.load_more();
                }
            >
                <Icon name=IconName::Retry />
                "Load more"
            </button>
        </div>
    }
}

#[component]
fn Empty() -> impl IntoView {
    let desk = Desk::here();
    let view = desk.list.with_untracked(TicketList::view);
    let (title, text) = match view {
        TicketView::Mine => ("All caught up", "Nothing is assigned to you. New tickets wait in Unassigned."),
        TicketView::Unassigned => ("Everything has its agent", "New tickets appear here by themselves."),
        TicketView::Open => ("Nothing is open", "New tickets appear here by themselves."),
        TicketView::Resolved => ("Nothing is resolved yet", "What you resolve is kept here."),
    };
    let note = Note { icon: IconName::Inbox, title: title.to_owned(), text: text.to_owned(), is_bad: false };
    let unassigned = desk.path(Address::Tickets { view: TicketView::Unassigned, ticket: None });
    view! {
        <div class="list-body" id="list" tabindex="-1">
            {state_note(note, (view == TicketView::Mine).then(|| view! { <a class="button" href=unassigned>"See unassigned"</a> }))}
        </div>
    }
}
