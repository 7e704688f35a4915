//! The few things that are asked of the browser itself.

use std::time::Duration;

use leptos::{ev, prelude::*};
use support_core::model::Timestamp;
use wasm_bindgen::JsCast;

/// How long a toast stands.
pub(super) const TOAST: Duration = Duration::from_secs(8);

/// Milliseconds since 1970.
pub(super) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Now.
pub(super) fn now() -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Timestamp::from_timestamp_millis(now_ms() as i64)
}

/// A new client id: 128 random bits. `crypto.randomUUID` is absent in insecure contexts.
pub(super) fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // Refused for more than 65,536 bytes only.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether somebody can see the page.
pub(super) fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // An element that is gone by now has no focus to take.
        let _ = element.focus();
    }
}

/// Without regard to case. The browser knows all scripts; Rust's own tables would cost it 10 KB.
#[must_use]
pub fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Whether the element with this id is on the screen, or hidden as the other panes are on a phone.
#[must_use]
pub fn is_shown(id: &str) -> bool {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.offset_parent().is_some())
}

/// Whether ⌘ is the key that goes with Enter.
#[must_use]
pub fn is_mac() -> bool {
    window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// Does something when the pointer is pressed anywhere but in `inside`, as long as the view stands.
pub fn when_pressed_outside(inside: impl Fn() -> Option<web_sys::Element> + 'static, act: impl Fn() + 'static) {
    let parts = StoredValue::new_local((inside, act));
    // Effects never run on the server, where there is no window to listen to.
    Effect::new(move |_| {
        let listener = window_event_listener(ev::pointerdown, move |event| {
            parts.with_value(|(inside, act)| {
                if inside().is_some_and(|inside| !inside.contains(Some(&event_target::<web_sys::Node>(&event)))) {
                    act();
                }
            });
        });
        on_cleanup(move || listener.remove());
    });
}

fn storage() -> Option<web_sys::Storage> {
    // Refused where the reader forbids storage; then drafts live as long as the page.
    window().local_storage().ok().flatten()
}

pub(super) fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

pub(super) fn keep(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full storage keeps the draft in the page only.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name of the cookie that tells the server, so that the first paint is right.
    ///
    /// It does not begin with `support_`: forms are bound to the cookies that do, and a change of theme must not void them.
    pub const COOKIE: &'static str = "desk_theme";

    /// In the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value of `data-theme`; `None`: the system's.
    #[must_use]
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Reads the attribute or the cookie.
    #[must_use]
    pub fn named(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|theme| theme.attribute() == name).unwrap_or(Self::System)
    }

    /// What the page shows now.
    #[must_use]
    pub fn current() -> Self {
        let root = document().document_element();
        Self::named(root.and_then(|root| root.get_attribute("data-theme")).as_deref())
    }

    /// Shows it, and remembers it for this browser.
    pub fn choose(self, base: &str) {
        let page = document();
        if let Some(root) = page.document_element() {
            let _ = match self.attribute() {
                Some(name) => root.set_attribute("data-theme", name),
                None => root.remove_attribute("data-theme"),
            };
        }
        if let Some(page) = page.dyn_ref::<web_sys::HtmlDocument>() {
            let (value, age) = self.attribute().map_or(("", 0), |name| (name, 31_536_000));
            let path = if base.is_empty() { "/" } else { base };
            let _ = page.set_cookie(&format!("{}={value}; path={path}; max-age={age}; samesite=lax", Self::COOKIE));
        }
    }
}
