//! `GET events/stream`: the live feed as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::HeaderValue,
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;

use super::{
    super::{
        caller::Asking,
        command::Params,
        gate::{CustomerOr, TicketsRead},
    },
    is_still_allowed,
};
use crate::{
    error::Result,
    live::{Next, Subscription},
    protocol::{Frame, FrameData, Problem, frame_type},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct FeedParams {
    /// Start after this cursor; `Last-Event-ID` goes before it. Now, when neither is there.
    pub(super) since: Option<String>,
    /// A single-use ticket, where no header can be set.
    #[serde(rename = "ticket")]
    pub(super) _ticket: Option<String>,
}

/// What browsers wait before they connect again, unless they know better.
const RETRY: Duration = Duration::from_secs(2);

/// The live feed: every event that the caller may see, in order, none twice. `id:` is the cursor to resume after.
#[utoipa::path(get, path = "/events/stream", tag = "realtime", params(FeedParams), responses(
    (status = 200, description = "A stream of frames", body = Frame, content_type = "text/event-stream"),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub(in crate::http) async fn stream(State(support): State<Support>, request: Request) -> Result<Response> {
    let (mut parts, _) = request.into_parts();
    let asking = Asking::<CustomerOr<TicketsRead>>::from_request_parts(&mut parts, &support).await?;
    let Params(params) = Params::<FeedParams>::from_request_parts(&mut parts, &support).await?;
    let last = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let since = last.or(params.since);
    let desk = support.desk().clone();
    let hub = std::sync::Arc::clone(&support.inner.hub);
    let actor = asking.call.actor.clone();
    let subscription = Subscription::start(desk, hub, actor, since.as_deref()).await?;
    let stopped = support.inner.stopped.clone();
    let state = (subscription, support, parts, asking.caller);
    let events = stream::unfold(state, move |(mut subscription, support, parts, caller)| {
        let stopped = stopped.clone();
        async move {
            let next = tokio::select! {
                () = stopped.cancelled() => Next::Closed,
                next = subscription.next() => next,
            };
            let event = match next {
                Next::Frame { cursor, json } => {
                    let event = Event::default().data(&*json);
                    if let Some(cursor) = cursor { event.id(cursor) } else { event }
                }
                Next::Check(cursor) => {
                    if !is_still_allowed(&support, &parts, &caller).await.unwrap_or(true) {
                        return None;
                    }
                    Event::default().id(cursor.clone()).data(&*ping(cursor))
                }
                Next::Revoked | Next::Closed => return None,
            };
            Some((Ok::<_, Infallible>(event.retry(RETRY)), (subscription, support, parts, caller)))
        }
    });
    let mut response = Sse::new(events).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// A frame that only moves the cursor on.
pub(super) fn ping(cursor: String) -> String {
    let kind = frame_type::PING.to_owned();
    let frame = Frame { seq: Some(cursor), kind, ticket: None, conversation: None, data: FrameData::default() };
    serde_json::to_string(&frame).unwrap_or_default()
}
