//! `users`: the desk's people and their accounts.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    answer,
    caller::Asking,
    command::{Command, Params, Secret, page_limit},
    gate::{Anyone, May, UsersManage, UsersRead},
    ids::Id,
};
use crate::{
    desk::user_view,
    error::{Error, Result},
    model::{Permission, PersonId, limits},
    protocol::{ChangeUser, CreateUser, Page, Problem, User},
    support::Support,
};

pub(super) fn desk() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UserParams {
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// The desk's people in the order of their names.
#[utoipa::path(get, path = "/users", tag = "users", params(UserParams), responses(
    (status = 200, description = "A page", body = Page<User>),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<UsersRead>>,
    Params(params): Params<UserParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?.unwrap_or(limits::PAGE_DEFAULT);
    let page = support.desk().list_agents(&asking.call, limit, params.cursor.as_deref()).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Makes an account. Only where the desk has accounts of its own.
#[utoipa::path(post, path = "/users", tag = "users", request_body = CreateUser, responses(
    (status = 201, description = "Made", body = User),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 409, description = "The address has an account", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
))]
async fn create(
    State(support): State<Support>,
    command: Command<CreateUser, May<UsersManage>, Secret>,
) -> Result<(StatusCode, Json<User>)> {
    let user = support.accounts()?.create_user(support.desk(), &command.call.actor, &command.input).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// One person. Customers see themselves only.
#[utoipa::path(get, path = "/users/{person_id}", tag = "users",
    params(("person_id" = PersonId, Path, description = "The person's id")),
    responses(
        (status = 200, description = "The person", body = User),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
async fn show(State(support): State<Support>, Id(id): Id<PersonId>, asking: Asking<Anyone>) -> Result<Json<User>> {
    let actor = &asking.call.actor;
    if actor.person != Some(id) && !actor.may(Permission::UsersRead) {
        return Err(if actor.is_staff() { Error::Forbidden } else { Error::NotFound });
    }
    let mut tx = support.desk().reader().await?;
    let person = tx.find_person(actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let account = tx.find_account_of(actor.tenant, id).await?;
    Ok(Json(user_view(&person, account.as_ref())))
}

/// Changes names; an admin also role and activity. Disabling ends all sessions and streams at once.
#[utoipa::path(patch, path = "/users/{person_id}", tag = "users", request_body = ChangeUser,
    params(("person_id" = PersonId, Path, description = "The person's id")),
    responses(
        (status = 200, description = "The person as they are now", body = User),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "One's own role or activity", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
async fn change(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<ChangeUser, Anyone, Secret>,
) -> Result<Json<User>> {
    let actor = &command.call.actor;
    let user = support.accounts()?.change_user(support.desk(), actor, id, &command.input).await?;
    if command.input.is_active == Some(false) || command.input.role.is_some() {
        support.inner.hub.revoke(actor.tenant, id);
    }
    Ok(Json(user))
}
