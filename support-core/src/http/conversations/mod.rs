//! `conversations`: direct and group ones, and the messages of every kind. A ticket's id is a conversation's id.

mod change;
mod create;
mod edit;
mod list;
mod participants;
mod read;
mod thread;

use super::routes::{Routes, routes};

/// What customers, visitors and holders of links have too.
pub(super) fn shared() -> Routes {
    Routes::new()
        .routes(routes!(thread::list_messages, thread::create_message))
        .routes(routes!(edit::edit, edit::delete))
        .routes(routes!(edit::react))
        .routes(routes!(edit::history))
        .routes(routes!(read::read))
        .routes(routes!(read::read_up_to))
        .routes(routes!(read::read_message))
}

/// What only `/api/v1` has on top.
pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::show, change::change))
        .routes(routes!(participants::add))
        .routes(routes!(participants::remove))
        .routes(routes!(participants::leave))
        .routes(routes!(read::receipts))
}
