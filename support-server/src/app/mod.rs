//! The application: its first state, its routes, and on the server the document around it.

#[cfg(feature = "ssr")]
mod document;
mod snapshot;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

#[cfg(feature = "ssr")]
pub use document::{Document, document};
pub use snapshot::{Customer, Lack, Opened, Opening, Snapshot, open};

use crate::{desk::Desk, views::DeskPage};

/// The whole dashboard, from its first state on.
#[component]
pub fn App(
    /// What the page shows at first.
    snapshot: Snapshot,
) -> impl IntoView {
    let base = snapshot.base.clone();
    view! {
        <Router base>
            <Routes snapshot />
        </Router>
    }
}

/// What a page shows is read from the address in one place, `state::Address`, and the panes stay mounted while it changes.
/// So the one route is empty and the desk stands beside it: a route's view is erased, which for a whole page costs 100 KB.
#[component]
fn Routes(snapshot: Snapshot) -> impl IntoView {
    Desk::provide(snapshot);
    view! {
        <FlatRoutes fallback=|| ()>
            <Route path=path!("/admin/*rest") view=|| () />
        </FlatRoutes>
        <DeskPage />
    }
}

/// Takes over the markup that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    use wasm_bindgen::JsCast;

    let page = leptos::prelude::document();
    let snapshot = page
        .get_element_by_id("snapshot")
        .and_then(|island| island.text_content())
        .and_then(|json| serde_json::from_str::<Snapshot>(&json).ok());
    let root = page.get_element_by_id("app").and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    // Without them the page stays as it was rendered: readable, with links that work.
    let (Some(snapshot), Some(root)) = (snapshot, root) else { return };
    leptos::mount::hydrate_from(root, move || view! { <App snapshot /> }).forget();
}
