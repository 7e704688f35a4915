//! `auth`: signing in and out with built-in accounts.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    base::BasePath,
    caller::{Asking, open_call, tenant},
    command::{Command, Nothing, Open, Secret},
    cookies::{Surface, is_same_origin},
    gate::Anyone,
};
use crate::{
    accounts::DashboardSession,
    desk::{Call, me_view},
    error::{Error, Result},
    http::routes::{Routes, routes},
    protocol::{
        Credentials, ForgotPassword, Me, Problem, RefreshRequest, Register, ResetPassword, SetupRequest, Tokens, User,
    },
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me))
        .routes(routes!(session, end_session))
        .routes(routes!(setup))
        .routes(routes!(forgot))
        .routes(routes!(reset))
}

/// Makes a customer's own account.
#[utoipa::path(post, path = "/auth/register", tag = "auth", security(()), request_body = Register, responses(
    (status = 201, description = "Made", body = User),
    (status = 403, description = "Registration is closed", body = Problem),
    (status = 409, description = "The address has an account", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
))]
async fn register(State(support): State<Support>, open: Open<Register>) -> Result<(StatusCode, Json<User>)> {
    let tenant = tenant(&support, &open.parts)?;
    let user = support.accounts()?.register(support.desk(), &open_call(&open.parts, tenant), &open.input).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// Buys an access and a refresh token with email and password.
#[utoipa::path(post, path = "/auth/login", tag = "auth", security(()), request_body = Credentials, responses(
    (status = 200, description = "Signed in", body = Tokens),
    (status = 401, description = "Email or password is wrong", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
    (status = 429, description = "Too many failures; `Retry-After` says how long to wait", body = Problem),
))]
async fn login(State(support): State<Support>, open: Open<Credentials>) -> Result<Json<Tokens>> {
    let tenant = tenant(&support, &open.parts)?;
    Ok(Json(support.accounts()?.login(support.desk(), &open_call(&open.parts, tenant), &open.input).await?))
}

/// Buys the next pair of tokens. Each refresh token works once; a second use ends the session.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", security(()), request_body = RefreshRequest, responses(
    (status = 200, description = "The next pair", body = Tokens),
    (status = 401, description = "Unknown, expired or spent", body = Problem),
    (status = 429, description = "Too many wrong ones from this network", body = Problem),
))]
async fn refresh(State(support): State<Support>, open: Open<RefreshRequest>) -> Result<Json<Tokens>> {
    let call = open_call(&open.parts, tenant(&support, &open.parts)?);
    Ok(Json(support.accounts()?.refresh(support.desk(), &call, &open.input.refresh_token).await?))
}

/// Ends the session of a refresh token; its access tokens are refused from the next request on.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(()), request_body = RefreshRequest, responses(
    (status = 204, description = "Ended"),
))]
async fn logout(State(support): State<Support>, open: Open<RefreshRequest>) -> Result<StatusCode> {
    let tenant = tenant(&support, &open.parts)?;
    support.accounts()?.logout(support.desk(), &open_call(&open.parts, tenant), &open.input.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who the caller is.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses(
    (status = 200, description = "The caller", body = Me),
    (status = 401, description = "Not signed in", body = Problem),
))]
async fn me(State(support): State<Support>, asking: Asking<Anyone>) -> Result<Json<Me>> {
    let position = support.desk().reader().await?.feed_position().await?;
    let cursor = format!("{}-{}", position.epoch, position.last_seq);
    me_view(&asking.call.actor, cursor).map(Json).ok_or(Error::Unauthenticated)
}

