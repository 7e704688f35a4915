//! The first pane: which list, which page, who am I.

use leptos::prelude::*;
use support_core::{model::Role, protocol::TicketView};

use crate::{
    desk::{Desk, Floating, Theme, when_pressed_outside},
    state::{Address, Connection, DeliveryFilter, view_name},
    ui::{Icon, IconName},
};

/// Views, pages, and the menu of who is signed in.
#[component]
pub fn Sidebar() -> impl IntoView {
    let desk = Desk::here();
    let me = desk.me();
    let home = desk.path(Address::Tickets { view: TicketView::Open, ticket: None });
    let log = desk.path(Address::Deliveries { filter: DeliveryFilter::All });
    let is_log = move || matches!(desk.address.get(), Some(Address::Deliveries { .. })).then_some("page");
    view! {
        <nav class="views" aria-label="Views">
            <div class="views-head">
                <a class="brand" href=home>
                    <span class="brand-mark"><Icon name=IconName::Chat /></span>
                    <span class="brand-name">"Support"</span>
                </a>
            </div>
            <div class="views-body">
                <ul>{TicketView::ALL.map(|view| view! { <li><ViewLink view /></li> }).collect_view()}</ul>
                {(me.role == Role::Admin).then(|| view! {
                    <h2 class="views-title">"Desk"</h2>
                    <ul>
                        <li>
                            <a class="view" href=log aria-current=is_log>
                                <Icon name=IconName::Mail />
                                <span class="view-name">"Deliveries"</span>
                            </a>
                        </li>
                    </ul>
                })}
            </div>
            <div class="views-foot"><AccountMenu /></div>
        </nav>
    }
}

#[component]
fn ViewLink(view: TicketView) -> impl IntoView {
    let desk = Desk::here();
    let icon = match view {
        TicketView::Mine => IconName::User,
        TicketView::Unassigned => IconName::Inbox,
        TicketView::Open => IconName::Users,
        TicketView::Resolved => IconName::Resolved,
    };
    let is_current = move || (desk.address.get().and_then(|address| address.view()) == Some(view)).then_some("page");
    let count = move || {
        desk.counts.with(|counts| match view {
            TicketView::Mine => Some(counts.mine),
            TicketView::Unassigned => Some(counts.unassigned),
            TicketView::Open => Some(counts.open),
            // It only grows: nobody acts on its number.
            TicketView::Resolved => None,
        })
    };
    view! {
        <a class="view" href=desk.path(Address::Tickets { view, ticket: None }) aria-current=is_current>
            <Icon name=icon />
            <span class="view-name">{view_name(view)}</span>
            <span class="count">{count}</span>
        </a>
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let desk = Desk::here();
    let me = desk.me();
    let presence = move || match desk.connection.get() {
        Connection::Lost => ("avatar-presence is-away", "Offline"),
        Connection::Live | Connection::Starting => ("avatar-presence", "Online"),
    };
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    when_pressed_outside(move || menu.get_untracked().map(Into::into), close);
    Effect::new(move |_| {
        desk.address.track();
        close();
    });
    view! {
        <details class="anchor" node_ref=menu>
            <summary class="account">
                <span class="avatar is-team" aria-hidden="true">
                    {crate::state::initials(&me.name)}
                    <span class=move || presence().0></span>
                </span>
                <span class="account-who">
                    <span class="account-name">{me.name}</span>
                    <span class="account-presence">{move || presence().1}</span>
                </span>
                <Icon name=IconName::ChevronDown />
            </summary>
            <div class="popover is-start is-above">
                <p class="popover-title" id="theme-title">"Theme"</p>
                <ThemeChoice />
                <hr class="popover-line" />
                <button
                    class="option"
                    type="button"
                    on:click=move |_| {
                        close();
                        desk.floating.set(Some(Floating::Shortcuts));
                    }
                >
                    <Icon name=IconName::Keyboard />
                    <span class="option-name">"Keyboard shortcuts"</span>
                    <kbd class="kbd is-hint">"?"</kbd>
                </button>
                {desk.can_sign_out().then(|| view! {
                    <form method="post" action=format!("{}/admin/sign-out", desk.base())>
                        <input type="hidden" name="csrf" value=desk.csrf() />
                        <button class="option">
                            <Icon name=IconName::SignOut />
                            <span class="option-name">"Sign out"</span>
                        </button>
                    </form>
                })}
            </div>
        </details>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let desk = Desk::here();
    let chosen = RwSignal::new(Theme::System);
    Effect::new(move |_| chosen.set(Theme::current()));
    let option = move |theme: Theme| {
        let (icon, name) = match theme {
            Theme::System => (IconName::Display, "Like the system"),
            Theme::Light => (IconName::Sun, "Light"),
            Theme::Dark => (IconName::Moon, "Dark"),
        };
        view! {
            <button
                class="option"
                class:is-chosen=move || chosen.get() == theme
                type="button"
                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
                on:click=move |_| {
                    theme.choose(&desk.base());
                    chosen.set(theme);
                }
            >
                <Icon name=icon />
                <span class="option-name">{name}</span>
                <Icon name=IconName::Check class="option-tick" />
            </button>
        }
    };
    view! {
        <div role="group" aria-labelledby="theme-title">
            {Theme::ALL.map(option).collect_view()}
        </div>
    }
}
