//! `tickets`.

mod assign;
mod bulk;
mod change;
mod close;
mod create;
mod list;
mod merge;
mod read;
mod reopen;
mod resolve;
mod show;
mod snooze;
mod stats;
mod unmerge;

use super::routes::{Routes, routes};

/// What customers, visitors and holders of links have too.
pub(super) fn shared() -> Routes {
    Routes::new().routes(routes!(list::list, create::create)).routes(routes!(show::show)).routes(routes!(read::read))
}

/// What only `/api/v1` has on top.
pub(super) fn desk() -> Routes {
    Routes::new()
        .routes(routes!(stats::stats))
        .routes(routes!(change::change))
        .routes(routes!(assign::assign))
        .routes(routes!(resolve::resolve))
        .routes(routes!(close::close))
        .routes(routes!(reopen::reopen))
        .routes(routes!(snooze::snooze))
        .routes(routes!(merge::merge))
        .routes(routes!(unmerge::unmerge))
        .routes(routes!(bulk::bulk))
}
