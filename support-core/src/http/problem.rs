//! Every refusal in one form: RFC 9457.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{error::Error, http::layers::request_id};

/// What the layer needs to write the problem once the request's id is known.
#[derive(Clone)]
pub(super) struct Pending(std::sync::Arc<Error>);

impl IntoResponse for Error {
    /// Without the request's id; the layer around our routes completes it.
    fn into_response(self) -> Response {
        let mut response = body(&self, "").into_response();
        response.extensions_mut().insert(Pending(std::sync::Arc::new(self)));
        response
    }
}

fn body(error: &Error, request_id: &str) -> impl IntoResponse + use<> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut problem = serde_json::to_value(error.problem(request_id)).unwrap_or(Value::Null);
    if let Error::NewerMessages(newer) = error {
        problem["newer"] = serde_json::to_value(newer).unwrap_or(Value::Null);
    }
    let mut headers = vec![
        (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    match error {
        Error::Unauthenticated | Error::WrongCredentials => {
            headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        Error::TooManyRequests { policy, quota, window_s, retry_after_s } => {
            let mut add = |name, value: String| {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.push((name, value));
                }
            };
            add(header::RETRY_AFTER, retry_after_s.to_string());
            add(HeaderName::from_static("ratelimit-policy"), format!("\"{policy}\";q={quota};w={window_s}"));
            add(HeaderName::from_static("ratelimit"), format!("\"{policy}\";r=0;t={retry_after_s}"));
        }
        Error::Unavailable(_) => headers.push((header::RETRY_AFTER, HeaderValue::from_static("1"))),
        _ => {}
    }
    let headers: axum::http::HeaderMap = headers.into_iter().collect();
    (status, headers, problem.to_string())
}

/// Logs a failure once and writes its problem with the request's id.
pub(super) fn complete(response: Response, parts_id: &str) -> Response {
    let Some(Pending(error)) = response.extensions().get::<Pending>().cloned() else { return response };
    match &*error {
        Error::Internal(cause) => tracing::error!(request.id = parts_id, error = %cause, "a request failed"),
        Error::Unavailable(cause) => {
            tracing::warn!(request.id = parts_id, error = %cause, "a request could not be served");
        }
        _ => {}
    }
    let mut completed = body(&error, parts_id).into_response();
    // What a handler added on top (such as a cookie to remove, or `Allow`) stays.
    for (name, value) in response.headers() {
        if !completed.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            completed.headers_mut().append(name, value.clone());
        }
    }
    completed
}

/// The problem of an error outside our routes' layer, for hosts.
pub fn problem(error: &Error, headers: &axum::http::HeaderMap) -> Response {
    body(error, &request_id(headers)).into_response()
}
