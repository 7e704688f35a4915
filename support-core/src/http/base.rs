//! The prefix that the engine is mounted under, found out per request.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::request::Parts,
};

/// `""`, `"/support"`, `"/t/acme/help"`: what stands before our own paths in this request's address. No trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BasePath(pub String);

impl BasePath {
    /// Of a request's head.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        // A call inside the process states it, because its address is not the one that the browser sees.
        if let Some(base) = parts.extensions.get::<Self>() {
            return base.clone();
        }
        let inner = parts.uri.path();
        let base = parts.extensions.get::<OriginalUri>().and_then(|original| original.path().strip_suffix(inner));
        Self(base.unwrap_or_default().trim_end_matches('/').to_owned())
    }
}

impl<S: Sync> FromRequestParts<S> for BasePath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
