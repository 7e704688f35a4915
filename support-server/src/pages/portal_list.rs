//! The portal's list, where a link opens several tickets.

use leptos::prelude::*;
use support_core::{
    model::{Status, Timestamp},
    protocol::{LinkCard, Page, PortalContext, Ticket, TokenAbility},
};

use super::{
    Frame,
    chip::chip,
    frame::mark,
    moment::{Precision, moment},
};
use crate::ui::{Icon, IconName, status_icon};

/// Which tickets the list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PortalShown {
    /// All of them.
    #[default]
    All,
    /// Those that wait for somebody.
    Open,
    /// Resolved and closed ones.
    Done,
}

impl PortalShown {
    const EACH: [Self; 3] = [Self::All, Self::Open, Self::Done];

    /// The word in the address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    /// What a word in the address means; all, where it means nothing.
    #[must_use]
    pub fn named(word: Option<&str>) -> Self {
        Self::EACH.into_iter().find(|shown| Some(shown.word()) == word).unwrap_or_default()
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Open => "Open",
            Self::Done => "Done",
        }
    }

    const fn nothing(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("No requests yet", "When you write to us, your request and our answers stand here."),
            Self::Open => ("Nothing is open", "Everything that you asked is answered."),
            Self::Done => ("Nothing is done yet", "What we have answered stands here."),
        }
    }
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalList {
    /// What the session may see.
    pub context: PortalContext,
    /// Which tickets are asked for.
    pub shown: PortalShown,
    /// A page of them.
    pub tickets: Page<Ticket>,
}

/// `GET /portal` with a session that opens more than one ticket, or none.
#[must_use]
pub fn portal_list(frame: &Frame, page: &PortalList) -> String {
    frame.document("Your requests", |frame| {
        let tickets = page.tickets.data.clone();
        let content = if tickets.is_empty() {
            let (title, text) = page.shown.nothing();
            view! {
                <div class="state">
                    <Icon name=IconName::Inbox />
                    <p class="state-title">{title}</p>
                    <p class="state-text">{text}</p>
                </div>
            }
            .into_any()
        } else {
            let cases: Vec<_> = tickets.into_iter().map(|ticket| case(&frame, ticket)).collect();
            view! { <ul class="cases">{cases}</ul> }.into_any()
        };
        let new = page.context.can.contains(&TokenAbility::Create).then(|| {
            view! {
                <a class="button is-primary" href=frame.to("/portal/new")>
                    <Icon name=IconName::Plus />
                    "New request"
                </a>
            }
        });
        view! {
            <div class="portal">
                {portal_bar(&frame)}
                <main class="portal-main">
                    {page.context.link.clone().map(link_card)}
                    <header class="portal-head is-list">
                        <h1 class="portal-title">"Your requests"</h1>
                        {new}
                        {filters(&frame, page.shown)}
                    </header>
                    {content}
                    {turning(&frame, page)}
                </main>
                {expiry(page.context.expires_at)}
            </div>
        }
    })
}

/// Which of them: links, so that the browser's own way back works.
fn filters(frame: &Frame, shown: PortalShown) -> impl IntoView + use<> {
    let each = PortalShown::EACH.map(|one| {
        let current = (one == shown).then_some("page");
        view! {
            <a class="portal-filter" href=frame.to(&format!("/portal?state={}", one.word())) aria-current=current>
                {one.label()}
            </a>
        }
    });
    view! { <nav class="portal-filters" aria-label="Which requests">{each.into_iter().collect_view()}</nav> }
}

/// The ways to the neighbouring pages.
fn turning(frame: &Frame, page: &PortalList) -> Option<impl IntoView + use<>> {
    let way = |cursor: &Option<String>, label: &'static str| {
        let address = frame.to(&format!("/portal?state={}&cursor={}", page.shown.word(), cursor.as_deref()?));
        Some(view! { <a class="button is-small" href=address>{label}</a> })
    };
    let (newer, older) = (way(&page.tickets.previous, "Newer"), way(&page.tickets.next, "Older"));
    let there_is_one = newer.is_some() || older.is_some();
    there_is_one.then(|| view! { <nav class="portal-turning" aria-label="Pages">{newer} {older}</nav> })
}

/// The record of the host that the link is about.
fn link_card(card: LinkCard) -> impl IntoView {
    let title = card.title.unwrap_or_else(|| format!("{} {}", card.kind, card.id));
    let facts: Vec<_> = card
        .facts
        .into_iter()
        .map(|fact| {
            view! {
                <div class="fact">
                    <dt>{fact.label}</dt>
                    <dd dir="auto">{fact.value}</dd>
                </div>
            }
        })
        .collect();
    let facts = (!facts.is_empty()).then(|| view! { <dl class="facts">{facts}</dl> });
    let way = card.url.map(|url| {
        view! {
            <a class="portal-back" href=url rel="external noopener">
                <Icon name=IconName::External />
                "Open"
            </a>
        }
    });
    view! {
        <section class="portal-record" aria-label="What this is about">
            <h2 class="portal-record-title" dir="auto">{title}</h2>
            {facts}
            {way}
        </section>
    }
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
    chip(class, icon, word)
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
