//! `GET views/counts`.

use std::collections::BTreeMap;

use axum::{Json, extract::State};

use crate::{
    error::Result,
    http::routes::{Routes, routes},
    http::{
        caller::Asking,
        gate::{May, TicketsRead},
    },
    model::SettingId,
    protocol::Problem,
    support::Support,
};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(counts))
}

/// How many tickets each saved view holds that the caller may know of; 1,000 stands for that many or more. Views that search for words
/// are left out.
#[utoipa::path(get, path = "/views/counts", tag = "views", responses(
    (status = 200, description = "The counts by the views' ids", body = BTreeMap<String, i64>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn counts(
    State(support): State<Support>,
    asking: Asking<May<TicketsRead>>,
) -> Result<Json<BTreeMap<SettingId, i64>>> {
    Ok(Json(support.desk().count_views(&asking.call).await?))
}
