//! `tickets/{ticket_id}/messages`.

mod create;
mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::support::Support;

pub(super) fn shared() -> OpenApiRouter<Support> {
    OpenApiRouter::new().routes(routes!(list::list, create::create))
}
