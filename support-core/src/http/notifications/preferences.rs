//! `notifications/preferences`: the caller's own.

use axum::{Json, extract::State, response::Response};

use super::super::{answer, caller::Asking, command::Command, gate::Colleague};
use crate::{
    error::Result,
    protocol::{ChangeNotificationPreferences, NotificationPreferences, Problem},
    support::Support,
};

/// What the caller wants to be told of, and what a browser subscribes with.
#[utoipa::path(get, path = "/notifications/preferences", tag = "notifications", operation_id = "show_preferences", responses(
    (status = 200, description = "All of it", body = NotificationPreferences),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "No agent", body = Problem),
))]
pub(in crate::http) async fn show(
    State(support): State<Support>,
    asking: Asking<Colleague>,
) -> Result<Json<NotificationPreferences>> {
    Ok(Json(support.desk().notification_preferences(&asking.call).await?))
}

/// Changes what the caller wants to be told of, from the next event on.
#[utoipa::path(patch, path = "/notifications/preferences", tag = "notifications", operation_id = "change_preferences",
    request_body = ChangeNotificationPreferences, responses(
        (status = 200, description = "As it is now", body = NotificationPreferences),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "No agent", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn change(
    State(support): State<Support>,
    command: Command<ChangeNotificationPreferences, Colleague>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().change_notification_preferences(&command.call, command.input).await?))
}
