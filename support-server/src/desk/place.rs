//! Where the browser stands: its address is followed, links of the dashboard change it without a new page.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use super::Desk;
use crate::state::Address;

/// A path and its query.
pub(super) type Place = (String, String);

impl Desk {
    /// Follows the address of the browser, and takes the dashboard's own links over.
    pub(super) fn follow_links(self) {
        let back = window_event_listener_untyped("popstate", move |_| self.arrive());
        let clicks = window_event_listener(ev::click, move |event| {
            let is_plain = event.button() == 0
                && !(event.default_prevented()
                    || event.ctrl_key()
                    || event.meta_key()
                    || event.shift_key()
                    || event.alt_key());
            if is_plain
                && let Some(link) = link_of(&event)
                && self.visit(&link)
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            back.remove();
            clicks.remove();
        });
    }

    /// Goes where a link leads, if that is a page of the dashboard.
    fn visit(self, link: &web_sys::HtmlAnchorElement) -> bool {
        let is_ours = link.target().is_empty()
            && link.rel() != "external"
            && window().location().origin().is_ok_and(|origin| origin == link.origin())
            && Address::parse(&self.base(), &link.pathname(), &link.search()).is_some();
        if is_ours {
            self.push(&format!("{}{}", link.pathname(), link.search()));
        }
        is_ours
    }

    /// Goes to a path with its query.
    pub(super) fn push(self, path: &str) {
        let Ok(history) = window().history() else { return };
        // Refused for other origins and for very many pages in a short time; then the address stays and the page is shown.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.place.set((path.to_owned(), query.to_owned()));
    }

    fn arrive(self) {
        let location = window().location();
        if let (Ok(path), Ok(query)) = (location.pathname(), location.search()) {
            self.place.set((path, query));
        }
    }
}

fn link_of(event: &web_sys::MouseEvent) -> Option<web_sys::HtmlAnchorElement> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest("a[href]").ok()??.dyn_into().ok()
}
