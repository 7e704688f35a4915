//! Signing in and out, and the first admin. Plain forms: no script is needed.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use support_core::{
    Support,
    protocol::{Credentials, SetupRequest},
};

use super::{
    answer::{error, go, page, refused},
    ask::PageAsk,
    fields::Fields,
};
use crate::{
    api::{Api as _, Failure, Reply},
    pages::{self, ErrorPage, SetupDone, SetupForm, SignIn},
};

const STYLE: &str = "dashboard.css";

#[derive(serde::Deserialize)]
pub(super) struct SignInFields {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Response {
    if ask.api.me().await.is_ok() {
        return go(&ask, "/admin", Vec::new());
    }
    if !support.has_accounts() {
        let model = ErrorPage {
            text: "Sign in to the application that this desk is a part of, then come back.".to_owned(),
            ..ErrorPage::of(401)
        };
        return error(&ask, model.with_next("/admin", "Try again"), STYLE);
    }
    let next = ask.query("next").unwrap_or_default();
    let form = SignIn { next, ..SignIn::default() };
    page(&ask, StatusCode::OK, pages::sign_in(&ask.frame(STYLE, None), &form))
}

pub(super) async fn submit(ask: PageAsk, Fields(fields): Fields<SignInFields>) -> Response {
    let SignInFields { email, password, next } = fields;
    let answer = ask.api.post("/api/v1/auth/session", &Credentials { email: email.clone(), password }).await;
    let failure = match answer {
        Ok((Reply { status: 200..300, .. }, cookies)) => return go(&ask, own_page(&next), cookies),
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let status = failure.status().and_then(|status| StatusCode::from_u16(status).ok());
    let error = match failure.status() {
        Some(401 | 422) => "That email and password do not match.".to_owned(),
        Some(429) => "Too many tries. Wait a while, or ask for a new password.".to_owned(),
        _ => failure.sentence(),
    };
    let form = SignIn { email, next, error: Some(error) };
    page(&ask, status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), pages::sign_in(&ask.frame(STYLE, None), &form))
}

#[derive(serde::Deserialize)]
pub(super) struct Proof {
    #[serde(default)]
    pub(super) csrf: String,
}

pub(super) async fn leave(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(proof): Fields<Proof>,
) -> Response {
    if !support.csrf_matches(&headers, &proof.csrf) {
        return refused(&ask, 403, STYLE, ("/admin", "Back to the tickets"));
    }
    match ask.api.delete("/api/v1/auth/session").await {
        // Signed out already is signed out.
        Ok((Reply { status: 200..300 | 401, .. }, cookies)) => go(&ask, "/admin/sign-in", cookies),
        Ok((reply, _)) => refused(&ask, reply.status, STYLE, ("/admin", "Back to the tickets")),
        Err(_) => refused(&ask, 500, STYLE, ("/admin", "Back to the tickets")),
    }
}

/// Only a page of the dashboard: nobody is sent elsewhere by a link to the sign-in.
fn own_page(next: &str) -> &str {
    let is_ours = next.starts_with("/admin/") && !next.contains(['\\', '\r', '\n']) && !next.contains("//");
    if is_ours { next } else { "/admin" }
}

#[derive(serde::Deserialize)]
pub(super) struct SetupFields {
    code: String,
    #[serde(default)]
    name: String,
    email: String,
    password: String,
}

pub(super) async fn setup(ask: PageAsk) -> Response {
    // The link that the server prints carries the code; without it there is nothing to set up.
    let Some(code) = ask.query("code") else { return go(&ask, "/admin/sign-in", Vec::new()) };
    page(&ask, StatusCode::OK, pages::setup_form(&ask.frame(STYLE, None), &SetupForm { code, ..SetupForm::default() }))
}

pub(super) async fn submit_setup(ask: PageAsk, Fields(fields): Fields<SetupFields>) -> Response {
    let SetupFields { code, name, email, password } = fields;
    let request = SetupRequest { code: code.clone(), email: email.clone(), password, name: name.clone() };
    let failure = match ask.api.post("/api/v1/auth/setup", &request).await {
        Ok((Reply { status: 200..300, .. }, cookies)) => return go(&ask, "/setup/done", cookies),
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let Failure::Refused { problem, .. } = &failure else {
        return refused(&ask, 500, STYLE, ("/setup", "Try again"));
    };
    if problem.status == 404 {
        let model = ErrorPage {
            title: "This link no longer works".to_owned(),
            text: "It works once, for 30 minutes. The server prints a fresh one when it starts, as long as there is no admin."
                .to_owned(),
            ..ErrorPage::of(404)
        };
        return error(&ask, model.with_next("/admin/sign-in", "Sign in"), STYLE);
    }
    if problem.status != 422 {
        return refused(&ask, problem.status, STYLE, ("/admin/sign-in", "Sign in"));
    }
    let wrong = |field: &str| {
        let error = problem.errors.iter().find(|error| error.pointer.trim_start_matches('/') == field);
        error.map(|error| capitalised(&error.detail))
    };
    let mut form = SetupForm {
        name_error: wrong("name"),
        email_error: wrong("email"),
        password_error: wrong("password"),
        code,
        name,
        email,
    };
    if form.name_error.is_none() && form.email_error.is_none() && form.password_error.is_none() {
        form.password_error = Some(problem.detail.clone());
    }
    page(&ask, StatusCode::UNPROCESSABLE_ENTITY, pages::setup_form(&ask.frame(STYLE, None), &form))
}

pub(super) fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(super) async fn setup_done(ask: PageAsk) -> Response {
    let inboxes = ask.api.inboxes().await;
    let Some(inbox) = inboxes.ok().and_then(|page| page.data.into_iter().next()) else {
        return go(&ask, "/admin", Vec::new());
    };
    let done = SetupDone { loader: format!("{}/w/{}.js", ask.base, inbox.key), snippet: inbox.snippet };
    page(&ask, StatusCode::OK, pages::setup_done(&ask.frame(STYLE, Some("setup.js")), &done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_our_own_pages_only() {
        assert_eq!(own_page("/admin/v/mine"), "/admin/v/mine");
        for elsewhere in
            ["", "https://evil.example", "//evil.example", "/admin//evil.example", "/admin/\\evil", "/portal"]
        {
            assert_eq!(own_page(elsewhere), "/admin", "{elsewhere}");
        }
    }
}
