//! `messages` and `tickets/{ticket_id}/messages`.

mod all;
mod create;
mod list;

pub(super) use list::MessageParams;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::support::Support;

pub(super) fn shared() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(list::list, create::create))
}

/// What only `/api/v1` has on top.
pub(super) fn desk() -> OpenApiRouter<Support> {
    OpenApiRouter::new()
        .routes(routes!(all::list_all, all::post))
        .routes(routes!(all::show))
        .routes(routes!(all::replies))
}
