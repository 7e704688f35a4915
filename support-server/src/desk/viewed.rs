//! What of a long list is in sight, measured in the browser.

use leptos::prelude::*;

/// The visible part of a scrolled list, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewed {
    /// How far it is scrolled.
    pub top: f64,
    /// How much is visible.
    pub height: f64,
    /// A row's height; 0 before anything was measured.
    pub row: f64,
}

impl Viewed {
    /// Measures a list whose rows are `row_rem` high.
    #[must_use]
    pub fn measure(body: &web_sys::HtmlElement, row_rem: f64) -> Self {
        let root = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
        let size = root.and_then(|style| style.get_property_value("font-size").ok());
        // The browser's own reading of numbers stops at the unit.
        let rem = size.map(|size| js_sys::parse_float(&size)).filter(|rem| *rem > 0.0).unwrap_or(16.0);
        Self { top: f64::from(body.scroll_top()), height: f64::from(body.client_height()), row: row_rem * rem }
    }

    /// Scrolls as little as shows the row at `place`.
    pub fn reveal(&self, body: &web_sys::HtmlElement, place: usize) {
        #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 rows")]
        let top = place as f64 * self.row;
        let target = if top < self.top {
            top
        } else if top + self.row > self.top + self.height {
            top + self.row - self.height
        } else {
            return;
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole pixels are enough, and scroll offsets fit")]
        body.set_scroll_top(target.ceil() as i32);
    }
}
