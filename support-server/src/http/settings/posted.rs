//! A form of the settings that somebody sent.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts as _, Request},
    http::{Method, StatusCode},
    response::Response,
};
use serde_json::Value;
use support_core::Support;

use super::super::{
    answer::status_of,
    ask::PageAsk,
    fields::{foreign, unreadable},
};
use crate::{
    api::{Failure, Reply},
    pages::{Entries, Wrong},
};

/// Who sent it, where, and what stands in it.
pub(super) struct Posted {
    pub(super) support: Support,
    pub(super) ask: PageAsk,
    pub(super) entries: Entries,
    /// Whether the form is one of ours.
    is_ours: bool,
}

impl FromRequest<Support> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, support: &Support) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(ask) = PageAsk::from_request_parts(&mut parts, support).await;
        if !support.is_same_origin(&parts.headers) {
            return Err(foreign(&ask));
        }
        let headers = parts.headers.clone();
        match Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), support).await {
            Ok(Form(fields)) => {
                let entries = Entries::new(fields);
                let is_ours = support.csrf_matches(&headers, entries.one("csrf"));
                Ok(Self { support: support.clone(), ask, entries, is_ours })
            }
            Err(rejection) => Err(unreadable(&ask, &rejection)),
        }
    }
}

/// Why nothing was done.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) wrong: Wrong,
    /// The API's own answer. None where the form was not ours any more, or could not be sent.
    pub(super) failure: Option<Failure>,
}

impl Posted {
    /// Sends a body to the API, if the form is one of ours.
    pub(super) async fn submit(
        &self,
        method: Method,
        path: &str,
        body: Result<Value, Wrong>,
    ) -> Result<Reply, Refusal> {
        if !self.is_ours {
            let wrong = Wrong::about_all("This page was open for too long. Send it again.".to_owned());
            return Err(Refusal { status: StatusCode::FORBIDDEN, wrong, failure: None });
        }
        let body = match body {
            Ok(body) => body,
            Err(wrong) => return Err(Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, wrong, failure: None }),
        };
        let failure = match self.ask.api.change(method, &format!("/api/v1{path}"), &body).await {
            Ok(reply) if (200..300).contains(&reply.status) => return Ok(reply),
            Ok(reply) => Failure::from_reply(&reply),
            Err(failure) => failure,
        };
        let wrong = match &failure {
            Failure::Refused { problem, .. } => Wrong::of(problem),
            Failure::Offline | Failure::Unreadable => Wrong::about_all(failure.sentence()),
        };
        let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Err(Refusal { status, wrong, failure: Some(failure) })
    }
}
