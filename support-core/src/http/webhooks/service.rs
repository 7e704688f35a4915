//! `POST webhooks/{webhook_id}/test`, `/secret` and `/replay`.

use axum::{Json, extract::State};

use super::super::{
    command::{Command, Nothing, Secret},
    gate::{May, WebhooksManage},
    ids::Id,
};
use crate::{
    error::Result,
    model::WebhookId,
    protocol::{Problem, ReplayWebhook, WebhookReplayed, WebhookSecret, WebhookTest},
    support::Support,
};

/// Sends a made-up event of type `webhook.test` right now and says what came of it. It is not tried again.
#[utoipa::path(post, path = "/webhooks/{webhook_id}/test", tag = "webhooks",
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "What came of it, delivered or not", body = WebhookTest),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 422, description = "An Idempotency-Key", body = Problem),
    ))]
pub(in crate::http) async fn test(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    command: Command<Nothing, May<WebhooksManage>, Secret>,
) -> Result<Json<WebhookTest>> {
    Ok(Json(support.desk().test_webhook(&command.call, id).await?))
}

/// Gives a webhook another secret, which is in this answer and nowhere else. For a day the former one signs too.
#[utoipa::path(post, path = "/webhooks/{webhook_id}/secret", tag = "webhooks",
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "The new secret", body = WebhookSecret),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 422, description = "An Idempotency-Key", body = Problem),
    ))]
pub(in crate::http) async fn change_secret(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    command: Command<Nothing, May<WebhooksManage>, Secret>,
) -> Result<Json<WebhookSecret>> {
    Ok(Json(support.desk().change_webhook_secret(&command.call, id).await?))
}

/// Sends the events of a range again, each under the id that it had; at most 10,000 at once, the latest first.
#[utoipa::path(post, path = "/webhooks/{webhook_id}/replay", tag = "webhooks", request_body = ReplayWebhook,
    params(("webhook_id" = WebhookId, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "How many wait in the outbox now", body = WebhookReplayed),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Out of service", body = Problem),
        (status = 422, description = "The range ends before it begins, or an Idempotency-Key", body = Problem),
    ))]
pub(in crate::http) async fn replay(
    State(support): State<Support>,
    Id(id): Id<WebhookId>,
    command: Command<ReplayWebhook, May<WebhooksManage>, Secret>,
) -> Result<Json<WebhookReplayed>> {
    Ok(Json(support.desk().replay_webhook(&command.call, id, command.input).await?))
}
