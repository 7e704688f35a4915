//! Where the visitor writes.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement};

use super::{Act, dom, dom::Dom, icon};
use crate::text::Strings;

/// The field and its button.
#[derive(Debug)]
pub(crate) struct Composer {
    field: HtmlTextAreaElement,
    send: HtmlElement,
    file: Element,
}

impl Composer {
    pub(super) fn build(dom: &Dom, panel: &Element, length_max: usize) -> Option<Self> {
        let form = dom.add(panel, "form", "write");
        dom::set(&form, &[("data-act", Act::Send.name())]);
        let line = dom.add(&form, "div", "write-box");
        // The desk may take no files: then the button is hidden.
        let label = dom.add(&line, "label", "write-attach");
        dom::append(&label, &dom.icon(icon::CLIP));
        let file = dom.add(&label, "input", "visually-hidden");
        dom::set(&file, &[("type", "file"), ("multiple", "")]);
        let field: HtmlTextAreaElement = dom.add(&line, "textarea", "write-field").dyn_into().ok()?;
        field.set_rows(1);
        field.set_max_length(i32::try_from(length_max).unwrap_or(i32::MAX));
        dom::set(&field, &[("enterkeyhint", "send"), ("autocomplete", "off")]);
        let send: HtmlElement = dom.add(&line, "button", "write-send").dyn_into().ok()?;
        dom::append(&send, &dom.icon(icon::SEND));
        let composer = Self { field, send, file };
        composer.fit();
        Some(composer)
    }

    pub(super) fn speak(&self, strings: &Strings) {
        dom::label(&self.field, strings.write);
        self.field.set_placeholder(strings.write);
        dom::label(&self.send, strings.send);
        dom::label(&self.file, strings.attach);
        // For the script that carries files.
        let words =
            [("data-cancel", strings.cancel), ("data-large", strings.too_large), ("data-failed", strings.unreachable)];
        dom::set(&self.file, &words);
    }

    pub(crate) fn is_target(&self, event: &Event) -> bool {
        event.target().as_ref() == Some(self.field.as_ref())
    }

    pub(crate) fn text(&self) -> String {
        self.field.value()
    }

    pub(crate) fn set_text(&self, text: &str) {
        self.field.set_value(text);
        self.fit();
    }

    pub(crate) fn focus(&self) {
        self.field.focus().ok();
    }

    /// Grows with the text up to what the style sheet allows, and lights the button when there is something to send.
    pub(crate) fn fit(&self) {
        let style = self.field.style();
        style.set_property("block-size", "auto").ok();
        let height = self.field.scroll_height() + self.field.offset_height() - self.field.client_height();
        style.set_property("block-size", &format!("{height}px")).ok();
        let empty = self.field.value().trim().is_empty();
        // The placeholder is in the page's direction, what the visitor writes in its own.
        self.field.set_dir(if empty { "" } else { "auto" });
        dom::set(&self.send, &[("aria-disabled", if empty { "true" } else { "false" })]);
    }
}
