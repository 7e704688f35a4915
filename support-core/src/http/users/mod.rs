//! `users`: the desk's people and their accounts.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    answer,
    base::BasePath,
    caller::Asking,
    command::{Command, Head, Nothing, Params, Secret, page_limit},
    cookies::Surface,
    gate::{Anyone, May, UsersManage, UsersRead},
    ids::Id,
};
use crate::{
    desk::{UserQuery, user_view},
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::{Permission, PersonId, PersonRecord, Role},
    protocol::{ChangeMe, ChangeUser, CreateUser, Page, Problem, User},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(me, change_me))
        .routes(routes!(show, change, remove))
        .routes(routes!(invite))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UserParams {
    /// `admin`, `agent` or `customer`; all staff when left out.
    role: Option<Role>,
    /// Active or disabled.
    is_active: Option<bool>,
    /// A part of name or address.
    search: Option<String>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// People in the order of their names: staff, or the customers who have accounts.
#[utoipa::path(get, path = "/users", tag = "users", params(UserParams), responses(
    (status = 200, description = "A page", body = Page<User>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<UsersRead>>,
    Params(params): Params<UserParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let UserParams { role, is_active, search, cursor, .. } = params;
    let page = support.desk().list_users(&asking.call, &UserQuery { role, is_active, search, limit, cursor }).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Makes an account, with a password or by an invitation. Only where the desk has accounts of its own.
#[utoipa::path(post, path = "/users", tag = "users", request_body = CreateUser, responses(
    (status = 201, description = "Made", body = User),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 409, description = "The address has an account, or no mail can leave", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
))]
async fn create(
    State(support): State<Support>,
    command: Command<CreateUser, May<UsersManage>, Secret>,
) -> Result<(StatusCode, Json<User>)> {
    let user = support.accounts()?.create_user(support.desk(), &command.call, &command.input).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// One person. Customers see themselves only; customers without an account here are shown to those who may also read contacts.
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
    let is_shown = |person: &PersonRecord| {
        person.is_user() && (person.has_account() || actor.person == Some(id) || actor.may(Permission::ContactsRead))
    };
    let person = tx.find_person(actor.tenant, id).await?.filter(is_shown).ok_or(Error::NotFound)?;
    let account = tx.find_account_of(actor.tenant, id).await?;
    Ok(Json(user_view(&person, account.as_ref())))
}

/// Oneself.
#[utoipa::path(get, path = "/users/me", tag = "users", responses(
    (status = 200, description = "The caller", body = User),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 404, description = "The caller is nobody with a name here", body = Problem),
))]
async fn me(State(support): State<Support>, asking: Asking<Anyone>) -> Result<Json<User>> {
    let actor = &asking.call.actor;
    let id = actor.person.ok_or(Error::NotFound)?;
    let mut tx = support.desk().reader().await?;
    let person = tx.find_person(actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let account = tx.find_account_of(actor.tenant, id).await?;
    Ok(Json(user_view(&person, account.as_ref())))
}

/// Changes one's own names and password. A new password needs the current one and ends every session; a browser gets a fresh one.
#[utoipa::path(patch, path = "/users/me", tag = "users", request_body = ChangeMe, responses(
    (status = 200, description = "The caller as they are now", body = User),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 404, description = "The caller is nobody with a name here", body = Problem),
    (status = 409, description = "The caller signs in elsewhere", body = Problem),
    (status = 422, description = "A field breaks a rule, or the current password is wrong", body = Problem),
    (status = 429, description = "Too many wrong passwords", body = Problem),
))]
async fn change_me(
    State(support): State<Support>,
    Head(parts): Head,
    command: Command<ChangeMe, Anyone, Secret>,
) -> Result<Response> {
    let (user, is_new) = support.accounts()?.change_me(support.desk(), &command.call, &command.input).await?;
    let mut response = Json(&user).into_response();
    let base = BasePath::of(&parts);
    let came_by_cookie = support.cookie(&parts.headers, Surface::Api, command.call.actor.tenant, &base).is_some()
        && !parts.headers.contains_key(header::AUTHORIZATION);
    if is_new && came_by_cookie {
        let person = support.desk().reader().await?.find_person(command.call.actor.tenant, user.id).await?;
        let cookie = support.start_dashboard(&command.call, &base, person.ok_or(Error::NotFound)?).await?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Changes names; who manages people also changes role and activity. Other rights end all sessions and streams at once.
#[utoipa::path(patch, path = "/users/{person_id}", tag = "users", request_body = ChangeUser,
    params(("person_id" = PersonId, Path, description = "The person's id")),
    responses(
        (status = 200, description = "The person as they are now", body = User),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed: nobody gives or takes rights that they do not have", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
        (status = 409, description = "One's own rights, the last admin, or somebody who signs in elsewhere", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
async fn change(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<ChangeUser, Anyone, Secret>,
) -> Result<Json<User>> {
    Ok(Json(support.accounts()?.change_user(support.desk(), &command.call, id, &command.input).await?))
}

/// Takes an account away. The person stays as an author; open tickets are nobody's again; the address is free.
#[utoipa::path(delete, path = "/users/{person_id}", tag = "users",
    params(("person_id" = PersonId, Path, description = "The person's id")),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Oneself, the last admin, or somebody who signs in elsewhere", body = Problem),
    ))]
async fn remove(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<Nothing, May<UsersManage>, Secret>,
) -> Result<StatusCode> {
    support.accounts()?.delete_user(support.desk(), &command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends an invitation once more. Links in earlier ones become void.
#[utoipa::path(post, path = "/users/{person_id}/invite", tag = "users",
    params(("person_id" = PersonId, Path, description = "The person's id")),
    responses(
        (status = 200, description = "Sent", body = User),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Not waiting for one, or no mail can leave", body = Problem),
    ))]
async fn invite(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    command: Command<Nothing, May<UsersManage>, Secret>,
) -> Result<Json<User>> {
    Ok(Json(support.accounts()?.invite_again(support.desk(), &command.call, id).await?))
}
