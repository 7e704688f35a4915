//! The page routes: what a browser asks for beside the API. A handler reads, calls the API in process, and renders.

mod answer;
mod ask;
mod assets;
mod attached;
mod audit;
mod desk;
mod fields;
mod office;
mod password;
mod portal;
mod settings;
mod sign_in;
mod site;
mod statistics;
#[cfg(test)]
mod tests;

use axum::{
    Extension, Router,
    routing::{get, post},
};
use support_core::Support;

pub(crate) use self::{
    answer::{go, page, refused},
    ask::PageAsk,
};
pub use site::Site;

use self::assets::DeskAssets;

/// Everything of this crate and of `support-core` at `path`, for `merge`: API, widget, dashboard, portal, sign-in.
pub fn mount<S: Clone + Send + Sync + 'static>(path: &str, support: &Support) -> Router<S> {
    mount_site(path, support, Site::default(), Router::new())
}

/// Like [`mount`], with the desk's own name and with further routes.
pub fn mount_site<S: Clone + Send + Sync + 'static>(
    path: &str,
    support: &Support,
    site: Site,
    more: Router<Support>,
) -> Router<S> {
    support.mount_with(path, pages(support, site, more))
}

/// What a desk has that owns its whole host: a way from `/`, and a page for what is not there.
pub(crate) fn alone() -> Router<Support> {
    let nowhere = |ask: PageAsk| async move { refused(&ask, 404, "portal.css", ("/admin", "To the dashboard")) };
    Router::new().route("/", get(desk::home)).route("/{*rest}", get(nowhere))
}

/// The page routes with further ones, which can use the same extractors.
fn pages(support: &Support, site: Site, more: Router<Support>) -> Router<Support> {
    Router::new()
        .route("/admin", get(desk::home))
        .route("/admin/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/admin/sign-out", post(sign_in::leave))
        .route("/admin/a/{version}/{file}", get(assets::serve))
        .route("/admin/v/{view}/t/{ticket_id}/reply", post(desk::reply))
        .route("/admin/{*page}", get(desk::show))
        .route("/setup", get(sign_in::setup).post(sign_in::submit_setup))
        .route("/setup/done", get(sign_in::setup_done))
        .route("/forgot", get(password::forgot).post(password::submit_forgot))
        .route("/reset", get(password::reset).post(password::submit_reset))
        .route("/invite", get(password::invite).post(password::submit_invite))
        .route("/portal", get(portal::home))
        .route("/portal/session", post(portal::enter))
        .route("/portal/links", get(portal::ask_for_links).post(portal::send_links))
        .route("/portal/sign-out", post(portal::leave))
        .route("/portal/t/{ticket_id}", get(portal::thread))
        .route("/portal/t/{ticket_id}/reply", post(portal::reply))
        .route("/admin/audit", get(audit::show))
        .route("/admin/statistics", get(statistics::show))
        .route("/admin/statistics.csv", get(statistics::file))
        .route("/portal/t/{ticket_id}/close", post(portal::close))
        .route("/portal/new", get(portal::new).post(portal::open))
        .merge(settings::routes())
        .merge(more)
        .layer(Extension(site))
        .layer(Extension(DeskAssets::default()))
        .layer(Extension(support.in_process()))
}
