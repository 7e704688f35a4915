//! `messages` and `tickets/{ticket_id}/messages`.

mod all;
mod create;
mod list;

pub(super) use list::MessageParams;

use super::routes::{Routes, routes};

pub(super) fn shared() -> Routes {
    Routes::new().routes(routes!(list::list, create::create))
}

/// What only `/api/v1` has on top.
pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(all::list_all, all::post)).routes(routes!(all::show)).routes(routes!(all::replies))
}
