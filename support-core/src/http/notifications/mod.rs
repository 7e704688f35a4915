//! `notifications` and `push-subscriptions`: what people of the desk are told of, and how.

mod browsers;
mod preferences;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    answer,
    caller::Asking,
    command::{Command, Nothing, Params, page_limit},
    gate::Colleague,
    ids::Id,
};
use crate::{
    desk::NotificationQuery,
    error::Result,
    http::routes::{Routes, routes},
    model::NotificationId,
    protocol::{Notification, NotificationPage, NotificationsRead, Problem, ReadNotifications},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(read_all))
        .routes(routes!(read))
        .routes(routes!(preferences::show, preferences::change))
        .routes(routes!(browsers::list, browsers::create))
        .routes(routes!(browsers::remove))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NotificationParams {
    /// `true`: those that the caller has not seen.
    unread: Option<bool>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// What the caller was told of, newest first, as far as they may still know of it.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(NotificationParams), responses(
    (status = 200, description = "A page, and how many are unread", body = NotificationPage),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "No agent", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<Colleague>,
    Params(params): Params<NotificationParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let query = NotificationQuery { only_unread: params.unread.unwrap_or_default(), limit, cursor: params.cursor };
    let page = support.desk().list_notifications(&asking.call, &query).await?;
    Ok(answer::linked(&page, page.next.as_deref(), None, raw.as_deref()))
}

/// Notes that the caller has seen those about a ticket, those up to one, or all.
#[utoipa::path(post, path = "/notifications/read", tag = "notifications", request_body = ReadNotifications, responses(
    (status = 200, description = "How many are left", body = NotificationsRead),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "No agent", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
))]
async fn read_all(State(support): State<Support>, command: Command<ReadNotifications, Colleague>) -> Result<Response> {
    Ok(answer::ok(support.desk().read_notifications(&command.call, &command.input).await?))
}

/// Notes that the caller has seen one. Seeing it twice changes nothing.
#[utoipa::path(post, path = "/notifications/{notification_id}/read", tag = "notifications",
    params(("notification_id" = NotificationId, Path, description = "The notification's id")),
    responses(
        (status = 200, description = "As it is now", body = Notification),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "No agent", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
async fn read(
    State(support): State<Support>,
    Id(id): Id<NotificationId>,
    command: Command<Nothing, Colleague>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().read_notification(&command.call, id).await?))
}
