//! A forgotten password, and the first one of somebody invited. Plain forms: no script is needed.

use axum::{http::StatusCode, response::Response};
use support_core::protocol::{ForgotPassword, ResetPassword};

use super::{
    answer::{go, page},
    ask::PageAsk,
    fields::Fields,
    sign_in::capitalised,
};
use crate::{
    api::{Failure, Reply},
    pages::{self, ChoosePage, ForgotPage, Occasion},
};

const STYLE: &str = "dashboard.css";
const SCRIPT: Option<&str> = Some("account.js");

#[derive(serde::Deserialize)]
pub(super) struct ForgotFields {
    email: String,
}

pub(super) async fn forgot(ask: PageAsk) -> Response {
    page(&ask, StatusCode::OK, pages::forgot(&ask.frame(STYLE, None), &ForgotPage::default()))
}

pub(super) async fn submit_forgot(ask: PageAsk, Fields(ForgotFields { email }): Fields<ForgotFields>) -> Response {
    let wish = ForgotPassword { email: email.clone() };
    let (status, model) = match ask.api.post("/api/v1/auth/password/forgot", &wish).await {
        Ok((Reply { status: 200..300, .. }, _)) => (200, ForgotPage { is_sent: true, ..ForgotPage::default() }),
        Ok((reply, _)) => {
            let error = Some(Failure::from_reply(&reply).sentence());
            (reply.status, ForgotPage { email, error, is_sent: false })
        }
        Err(failure) => {
            (failure.status().unwrap_or(500), ForgotPage { email, error: Some(failure.sentence()), is_sent: false })
        }
    };
    page(&ask, status_code(status), pages::forgot(&ask.frame(STYLE, None), &model))
}

#[derive(serde::Deserialize)]
pub(super) struct ChooseFields {
    code: String,
    password: String,
}

pub(super) async fn reset(ask: PageAsk) -> Response {
    show(&ask, 200, &blank(Occasion::Reset))
}

pub(super) async fn invite(ask: PageAsk) -> Response {
    show(&ask, 200, &blank(Occasion::Invite))
}

pub(super) async fn submit_reset(ask: PageAsk, Fields(fields): Fields<ChooseFields>) -> Response {
    choose(&ask, Occasion::Reset, fields).await
}

pub(super) async fn submit_invite(ask: PageAsk, Fields(fields): Fields<ChooseFields>) -> Response {
    choose(&ask, Occasion::Invite, fields).await
}

const fn blank(occasion: Occasion) -> ChoosePage {
    ChoosePage { occasion, code: String::new(), code_error: None, password_error: None }
}

async fn choose(ask: &PageAsk, occasion: Occasion, fields: ChooseFields) -> Response {
    let ChooseFields { code, password } = fields;
    let token = code.trim().rsplit_once('#').map_or(code.trim(), |(_, token)| token).to_owned();
    let failure = match ask.api.post("/api/v1/auth/password/reset", &ResetPassword { token, password }).await {
        Ok((Reply { status: 200..300, .. }, cookies)) => return go(ask, "/admin/sign-in", cookies),
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let status = failure.status().unwrap_or(500);
    let mut model = ChoosePage { code, ..blank(occasion) };
    match &failure {
        Failure::Refused { problem, .. } if problem.status == 422 => {
            let detail = problem.errors.first().map_or(problem.detail.as_str(), |error| error.detail.as_str());
            model.password_error = Some(capitalised(detail));
        }
        Failure::Refused { problem, .. } if problem.status == 404 => {
            model.code_error = Some("This link has ended, was used before, or is not complete.".to_owned());
        }
        _ => model.password_error = Some(failure.sentence()),
    }
    show(ask, status, &model)
}

fn show(ask: &PageAsk, status: u16, model: &ChoosePage) -> Response {
    page(ask, status_code(status), pages::choose(&ask.frame(STYLE, SCRIPT), model))
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
