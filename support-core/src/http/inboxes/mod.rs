//! `inboxes`.

use axum::{Json, extract::State};

use super::{
    caller::Asking,
    gate::{May, SettingsRead},
};
use crate::{
    error::Result,
    http::routes::{Routes, routes},
    protocol::{Inbox, Page, Problem},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list))
}

/// All inboxes, with the tag to paste into a website.
#[utoipa::path(get, path = "/inboxes", tag = "inboxes", responses(
    (status = 200, description = "All of them", body = Page<Inbox>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(State(support): State<Support>, asking: Asking<May<SettingsRead>>) -> Result<Json<Page<Inbox>>> {
    let data = support.desk().list_inboxes(&asking.call).await?;
    Ok(Json(Page { data, next: None, previous: None }))
}
