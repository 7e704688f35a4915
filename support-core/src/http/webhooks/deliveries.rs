//! `GET webhooks/{webhook_id}/deliveries`: what was sent, and what was answered.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    gate::{May, WebhooksManage},
    ids::Id,
};
use crate::{
    error::{Error, Result},
    model::WebhookId,
    protocol::{Page, Problem, WebhookDelivery},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct WebhookDeliveryParams {
    /// `pending`, `running`, `done`, `skipped` or `dead`.
    state: Option<String>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// What was sent to a webhook, newest first, with every try and how its answer began.
#[utoipa::path(get, path = "/webhooks/{webhook_id}/deliveries", tag = "webhooks",
    operation_id = "list_deliveries",
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id"), WebhookDeliveryParams),
    responses(
        (status = 200, description = "A page", body = Page<WebhookDelivery>),
        (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
    ))]
pub(in crate::http) async fn list(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    asking: Asking<May<WebhooksManage>>,
    Params(params): Params<WebhookDeliveryParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let bad = |detail: String| Error::BadRequest { code: "invalid_parameter", detail };
    let state = params.state.as_deref().map(str::parse).transpose().map_err(|error| bad(format!("state: {error}.")))?;
    let limit = page_limit(params.limit)?;
    let page = support.desk().list_webhook_deliveries(&asking.call, id, state, limit, params.cursor).await?;
    Ok(answer::page(page, raw.as_deref()))
}