/// Signs a browser in: like `login`, with a cookie that scripts cannot read instead of tokens.
#[utoipa::path(post, path = "/auth/session", tag = "auth", security(()), request_body = Credentials, responses(
    (status = 204, description = "Signed in; the cookie is set"),
    (status = 401, description = "Email or password is wrong", body = Problem),
    (status = 403, description = "The request came from another site", body = Problem),
    (status = 429, description = "Too many failures; `Retry-After` says how long to wait", body = Problem),
))]
async fn session(State(support): State<Support>, open: Open<Credentials>) -> Result<Response> {
    let tenant = tenant(&support, &open.parts)?;
    if !is_same_origin(&open.parts.headers, support.desk().public_url()) {
        return Err(Error::CrossSite);
    }
    let accounts = support.accounts()?;
    let session = accounts.sign_in(support.desk(), &open_call(&open.parts, tenant), &open.input).await?;
    let base = BasePath::of(&open.parts);
    // A session that the browser brought along ends: nobody can have planted one that outlives the sign-in.
    end_cookie_session(&support, &open.parts).await?;
    let cookie = support.dashboard_cookie(&base, &session);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Ends the browser's session.
#[utoipa::path(delete, path = "/auth/session", tag = "auth", responses(
    (status = 204, description = "Ended; the cookie is removed"),
    (status = 401, description = "Not signed in", body = Problem),
))]
async fn end_session(
    State(support): State<Support>,
    base: BasePath,
    command: Command<Nothing, Anyone, Secret>,
) -> Result<Response> {
    let tenant = command.call.actor.tenant;
    if let Some(session) = command.caller.session {
        support.accounts()?.end(support.desk(), &command.call, session).await?;
    }
    let cookie = support.set_cookie(Surface::Api, tenant, &base, None, 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

async fn end_cookie_session(support: &Support, parts: &axum::http::request::Parts) -> Result<()> {
    let tenant = tenant(support, parts)?;
    let Some(cookie) = support.cookie(&parts.headers, Surface::Api, tenant, &BasePath::of(parts)) else {
        return Ok(());
    };
    if let Some((_, session)) = support.accounts()?.by_cookie(support.desk(), tenant, &cookie).await? {
        support.accounts()?.end(support.desk(), &open_call(parts, tenant), session).await?;
    }
    Ok(())
}

/// Makes the first admin with the one-time code, and signs the browser in.
#[utoipa::path(post, path = "/auth/setup", tag = "auth", security(()), request_body = SetupRequest, responses(
    (status = 201, description = "Made and signed in; the cookie is set"),
    (status = 403, description = "The request came from another site", body = Problem),
    (status = 404, description = "The code does not work, or there is an admin already", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
    (status = 429, description = "Too many failures; `Retry-After` says how long to wait", body = Problem),
))]
async fn setup(State(support): State<Support>, open: Open<SetupRequest>) -> Result<Response> {
    let tenant = tenant(&support, &open.parts)?;
    if !is_same_origin(&open.parts.headers, support.desk().public_url()) {
        return Err(Error::CrossSite);
    }
    let accounts = support.accounts()?;
    let call = open_call(&open.parts, tenant);
    let person = accounts.setup(support.desk(), &call, &open.input).await?;
    let cookie = support.start_dashboard(&call, &BasePath::of(&open.parts), person).await?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Has a link to a new password sent to the address, if it has an account. The answer is the same whether it has or not.
#[utoipa::path(post, path = "/auth/password/forgot", tag = "auth", security(()), request_body = ForgotPassword, responses(
    (status = 202, description = "Heard"),
    (status = 422, description = "A field breaks a rule", body = Problem),
    (status = 429, description = "Too many requests from this network", body = Problem),
))]
async fn forgot(State(support): State<Support>, open: Open<ForgotPassword>) -> Result<StatusCode> {
    let call = open_call(&open.parts, tenant(&support, &open.parts)?);
    support.accounts()?.forgot(support.desk(), &call, &open.input).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a password by the code out of a letter: of an invitation, or for a new password. Ends every session of the account.
#[utoipa::path(post, path = "/auth/password/reset", tag = "auth", security(()), request_body = ResetPassword, responses(
    (status = 204, description = "Set; sign in with it"),
    (status = 404, description = "The code does not work, or not any more", body = Problem),
    (status = 422, description = "A field breaks a rule", body = Problem),
    (status = 429, description = "Too many wrong codes from this network", body = Problem),
))]
async fn reset(State(support): State<Support>, open: Open<ResetPassword>) -> Result<StatusCode> {
    let call = open_call(&open.parts, tenant(&support, &open.parts)?);
    support.accounts()?.reset(support.desk(), &call, &open.input).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Support {
    /// Signs a browser in as somebody whose identity is established. Returns the `Set-Cookie` value.
    pub(crate) async fn start_dashboard(
        &self,
        call: &Call,
        base: &BasePath,
        person: crate::model::PersonRecord,
    ) -> Result<HeaderValue> {
        let session = self.accounts()?.start_dashboard(self.desk(), call, person).await?;
        Ok(self.dashboard_cookie(base, &session))
    }

    fn dashboard_cookie(&self, base: &BasePath, session: &DashboardSession) -> HeaderValue {
        let days = self.inner.accounts.as_ref().map_or(0, |accounts| accounts.options.refresh_days);
        self.set_cookie(Surface::Api, session.person.tenant, base, Some(&session.secret), i64::from(days) * 86_400)
    }
}
