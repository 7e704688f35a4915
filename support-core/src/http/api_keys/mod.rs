//! `api-keys`: programs that work at the desk.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::{
    answer,
    caller::Asking,
    command::{Command, Nothing, PageParams, Params, Secret, page_limit},
    gate::{ApiKeysManage, May},
    ids::Id,
};
use crate::{
    error::Result,
    http::routes::{Routes, routes},
    model::{PersonId, limits},
    protocol::{ApiKey, ChangeApiKey, CreateApiKey, MintedApiKey, Page, Problem},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list, create)).routes(routes!(show, change, revoke))
}

/// API keys, newest first, without their secrets.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", params(PageParams), responses(
    (status = 200, description = "A page", body = Page<ApiKey>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<ApiKeysManage>>,
    Params(params): Params<PageParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let page = support.desk().list_api_keys(&asking.call, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Mints a key. The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = CreateApiKey, responses(
    (status = 201, description = "The key with its secret", body = MintedApiKey),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 422, description = "A field breaks a rule, or an Idempotency-Key", body = Problem),
))]
async fn create(
    State(support): State<Support>,
    command: Command<CreateApiKey, May<ApiKeysManage>, Secret>,
) -> Result<(StatusCode, Json<MintedApiKey>)> {
    Ok((StatusCode::CREATED, Json(support.desk().mint_api_key(&command.call, command.input).await?)))
}

/// One key.
#[utoipa::path(get, path = "/api-keys/{person_id}", tag = "api-keys",
    params(("person_id" = PersonId, Path, description = "The key's id")),
    responses(
        (status = 200, description = "The key", body = ApiKey),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
    ))]
async fn show(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    asking: Asking<May<ApiKeysManage>>,
) -> Result<Json<ApiKey>> {
    Ok(Json(support.desk().show_api_key(&asking.call, id).await?))
}

/// Gives a key another name.
#[utoipa::path(patch, path = "/api-keys/{person_id}", tag = "api-keys", request_body = ChangeApiKey,
    params(("person_id" = PersonId, Path, description = "The key's id")),
    responses(
        (status = 200, description = "As it is now", body = ApiKey),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
async fn change(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<ChangeApiKey, May<ApiKeysManage>, Secret>,
) -> Result<Json<ApiKey>> {
    Ok(Json(support.desk().change_api_key(&command.call, id, command.input).await?))
}

/// Ends a key. Its next request is refused.
#[utoipa::path(delete, path = "/api-keys/{person_id}", tag = "api-keys",
    params(("person_id" = PersonId, Path, description = "The key's id")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
    ))]
async fn revoke(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<Nothing, May<ApiKeysManage>, Secret>,
) -> Result<StatusCode> {
    support.desk().revoke_api_key(&command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
