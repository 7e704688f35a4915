//! `tokens`: portal links, for those who hand them out.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    answer,
    caller::Asking,
    command::{Command, Nothing, Params, Secret, page_limit},
    gate::{May, TokensManage},
    ids::Id,
};
use crate::{
    desk::TokenQuery,
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::{PersonId, TicketId, TokenId},
    protocol::{CreateToken, MintedToken, Page, Problem, Token},
    storage::TokenFilter,
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list, create)).routes(routes!(revoke))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TokenParams {
    /// Only links to this ticket.
    ticket: Option<TicketId>,
    /// Only links whose holder acts as this contact.
    contact: Option<PersonId>,
    /// Only links to this record of the host, as `kind:id`.
    link: Option<String>,
    /// `true`: only those that work. `false`: only those that do not.
    active: Option<bool>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

/// Portal links, newest first, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "portal", params(TokenParams), responses(
    (status = 200, description = "A page", body = Page<Token>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<TokensManage>>,
    Params(params): Params<TokenParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let limit = page_limit(params.limit)?;
    let bad = |detail: &str| Error::BadRequest { code: "invalid_parameter", detail: format!("link: {detail}.") };
    let link = params.link.as_deref().map(str::parse).transpose().map_err(|_| bad("must be kind:id"))?;
    let filter = TokenFilter { ticket: params.ticket, contact: params.contact, link };
    let query = TokenQuery { filter, active: params.active, limit, cursor: params.cursor };
    let page = support.desk().list_tokens(&asking.call, &query).await?;
    Ok(answer::page(page, raw.as_deref()))
}

/// Mints a portal link. The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/tokens", tag = "portal", request_body = CreateToken, responses(
    (status = 201, description = "The link with its secret", body = MintedToken),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
    (status = 404, description = "No such ticket or contact", body = Problem),
    (status = 422, description = "A field breaks a rule, or an Idempotency-Key", body = Problem),
))]
async fn create(
    State(support): State<Support>,
    command: Command<CreateToken, May<TokensManage>, Secret>,
) -> Result<(StatusCode, Json<MintedToken>)> {
    Ok((StatusCode::CREATED, Json(support.desk().mint_token(&command.call, command.input).await?)))
}

/// Ends a link and every session that came from it.
#[utoipa::path(post, path = "/tokens/{token_id}/revoke", tag = "portal",
    params(("token_id" = TokenId, Path, description = "The token's id")),
    responses(
        (status = 200, description = "Ended", body = Token),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "Not there", body = Problem),
    ))]
async fn revoke(
    State(support): State<Support>,
    Id(id): Id<TokenId>,
    command: Command<Nothing, May<TokensManage>>,
) -> Result<Response> {
    let done = support.desk().revoke_token(&command.call, id).await?;
    Ok(answer::ok(done))
}
