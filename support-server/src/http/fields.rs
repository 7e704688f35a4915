//! A form's fields. What cannot be read is told on a page, as people who fill in forms expect.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts as _, Request, rejection::FormRejection},
    response::Response,
};
use serde::de::DeserializeOwned;
use support_core::Support;

use super::{answer::refused, ask::PageAsk};

/// The fields of a form that was posted to a page.
#[derive(Debug)]
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Support> for Fields<T> {
    type Rejection = Response;

    async fn from_request(request: Request, support: &Support) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(ask) = PageAsk::from_request_parts(&mut parts, support).await;
        if !support.is_same_origin(&parts.headers) {
            return Err(foreign(&ask));
        }
        match Form::<T>::from_request(Request::from_parts(parts, body), support).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(unreadable(&ask, &rejection)),
        }
    }
}

/// A form that another site's page sent, told on a page. Before there is any session nothing else tells it from one of ours.
pub(super) fn foreign(ask: &PageAsk) -> Response {
    back(ask, 403)
}

/// A form that makes no sense, told on a page.
pub(super) fn unreadable(ask: &PageAsk, rejection: &FormRejection) -> Response {
    back(ask, rejection.status().as_u16())
}

fn back(ask: &PageAsk, status: u16) -> Response {
    let (style, next) =
        if ask.path.starts_with("/portal") { ("portal.css", "/portal") } else { ("dashboard.css", "/admin") };
    refused(ask, status, style, (next, "Back"))
}
