//! `push-subscriptions`: the caller's browsers.

use axum::{Json, extract::State, http::StatusCode};

use super::super::{
    caller::Asking,
    command::{Command, Nothing, Secret},
    gate::Colleague,
    ids::Id,
};
use crate::{
    error::Result,
    model::PushSubscriptionId,
    protocol::{CreatePushSubscription, Page, Problem, PushSubscription},
    support::Support,
};

/// The browsers by which the caller is told of things while the dashboard is closed, oldest first.
#[utoipa::path(get, path = "/push-subscriptions", tag = "notifications", operation_id = "list_browsers", responses(
    (status = 200, description = "All of them", body = Page<PushSubscription>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "No agent", body = Problem),
))]
pub(in crate::http) async fn list(
    State(support): State<Support>,
    asking: Asking<Colleague>,
) -> Result<Json<Page<PushSubscription>>> {
    Ok(Json(support.desk().list_push_subscriptions(&asking.call).await?))
}

/// Adds a browser, or takes it over from whoever used it before. It is told of nothing any more once the caller signs out of it.
#[utoipa::path(post, path = "/push-subscriptions", tag = "notifications", operation_id = "create_browser",
    request_body = CreatePushSubscription, responses(
        (status = 201, description = "The browser, without its address", body = PushSubscription),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "No agent", body = Problem),
        (status = 409, description = "There are too many", body = Problem),
        (status = 422, description = "A field breaks a rule, or an Idempotency-Key", body = Problem),
    ))]
pub(in crate::http) async fn create(
    State(support): State<Support>,
    command: Command<CreatePushSubscription, Colleague, Secret>,
) -> Result<(StatusCode, Json<PushSubscription>)> {
    let session = command.caller.session;
    let made = support.desk().create_push_subscription(&command.call, session, command.input).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Takes one of the caller's browsers away.
#[utoipa::path(delete, path = "/push-subscriptions/{push_subscription_id}", tag = "notifications",
    operation_id = "remove_browser",
    params(("push_subscription_id" = PushSubscriptionId, Path, description = "The subscription's id")),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "No agent", body = Problem),
        (status = 404, description = "Not there, or somebody else's", body = Problem),
    ))]
pub(in crate::http) async fn remove(
    State(support): State<Support>,
    Id(id): Id<PushSubscriptionId>,
    command: Command<Nothing, Colleague>,
) -> Result<StatusCode> {
    support.desk().delete_push_subscription(&command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
