//! `config` for admins, `public/config` for everybody.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    assets::tag,
    caller::{Asking, tenant},
    command::{Command, Head},
    etag,
    gate::{ConfigManage, May},
};
use crate::{
    error::{Error, Result},
    http::routes::{Routes, routes},
    protocol::{ChangeConfig, ConfigEntry, Page, Problem, PublicConfig},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list, change)).routes(routes!(show_public))
}

/// Every key with its value, its default, what it does and where the value comes from.
#[utoipa::path(get, path = "/config", tag = "config", responses(
    (status = 200, description = "All of them", body = Page<ConfigEntry>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(State(support): State<Support>, asking: Asking<May<ConfigManage>>) -> Result<Json<Page<ConfigEntry>>> {
    let data = support.desk().list_config(&asking.call).await?;
    Ok(Json(Page { data, next: None, previous: None }))
}

/// Sets the keys that the body names; null takes a stored value away. All or none; what is not named stays.
#[utoipa::path(put, path = "/config", tag = "config", request_body = ChangeConfig, responses(
    (status = 200, description = "All keys as they are now", body = Page<ConfigEntry>),
    (status = 400, description = "The body is no JSON object", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 415, description = "The body is no JSON", body = Problem),
    (status = 422, description = "An unknown key, or a value that it does not take", body = Problem),
))]
async fn change(
    State(support): State<Support>,
    command: Command<ChangeConfig, May<ConfigManage>>,
) -> Result<Json<Page<ConfigEntry>>> {
    let data = support.desk().change_config(&command.call, command.input).await?;
    Ok(Json(Page { data, next: None, previous: None }))
}

/// What anybody may know of the configuration. Needs no credential.
#[utoipa::path(get, path = "/public/config", tag = "config", security(()), responses(
    (status = 200, description = "What a visitor may see", body = PublicConfig),
    (status = 304, description = "Not changed since the version that If-None-Match names"),
))]
async fn show_public(State(support): State<Support>, Head(parts): Head) -> Result<Response> {
    let config = support.desk().public_config(tenant(&support, &parts)?).await?;
    let body = serde_json::to_vec(&config).map_err(Error::internal)?;
    let tag = tag(&body);
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=10"));
    // Public, without credentials: a website on another origin may read it as anybody can.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    if etag::is_known(&parts.headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok((headers, body).into_response())
}
