//! The widget: its loader and frame, and the visitor's session.

mod files;
mod identity;
mod session;

use axum::{Router, routing::get};

use crate::{
    http::routes::{Routes, routes},
    support::Support,
};

/// What only `/w/api/v1` has.
pub(super) fn own() -> Routes {
    Routes::new()
        .routes(routes!(session::start, session::show))
        .routes(routes!(session::end))
        .routes(routes!(session::change))
}

/// The files, which are no part of the API.
pub(super) fn files() -> Router<Support> {
    Router::new()
        .route("/w/{file}", get(files::loader))
        .route("/w/{key}/frame", get(files::frame))
        .route("/w/a/{hash}/{file}", get(files::asset))
}
