//! Inboxes: where conversations come from, each with the tag to paste.

use leptos::prelude::*;
use support_core::protocol::Inbox;

use super::{
    super::office::{Body, Office, Section, empty},
    minted::copyable,
};
use crate::ui::IconName;

/// `GET /admin/settings/inboxes`.
#[must_use]
pub fn inboxes(office: &Office, inboxes: &[Inbox]) -> String {
    office.page(Section::Inboxes, None, || {
        let card = |inbox: &Inbox| {
            let id = format!("snippet-{}", inbox.id);
            let origins = if inbox.allowed_origins.is_empty() {
                "Any site may embed it.".to_owned()
            } else {
                format!("May be embedded by {}.", inbox.allowed_origins.join(", "))
            };
            view! {
                <li class="part">
                    <h2 class="part-title" dir="auto">{inbox.name.clone()}</h2>
                    <p class="field-hint">"Paste this tag into your site, before the end of the body."</p>
                    {copyable(&id, &format!("tag of {}", inbox.name), inbox.snippet.clone())}
                    <p class="field-hint">{origins}</p>
                </li>
            }
        };
        let content = if inboxes.is_empty() {
            empty(
                IconName::Inbox,
                "No inbox",
                "The desk makes one when it starts. Start it again to see it here.",
                None,
            )
        } else {
            view! { <ul class="parts">{inboxes.iter().map(card).collect_view()}</ul> }.into_any()
        };
        Body { actions: None, content }
    })
}
