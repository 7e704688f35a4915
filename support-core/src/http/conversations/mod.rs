//! `conversations/{conversation_id}`: the same for tickets and every other kind.

mod edit;
mod thread;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::support::Support;

pub(super) fn shared() -> OpenApiRouter<Support> {
    OpenApiRouter::new()
        .routes(routes!(thread::list_messages, thread::create_message))
        .routes(routes!(edit::edit, edit::delete))
        .routes(routes!(edit::react))
        .routes(routes!(edit::history))
}
