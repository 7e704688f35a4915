//! `attachments`: files, from whoever brings them to whoever may read the message that has them.

mod delete;
mod download;
mod form;
mod upload;

use super::routes::{Routes, routes};

/// What every surface has, each for its own callers.
pub(super) fn shared() -> Routes {
    Routes::new()
        .routes(routes!(upload::upload))
        .routes(routes!(download::download, delete::delete))
        .routes(routes!(download::thumbnail))
}
