//! The few steps that every element is made with. Text becomes a text node; HTML goes through the browser's own sanitiser.

use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Document, Element, HtmlElement, KeyboardEvent, Node};

use super::Act;
use crate::browser::page_data;

/// Makes elements.
#[derive(Debug, Clone)]
pub(super) struct Dom(Document);

const SVG: &str = "http://www.w3.org/2000/svg";

impl Dom {
    pub(super) const fn new(document: Document) -> Self {
        Self(document)
    }

    /// Every name here is a constant of ours, so `createElement` cannot refuse it.
    pub(super) fn make(&self, name: &str, class: &str) -> Element {
        let element = self.0.create_element(name).unwrap_throw();
        if !class.is_empty() {
            element.set_class_name(class);
        }
        element
    }

    #[inline(never)]
    pub(super) fn add(&self, parent: &Element, name: &str, class: &str) -> Element {
        let element = self.make(name, class);
        append(parent, &element);
        element
    }

    #[inline(never)]
    pub(super) fn add_text(&self, parent: &Element, name: &str, class: &str, words: &str) -> Element {
        let element = self.add(parent, name, class);
        element.set_text_content(Some(words));
        element
    }

    pub(super) fn text_node(&self, words: &str) -> Node {
        self.0.create_text_node(words).into()
    }

    /// The address of something below the API's root.
    pub(super) fn in_api(&self, path: &str) -> String {
        [&page_data(&self.0, "base"), "/w/api/v1/", path].concat()
    }

    /// Shows HTML through the browser's own sanitiser (`setHTML`), links in a tab of their own. False where there is none.
    pub(super) fn fill_clean(&self, element: &Element, html: &str) -> bool {
        let set_html = js_sys::Reflect::get(element, &"setHTML".into()).unwrap_or_default();
        let Ok(set_html) = set_html.dyn_into::<js_sys::Function>() else { return false };
        if set_html.call1(element, &html.into()).is_err() {
            return false;
        }
        let links = element.get_elements_by_tag_name("a");
        for index in 0..links.length() {
            if let Some(link) = links.item(index) {
                set(&link, &[("target", "_blank"), ("rel", "noopener noreferrer nofollow")]);
            }
        }
        element.set_class_name("prose");
        true
    }

    pub(super) fn button(&self, parent: &Element, class: &str, act: Act) -> Element {
        let button = self.add(parent, "button", class);
        set(&button, &[("type", "button"), ("data-act", act.name())]);
        button
    }

    /// A 16 px stroke drawing.
    pub(super) fn icon(&self, path: &str) -> Element {
        let make = |name| self.0.create_element_ns(Some(SVG), name).unwrap_throw();
        let (svg, line) = (make("svg"), make("path"));
        set(&svg, &[("viewBox", "0 0 16 16"), ("class", "icon"), ("aria-hidden", "true")]);
        set(&line, &[("d", path)]);
        append(&svg, &line);
        svg
    }
}

/// Sets attributes. One place for it: a call with its error path is long, and the panel makes a hundred of them.
#[inline(never)]
pub(super) fn set(element: &Element, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        element.set_attribute(name, value).ok();
    }
}

#[inline(never)]
pub(super) fn append(parent: &Element, child: &Node) {
    parent.append_child(child).ok();
}

/// Sets the text, unless it says so already: a live region would say it again.
#[inline(never)]
pub(super) fn text(element: &Element, words: &str) {
    if element.text_content().as_deref() != Some(words) {
        element.set_text_content(Some(words));
    }
}

#[inline(never)]
pub(super) fn show(element: &Element, shown: bool) {
    element.toggle_attribute_with_force("hidden", !shown).ok();
}

pub(super) fn label(element: &Element, words: &str) {
    set(element, &[("aria-label", words)]);
}

/// Lets the tab key go round inside an element.
pub(super) fn wrap_focus(inside: &Element, event: &KeyboardEvent) {
    let Ok(found) = inside.query_selector_all("button:enabled, textarea, input, a, [tabindex='0']") else { return };
    let stops = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok());
    // What is not drawn has no box.
    let stops: Vec<HtmlElement> = stops.filter(|stop| stop.get_client_rects().length() > 0).collect();
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
    let (edge, other) = if event.shift_key() { (first, last) } else { (last, first) };
    let active = inside.owner_document().and_then(|document| document.active_element());
    if active.as_ref() == Some(edge.as_ref()) {
        event.prevent_default();
        other.focus().ok();
    }
}
