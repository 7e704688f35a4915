//! `inboxes`.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    caller::Asking,
    gate::{May, SettingsRead},
};
use crate::{
    error::Result,
    protocol::{Inbox, Page, Problem},
    support::Support,
};

pub(super) fn desk() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(list))
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
