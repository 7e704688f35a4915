//! The door of settings, statistics and audit: who may come in, and what every page there is told.

use axum::response::Response;
use serde::de::DeserializeOwned;
use support_core::{Support, protocol::Page};

use super::{
    answer::{go, refused, status_of},
    ask::PageAsk,
};
use crate::{
    api::{Api as _, Ask, Failure, Verb},
    pages::{Office, Section},
};

pub(super) const STYLE: &str = "settings.css";
/// How many pages of a list are read for the choices of a form.
const CHOICE_PAGES: usize = 10;

/// Lets somebody in who may see the section.
pub(super) async fn enter(support: &Support, ask: &PageAsk, section: Section) -> Result<Office, Response> {
    let me = match ask.api.me().await {
        Ok(me) => me,
        Err(failure) if failure.status() == Some(401) => {
            let way_back = if ask.query.is_empty() { ask.path.clone() } else { format!("{}?{}", ask.path, ask.query) };
            let next = serde_urlencoded::to_string([("next", &way_back)]).unwrap_or_default();
            return Err(go(ask, &format!("/admin/sign-in?{next}"), Vec::new()));
        }
        Err(failure) => return Err(sorry(ask, status_of(&failure))),
    };
    let may = |section: &Section| {
        section.is_everybodys() || section.needs().is_some_and(|permission| me.permissions.has(permission))
    };
    let sections: Vec<_> = Section::GROUPS.iter().flat_map(|group| group.sections).copied().filter(may).collect();
    let is_open = match section {
        Section::Overview => sections.iter().any(|section| !section.is_everybodys()),
        section => sections.contains(&section),
    };
    if !is_open {
        return Err(sorry(ask, 403));
    }
    let script = if section == Section::Wishes { "notifications.js" } else { "settings.js" };
    Ok(Office {
        frame: ask.frame(STYLE, Some(script)),
        name: me.name,
        sections,
        permissions: me.permissions,
        can_sign_out: support.has_accounts(),
        done: None,
    })
}

/// A page that cannot be shown, with the way back to the desk.
pub(super) fn sorry(ask: &PageAsk, status: u16) -> Response {
    refused(ask, status, STYLE, ("/admin", "Back to the tickets"))
}

/// Reads from the API with the reader's own rights.
pub(super) async fn read<T: DeserializeOwned>(ask: &PageAsk, path: &str) -> Result<T, Failure> {
    ask.api.ask(Ask { verb: Verb::Get, path: format!("/api/v1{path}"), body: None }).await
}

/// Reads a whole list, as far as a form can offer it.
pub(super) async fn read_all<T: DeserializeOwned>(ask: &PageAsk, path: &str) -> Result<Vec<T>, Failure> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..CHOICE_PAGES {
        let separator = if path.contains('?') { '&' } else { '?' };
        let further = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page: Page<T> = read(ask, &format!("{path}{separator}limit=100{further}")).await?;
        all.extend(page.data);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}
