//! What the reader was told of, newest first.

use leptos::prelude::*;
use support_core::{model::NotificationKind, protocol::Notification};

use super::{
    moment::{Precision, moment},
    office::{Body, Office, Section, empty},
    settings::pager,
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug)]
pub struct NotificationList {
    /// The rows.
    pub rows: Vec<Notification>,
    /// How many are unread; 100 stands for that many or more.
    pub unread: u32,
    /// The address of the next page.
    pub next: Option<String>,
    /// Where the button leads that marks all as read.
    pub read: &'static str,
}

const fn drawing(kind: NotificationKind) -> IconName {
    match kind {
        NotificationKind::Mention => IconName::Chat,
        NotificationKind::Assignment => IconName::Assign,
        NotificationKind::SlaBreach | NotificationKind::WebhookDisabled => IconName::Alert,
        NotificationKind::SlaWarning => IconName::Clock,
        NotificationKind::Message | NotificationKind::WatchedMessage => IconName::Reply,
        NotificationKind::WatchedChange => IconName::Eye,
    }
}

/// `GET /admin/notifications`.
#[must_use]
pub fn notification_list(office: &Office, page: &NotificationList) -> String {
    office.page(Section::Notifications, None, || {
        let wishes = view! {
            <a class="button" href=office.to(Section::Wishes.path())>
                <Icon name=IconName::Settings />
                "Choose"
            </a>
        };
        let all = (page.unread > 0).then(|| {
            view! {
                <form method="post" action=office.to(page.read)>
                    {office.frame.csrf_field()}
                    <button class="button is-primary">
                        <Icon name=IconName::Check />
                        "Mark all read"
                    </button>
                </form>
            }
        });
        let content = if page.rows.is_empty() {
            let text = "Mentions, assignments and answers in your tickets appear here.";
            empty(IconName::Bell, "Nothing yet", text, None)
        } else {
            let rows = page.rows.iter().map(|one| row(office, one)).collect_view();
            view! { <ul class="notices">{rows}</ul> }.into_any()
        };
        let content = view! { {content} {pager(None, page.next.clone())} };
        Body { actions: Some(view! { {all} {wishes} }.into_any()), content: content.into_any() }
    })
}

fn row(office: &Office, one: &Notification) -> AnyView {
    let is_unread = one.read_at.is_none();
    let href = match &one.ticket {
        Some(ticket) => office.to(&format!("/admin/v/open/t/{}", ticket.id)),
        None => office.to(Section::Webhooks.path()),
    };
    let sentence = one.kind.sentence(&one.actor.name, one.change.as_deref());
    let about = one.ticket.as_ref().map(|ticket| format!("#{} {}", ticket.number, ticket.subject));
    let line = |text: Option<String>| text.map(|text| view! { <span class="table-note" dir="auto">{text}</span> });
    let unread = is_unread.then(|| view! { <span class="visually-hidden">"Unread: "</span> });
    let class = if is_unread { "notice is-unread" } else { "notice" };
    view! {
        <li>
            <a class=class href=href>
                <Icon name=drawing(one.kind) />
                <span class="notice-words">
                    <span class="notice-what" dir="auto">
                        {unread} {sentence}
                    </span>
                    {line(about)}
                    {line(one.preview.clone())}
                </span>
                {moment(one.created_at, Precision::Short)}
            </a>
        </li>
    }
    .into_any()
}
