//! Views as plain data: `el("p").class("hint").child("text")`. One piece of code renders, hydrates and replaces all of
//! them, where Leptos's typed views compile each shape of markup four times; the browser's part of this dashboard must stay small.
//!
//! The rest is Leptos as ever: signals, effects, owners, and a [`Node`] stands wherever a view does.

mod browser;
mod server;
mod value;

use std::borrow::Cow;

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        view::{Position, PositionState, add_attr::AddAnyAttr},
    },
};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;

pub use browser::Standing;
pub use value::{IntoNode, IntoValue, Value};

/// A piece of a page.
#[derive(Debug, Default)]
pub struct Node(Kind);

#[derive(Debug, Default)]
enum Kind {
    #[default]
    Nothing,
    Text(Cow<'static, str>),
    Element(Box<Element>),
    Many(Vec<Node>),
    Live(Live),
    Rows(Rows),
}

type Draw = SendWrapper<Box<dyn Fn() -> Node>>;

/// A place that is drawn anew when what it reads has changed.
struct Live(Draw);

/// Elements that stay while their key stays.
struct Rows {
    keys: SendWrapper<Box<dyn Fn() -> Vec<u128>>>,
    row: SendWrapper<Box<dyn Fn(u128) -> Node>>,
}

type Hear = Box<dyn FnMut(web_sys::Event)>;
type Meet = Box<dyn FnOnce(&web_sys::Element)>;

/// An element that is being described.
pub struct Element {
    tag: &'static str,
    class: Cow<'static, str>,
    attributes: Vec<(&'static str, Value)>,
    properties: Vec<(&'static str, Value)>,
    classes: Vec<(&'static str, Value)>,
    listeners: Vec<(&'static str, SendWrapper<Hear>)>,
    meet: Option<SendWrapper<Meet>>,
    children: Vec<Node>,
    /// In place of children.
    html: String,
}

/// An element.
#[must_use]
pub fn el(tag: &'static str) -> Element {
    Element {
        tag,
        class: Cow::Borrowed(""),
        attributes: Vec::new(),
        properties: Vec::new(),
        classes: Vec::new(),
        listeners: Vec::new(),
        meet: None,
        children: Vec::new(),
        html: String::new(),
    }
}

/// A place that is drawn anew when a signal that `draw` reads has changed.
#[must_use]
pub fn live<N: IntoNode>(draw: impl Fn() -> N + 'static) -> Node {
    Node(Kind::Live(Live(SendWrapper::new(Box::new(move || draw().into_node())))))
}

/// A list of elements, each of which stays while its key stays. `row` gives one element.
#[must_use]
pub fn rows(keys: impl Fn() -> Vec<u128> + 'static, row: impl Fn(u128) -> Node + 'static) -> Node {
    Node(Kind::Rows(Rows { keys: SendWrapper::new(Box::new(keys)), row: SendWrapper::new(Box::new(row)) }))
}

impl Element {
    /// Its class.
    #[must_use]
    pub fn class(mut self, class: impl Into<Cow<'static, str>>) -> Self {
        self.class = class.into();
        self
    }

    /// A further class, while a condition holds.
    #[must_use]
    pub fn class_if(mut self, class: &'static str, is: impl IntoValue) -> Self {
        self.classes.push((class, is.into_value()));
        self
    }

    /// An attribute; `None` and `false` leave it out.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl IntoValue) -> Self {
        self.attributes.push((name, value.into_value()));
        self
    }

    /// A property of the element itself, in the browser only: what a field holds now.
    #[must_use]
    pub fn prop(mut self, name: &'static str, value: impl IntoValue) -> Self {
        self.properties.push((name, value.into_value()));
        self
    }

    /// Listens.
    #[must_use]
    pub fn on(mut self, event: &'static str, hear: impl FnMut(web_sys::Event) + 'static) -> Self {
        self.listeners.push((event, SendWrapper::new(Box::new(hear))));
        self
    }

    /// Listens to keys.
    #[must_use]
    pub fn on_key(self, mut hear: impl FnMut(web_sys::KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| hear(event.unchecked_into()))
    }

    /// Listens to what is written into it.
    #[must_use]
    pub fn on_input(self, mut hear: impl FnMut(String) + 'static) -> Self {
        self.on("input", move |event| hear(event_target_value(&event)))
    }

    /// Listens to being pressed.
    #[must_use]
    pub fn press(self, mut act: impl FnMut() + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// Shown to `meet` once it stands in the browser.
    #[must_use]
    pub fn meet(mut self, meet: impl FnOnce(&web_sys::Element) + 'static) -> Self {
        self.meet = Some(SendWrapper::new(Box::new(meet)));
        self
    }

    /// HTML that it holds instead of children. Only what the desk's API calls HTML: that was cleaned there.
    #[must_use]
    pub fn html(mut self, html: String) -> Self {
        self.html = html;
        self
    }

    /// What it holds.
    #[must_use]
    pub fn child(mut self, child: impl IntoNode) -> Self {
        let child = child.into_node();
        if !matches!(child.0, Kind::Nothing) {
            self.children.push(child);
        }
        self
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self(Kind::Element(Box::new(element)))
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Element").field("tag", &self.tag).field("children", &self.children).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live")
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rows")
    }
}

impl Render for Node {
    type State = Standing;

    fn build(self) -> Standing {
        browser::build(self)
    }

    fn rebuild(self, state: &mut Standing) {
        browser::replace(state, self);
    }
}

impl AddAnyAttr for Node {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
        server::write(self, buf, position);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Standing {
        browser::hydrate(self, cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_text_in_elements_and_in_attributes() {
        let node = el("p").class("a").attr("title", "\"<b>\" & more").child("<script>").child(String::from("&"));
        assert_eq!(
            Node::from(node).to_html(),
            "<p class=\"a\" title=\"&quot;&lt;b&gt;&quot; &amp; more\">&lt;script&gt;<!>&amp;</p>"
        );
    }

    #[test]
    fn an_attribute_without_a_value_is_left_out_and_a_condition_adds_a_class() {
        let node = el("input")
            .class("x")
            .class_if("is-on", true)
            .class_if("is-off", || false)
            .attr("disabled", false)
            .attr("checked", true)
            .attr("aria-current", None::<&str>);
        assert_eq!(Node::from(node).to_html(), "<input class=\"x is-on\" checked=\"\">");
    }

    #[test]
    fn what_may_change_leaves_a_mark_behind_it_for_the_browser() {
        let owner = Owner::new_root(None);
        let html = owner.with(|| {
            let shown = RwSignal::new(true);
            Node::from(
                el("ul")
                    .child(live(move || shown.get().then(|| el("li").child("one"))))
                    .child(rows(|| vec![7, 8], |key| el("li").child(key.to_string()).into())),
            )
            .to_html()
        });
        assert_eq!(html, "<ul><li>one</li><!><li>7</li><li>8</li><!></ul>");
    }
}
