//! The application: its first state, and on the server the document around it.

#[cfg(feature = "ssr")]
mod document;
mod snapshot;

#[cfg(feature = "ssr")]
pub use document::{Document, document};
pub use snapshot::{Customer, Lack, Opened, Opening, Snapshot, open};

use crate::{desk::Desk, ui::Node, views::desk_page};

/// The whole dashboard at an address, from its first state on.
#[must_use]
pub fn app(snapshot: Snapshot, path: &str, query: &str) -> Node {
    Desk::provide(snapshot, path, query);
    desk_page()
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
        .and_then(|json| crate::api::read::<Snapshot>(&json));
    let root = page.get_element_by_id("app").and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    // Without them the page stays as it was rendered: readable, with links that work.
    let (Some(snapshot), Some(root)) = (snapshot, root) else { return };
    let location = leptos::prelude::window().location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else { return };
    leptos::mount::hydrate_from(root, move || app(snapshot, &path, &query)).forget();
}
