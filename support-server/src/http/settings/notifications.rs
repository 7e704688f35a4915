//! My notifications: the page, its forms, and the worker that shows what is pushed.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::json;
use support_core::{
    Support,
    protocol::{NotificationPage, NotificationPreferences, Page, PushSubscription},
};

use super::{
    super::{
        answer::{go, page, status_of},
        ask::PageAsk,
        office::{enter, read, sorry},
    },
    posted::Posted,
};
use crate::pages::{self, Entries, MyNotifications, NotificationList, Section, Wrong};

/// The worker. At an address without a version, which browsers look at again by themselves.
const WORKER: &str = include_str!("../../../browser/worker/push.js");

/// Where the button leads that marks all as read.
const READ: &str = "/admin/notifications/read";

pub(super) fn routes() -> Router<Support> {
    let path = Section::Wishes.path();
    Router::new()
        .route(Section::Notifications.path(), get(list))
        .route(READ, post(read_all))
        .route(path, get(show).post(change))
        .route(&format!("{path}/browsers/{{browser_id}}/delete"), post(remove))
        .route(Section::WORKER, get(worker))
}

async fn list(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let mut office = enter(&support, &ask, Section::Notifications).await?;
    office.done = (ask.query("done").as_deref() == Some("read")).then(|| "All of it is marked as read.".to_owned());
    let cursor =
        ask.query("cursor").map(|cursor| serde_urlencoded::to_string([("cursor", cursor)]).unwrap_or_default());
    let path = format!("/notifications?limit=50&{}", cursor.unwrap_or_default());
    let told: NotificationPage =
        read(&ask, path.trim_end_matches('&')).await.map_err(|failure| sorry(&ask, status_of(&failure)))?;
    let turn = |cursor: String| {
        let query = serde_urlencoded::to_string([("cursor", cursor)]).ok()?;
        Some(format!("{}{}?{query}", ask.base, Section::Notifications.path()))
    };
    let model = NotificationList { rows: told.data, unread: told.unread, next: told.next.and_then(turn), read: READ };
    Ok(page(&ask, StatusCode::OK, pages::notification_list(&office, &model)))
}

async fn read_all(posted: Posted) -> Result<Response, Response> {
    match posted.submit(Method::POST, "/notifications/read", Ok(json!({}))).await {
        Ok(_) => Ok(go(&posted.ask, &format!("{}?done=read", Section::Notifications.path()), Vec::new())),
        Err(refusal) => Err(sorry(&posted.ask, refusal.status.as_u16())),
    }
}

async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    draw(&support, &ask, None, Wrong::default(), StatusCode::OK).await
}

async fn draw(
    support: &Support,
    ask: &PageAsk,
    typed: Option<Entries>,
    wrong: Wrong,
    status: StatusCode,
) -> Result<Response, Response> {
    let mut office = enter(support, ask, Section::Wishes).await?;
    office.done = match ask.query("done").as_deref() {
        Some("saved") => Some("Saved. It holds from the next event on.".to_owned()),
        Some("removed") => Some("The browser is told of nothing any more.".to_owned()),
        _ => None,
    };
    let unreadable = |failure| sorry(ask, status_of(&failure));
    let preferences: NotificationPreferences = read(ask, "/notifications/preferences").await.map_err(unreadable)?;
    let browsers: Page<PushSubscription> = read(ask, "/push-subscriptions").await.map_err(unreadable)?;
    let model = MyNotifications { preferences, typed, wrong, browsers: browsers.data };
    Ok(page(ask, status, pages::my_notifications(&office, &model)))
}

async fn change(posted: Posted) -> Result<Response, Response> {
    let body = pages::my_notifications_body(&posted.entries);
    match posted.submit(Method::PATCH, "/notifications/preferences", Ok(body)).await {
        Ok(_) => Ok(go(&posted.ask, &format!("{}?done=saved", Section::Wishes.path()), Vec::new())),
        Err(refusal) => {
            let Posted { support, ask, entries, .. } = posted;
            draw(&support, &ask, Some(entries), refusal.wrong, refusal.status).await
        }
    }
}

async fn remove(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    let id = ask.param("browser_id").ok_or_else(|| sorry(ask, 404))?;
    match posted.submit(Method::DELETE, &format!("/push-subscriptions/{id}"), Ok(json!({}))).await {
        Ok(_) => Ok(go(ask, &format!("{}?done=removed", Section::Wishes.path()), Vec::new())),
        Err(refusal) => draw(support, ask, None, refusal.wrong, refusal.status).await,
    }
}

async fn worker() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    (headers, WORKER).into_response()
}
