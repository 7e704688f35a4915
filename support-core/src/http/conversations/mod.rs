//! `conversations/{conversation_id}`: the same for tickets and every other kind.

mod edit;
mod thread;

use super::routes::{Routes, routes};

pub(super) fn shared() -> Routes {
    Routes::new()
        .routes(routes!(thread::list_messages, thread::create_message))
        .routes(routes!(edit::edit, edit::delete))
        .routes(routes!(edit::react))
        .routes(routes!(edit::history))
}
