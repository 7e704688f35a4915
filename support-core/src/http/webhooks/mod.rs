//! `webhooks`: addresses of others that events are sent to.

mod deliveries;
mod service;

use axum::{Json, extract::State, http::StatusCode};

use super::{
    caller::Asking,
    command::{Command, Nothing, Secret},
    gate::{May, WebhooksManage},
    ids::Id,
};
use crate::{
    error::Result,
    http::routes::{Routes, routes},
    model::WebhookId,
    protocol::{ChangeWebhook, CreateWebhook, MintedWebhook, Page, Problem, Webhook},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(service::test))
        .routes(routes!(service::change_secret))
        .routes(routes!(service::replay))
        .routes(routes!(deliveries::list))
}

/// All webhooks, oldest first, without their secrets.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses(
    (status = 200, description = "All of them", body = Page<Webhook>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(State(support): State<Support>, asking: Asking<May<WebhooksManage>>) -> Result<Json<Page<Webhook>>> {
    Ok(Json(support.desk().list_webhooks(&asking.call).await?))
}

/// Makes a webhook. The secret that its events are signed with is in this answer and nowhere else.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = CreateWebhook, responses(
    (status = 201, description = "The webhook with its secret", body = MintedWebhook),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 409, description = "There are too many", body = Problem),
    (status = 422, description = "A field breaks a rule, or an Idempotency-Key", body = Problem),
))]
async fn create(
    State(support): State<Support>,
    command: Command<CreateWebhook, May<WebhooksManage>, Secret>,
) -> Result<(StatusCode, Json<MintedWebhook>)> {
    Ok((StatusCode::CREATED, Json(support.desk().create_webhook(&command.call, command.input).await?)))
}

/// One webhook, without its secret.
#[utoipa::path(get, path = "/webhooks/{webhook_id}", tag = "webhooks",
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "The webhook", body = Webhook),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
    ))]
async fn show(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    asking: Asking<May<WebhooksManage>>,
) -> Result<Json<Webhook>> {
    Ok(Json(support.desk().show_webhook(&asking.call, id).await?))
}

/// Changes a webhook, or takes it out of service and back.
#[utoipa::path(patch, path = "/webhooks/{webhook_id}", tag = "webhooks", request_body = ChangeWebhook,
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id"),
        ("If-Unmodified-Since" = Option<String>, Header, description = "Only if nobody changed it since")),
    responses(
        (status = 200, description = "As it is now", body = Webhook),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
async fn change(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    command: Command<ChangeWebhook, May<WebhooksManage>, Secret>,
) -> Result<Json<Webhook>> {
    Ok(Json(support.desk().change_webhook(&command.call, id, command.input).await?))
}

/// Takes a webhook away. What still waits for it is not sent.
#[utoipa::path(delete, path = "/webhooks/{webhook_id}", tag = "webhooks",
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id")),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed meanwhile", body = Problem),
    ))]
async fn remove(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    command: Command<Nothing, May<WebhooksManage>, Secret>,
) -> Result<StatusCode> {
    support.desk().delete_webhook(&command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
