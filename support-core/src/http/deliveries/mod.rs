//! `deliveries`: the mail log and its dead letters.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    answer,
    caller::Asking,
    command::{Command, Nothing, Params, page_limit},
    gate::{DeliveriesManage, May, TicketsRead},
    ids::Id,
};
use crate::{
    desk::DeliveryQuery,
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::DeliveryId,
    protocol::{Delivery, Page, Problem},
    storage::DeliveryFilter,
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(retry))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryParams {
    /// `pending`, `running`, `done`, `skipped` or `dead`.
    state: Option<String>,
    /// `email`, `webhook`, or a plugin's name.
    handler: Option<String>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// What the outbox did and has to do, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(DeliveryParams), responses(
    (status = 200, description = "A page", body = Page<Delivery>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<TicketsRead>>,
    Params(params): Params<DeliveryParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let bad = |detail: String| Error::BadRequest { code: "invalid_parameter", detail };
    let state = params.state.as_deref().map(str::parse).transpose().map_err(|error| bad(format!("state: {error}.")))?;
    let limit = page_limit(params.limit)?;
    let filter = DeliveryFilter { state, handler: params.handler, lane: None };
    let query = DeliveryQuery { filter, limit, cursor: params.cursor };
    Ok(answer::page(support.desk().list_deliveries(&asking.call, &query).await?, raw.as_deref()))
}

/// Tries a delivery that was given up once more, with all its tries.
#[utoipa::path(post, path = "/deliveries/{delivery_id}/retry", tag = "deliveries",
    params(("delivery_id" = DeliveryId, Path, description = "The delivery's id")),
    responses(
        (status = 200, description = "Due at once", body = Delivery),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "It was not given up", body = Problem),
    ))]
async fn retry(
    State(support): State<Support>,
    Id(id): Id<DeliveryId>,
    command: Command<Nothing, May<DeliveriesManage>>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().retry_delivery(&command.call, id).await?))
}
