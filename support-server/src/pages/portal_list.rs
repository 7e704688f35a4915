//! The portal's list, where a link opens several tickets.

use leptos::prelude::*;
use support_core::{
    model::{Status, Timestamp},
    protocol::{PortalContext, Ticket},
};

use super::{
    Frame,
    frame::mark,
    moment::{Precision, moment},
};
use crate::ui::{Icon, IconName, status_icon};

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalList {
    /// What the session may see.
    pub context: PortalContext,
}

/// `GET /portal` with a session that opens more than one ticket, or none.
#[must_use]
pub fn portal_list(frame: &Frame, page: &PortalList) -> String {
    frame.document("Your requests", |frame| {
        let tickets = page.context.tickets.clone();
        let content = if tickets.is_empty() {
            view! {
                <div class="state">
                    <Icon name=IconName::Inbox />
                    <p class="state-title">"No requests yet"</p>
                    <p class="state-text">"When you write to us, your request and our answers stand here."</p>
                </div>
            }
            .into_any()
        } else {
            let cases: Vec<_> = tickets.into_iter().map(|ticket| case(&frame, ticket)).collect();
            view! { <ul class="cases">{cases}</ul> }.into_any()
        };
        view! {
            <div class="portal">
                {portal_bar(&frame)}
                <main class="portal-main">
                    <header class="portal-head">
                        <h1 class="portal-title">"Your requests"</h1>
                    </header>
                    {content}
                </main>
                {expiry(page.context.expires_at)}
            </div>
        }
    })
}

/// The desk's name, and the way out of the session.
pub(super) fn portal_bar(frame: &Frame) -> impl IntoView + use<> {
    view! {
        <header class="portal-bar">
            <a class="brand" href=frame.to("/portal")>
                {mark()}
                <span class="brand-name">{frame.desk.clone()}</span>
            </a>
            <form method="post" action=frame.to("/portal/sign-out")>
                {frame.csrf_field()}
                <button class="button is-quiet is-small">
                    <Icon name=IconName::SignOut />
                    "Leave"
                </button>
            </form>
        </header>
    }
}

/// Until when the link works.
pub(super) fn expiry(at: Timestamp) -> impl IntoView {
    view! {
        <footer class="portal-foot">"This page is private to you. Its link works until " {moment(at, Precision::Day)} "."</footer>
    }
}

/// A status as a customer understands it.
pub(super) fn case_status(status: Status) -> impl IntoView {
    let (class, word) = match status {
        Status::Open | Status::Snoozed => ("chip", "Open"),
        Status::Pending => ("chip is-warn", "Waiting for you"),
        Status::Resolved => ("chip is-good", "Resolved"),
        Status::Closed => ("chip", "Closed"),
    };
    let icon = if status == Status::Snoozed { IconName::Open } else { status_icon(status) };
    view! {
        <span class=class>
            <Icon name=icon />
            {word}
        </span>
    }
}

fn case(frame: &Frame, ticket: Ticket) -> impl IntoView + use<> {
    let address = frame.to(&format!("/portal/t/{}", ticket.id));
    let unread = (ticket.unread_by_customer > 0).then(|| view! { " · " <strong>"New answer"</strong> });
    view! {
        <li>
            <a class="case" href=address>
                <span class="case-subject" dir="auto">
                    {ticket.subject}
                </span>
                <span class="case-facts">
                    {format!("#{} · ", ticket.number)}
                    {moment(ticket.last_message_at.unwrap_or(ticket.created_at), Precision::Day)} {unread}
                </span>
                {case_status(ticket.status)}
            </a>
        </li>
    }
}
