//! Nodes as they stand in the document: built, taken over from the server's markup, replaced.

use std::{cell::RefCell, rc::Rc};

use leptos::{
    prelude::*,
    reactive::{effect::RenderEffect, owner::Owner},
    tachys::{
        hydration::Cursor,
        renderer::{CastFrom, Rndr},
        view::{Position, PositionState},
    },
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{Element, Kind, Live, Node, Rows, Value};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A node that stands in the document, or will as soon as it is mounted.
#[derive(Debug)]
pub struct Standing(Place);

enum Place {
    Nothing,
    Text(web_sys::Text),
    Element(Box<Mounted>),
    Many(Vec<Standing>),
    Live { _effect: RenderEffect<()>, content: Rc<RefCell<Standing>>, mark: web_sys::Comment },
    Rows { _effect: RenderEffect<()>, lines: Rc<RefCell<Vec<Line>>>, mark: web_sys::Comment },
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place")
    }
}

/// An event's name and what hears it.
type Listener = (&'static str, Closure<dyn FnMut(web_sys::Event)>);
/// Writes a value into the document; none takes it away.
type Apply = Box<dyn Fn(Option<&str>)>;

struct Mounted {
    element: web_sys::Element,
    _effects: Vec<RenderEffect<()>>,
    listeners: Vec<Listener>,
    _children: Vec<Standing>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for (event, listener) in &self.listeners {
            // Refused for what is no listener only.
            let _ = self.element.remove_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        }
    }
}

/// One element of [`Rows`], with all that its view has begun.
struct Line {
    key: u128,
    standing: Standing,
    owner: Owner,
}

/// How a node comes to stand: out of nothing, or in the place that the server has written.
#[derive(Clone)]
enum Way {
    Build,
    Hydrate(Cursor, PositionState),
}

pub(super) fn build(node: Node) -> Standing {
    stand(node, &Way::Build)
}

pub(super) fn hydrate(node: Node, cursor: &Cursor, position: &PositionState) -> Standing {
    stand(node, &Way::Hydrate(cursor.clone(), position.clone()))
}

/// Puts a node in the place of another one.
pub(super) fn replace(standing: &mut Standing, node: Node) {
    // A text that changes stays the same piece of the document.
    if let (Place::Text(old), Kind::Text(text)) = (&standing.0, &node.0) {
        old.set_data(text);
        return;
    }
    let mut new = build(node);
    standing.insert_before_this(&mut new);
    standing.unmount();
    *standing = new;
}

fn stand(node: Node, way: &Way) -> Standing {
    Standing(match node.0 {
        Kind::Nothing => Place::Nothing,
        Kind::Text(text) => Place::Text(match way {
            Way::Build => Rndr::create_text_node(&text),
            Way::Hydrate(cursor, position) => find_text(cursor, position),
        }),
        Kind::Element(element) => Place::Element(Box::new(stand_element(*element, way))),
        Kind::Many(nodes) => Place::Many(nodes.into_iter().map(|node| stand(node, way)).collect()),
        Kind::Live(Live(draw)) => stand_live(draw.take(), way),
        Kind::Rows(Rows { keys, row }) => stand_rows(keys.take(), row.take(), way),
    })
}

/// The server has written a mark between two texts.
fn find_text(cursor: &Cursor, position: &PositionState) -> web_sys::Text {
    step(cursor, position);
    if position.get() == Position::NextChildAfterText {
        cursor.sibling();
    }
    position.set(Position::NextChildAfterText);
    // Where the markup is not the server's, a text of our own does no harm.
    web_sys::Text::cast_from(cursor.current()).unwrap_or_else(|| Rndr::create_text_node(""))
}

fn step(cursor: &Cursor, position: &PositionState) {
    match position.get() {
        Position::FirstChild => cursor.child(),
        Position::Current => {}
        _ => cursor.sibling(),
    }
}

fn mark(way: &Way) -> web_sys::Comment {
    match way {
        Way::Build => Rndr::create_placeholder(),
        Way::Hydrate(cursor, position) => cursor.next_placeholder(position),
    }
}

fn stand_element(description: Element, way: &Way) -> Mounted {
    let Element { tag, class, attributes, properties, classes, listeners, meet, children, html } = description;
    let (element, inside) = match way {
        Way::Build => {
            let namespace = matches!(tag, "svg" | "path" | "rect" | "line").then_some(SVG);
            (Rndr::create_element(tag, namespace), Way::Build)
        }
        Way::Hydrate(cursor, position) => {
            step(cursor, position);
            let element =
                web_sys::Element::cast_from(cursor.current()).unwrap_or_else(|| Rndr::create_element(tag, None));
            position.set(Position::FirstChild);
            (element, way.clone())
        }
    };
    let mut effects = Vec::new();
    if matches!(way, Way::Build) && !class.is_empty() {
        Rndr::set_attribute(&element, "class", &class);
    }
    for (name, value) in attributes {
        follow(value, way, &mut effects, {
            let element = element.clone();
            move |value| match value {
                Some(value) => Rndr::set_attribute(&element, name, value),
                None => Rndr::remove_attribute(&element, name),
            }
        });
    }
    for (name, value) in classes {
        let list = element.class_list();
        follow(value, way, &mut effects, move |value| {
            // Refused for names with blanks only.
            let _ = list.toggle_with_force(name, value.is_some());
        });
    }
    let standing = children.into_iter().map(|child| stand(child, &inside)).collect::<Vec<_>>();
    match way {
        Way::Build => {
            if !html.is_empty() {
                element.set_inner_html(&html);
            }
            let mut standing = standing;
            standing.iter_mut().for_each(|child| child.mount(&element, None));
            return finish(element, effects, listeners, properties, meet, standing);
        }
        Way::Hydrate(cursor, position) => {
            cursor.set(element.clone().into());
            position.set(Position::NextChild);
        }
    }
    finish(element, effects, listeners, properties, meet, standing)
}

type Listeners = Vec<(&'static str, send_wrapper::SendWrapper<super::Hear>)>;

/// What comes after the children: a `select` knows its value only when its options are there.
fn finish(
    element: web_sys::Element,
    mut effects: Vec<RenderEffect<()>>,
    listeners: Listeners,
    properties: Vec<(&'static str, Value)>,
    meet: Option<send_wrapper::SendWrapper<super::Meet>>,
    children: Vec<Standing>,
) -> Mounted {
    for (name, value) in properties {
        let of = element.clone();
        follow(value, &Way::Build, &mut effects, move |value| {
            let (name, now) = (JsValue::from_str(name), value.map_or(JsValue::FALSE, JsValue::from_str));
            // A flag is true where its value is the empty one that stands for "present".
            let before = js_sys::Reflect::get(&of, &name).unwrap_or_default();
            let now = if before.as_bool().is_some() { JsValue::from_bool(value.is_some()) } else { now };
            if before != now {
                // Elements take any property.
                let _ = js_sys::Reflect::set(&of, &name, &now);
            }
        });
    }
    let owner = Owner::current().unwrap_or_default();
    let listeners = listeners
        .into_iter()
        .map(|(event, hear)| {
            let (mut hear, owner) = (hear.take(), owner.clone());
            let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event| owner.with(|| hear(event)));
            // Refused for what is no listener only.
            let _ = element.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            (event, listener)
        })
        .collect();
    if let Some(meet) = meet {
        (meet.take())(&element);
    }
    Mounted { element, _effects: effects, listeners, _children: children }
}

/// Applies a value now, unless the server's markup holds it already, and again when it changes.
fn follow(value: Value, way: &Way, effects: &mut Vec<RenderEffect<()>>, apply: impl Fn(Option<&str>) + 'static) {
    let apply: Apply = Box::new(apply);
    match value {
        Value::Fixed(None) => {}
        Value::Fixed(value) => {
            if matches!(way, Way::Build) {
                apply(value.as_deref());
            }
        }
        Value::Live(value) => {
            let value = value.take();
            effects.push(RenderEffect::new(move |_| apply(value().as_deref())));
        }
    }
}

fn stand_live(draw: Box<dyn Fn() -> Node>, way: &Way) -> Place {
    let content = Rc::new(RefCell::new(Standing(Place::Nothing)));
    let mark_of = Rc::new(RefCell::new(None::<web_sys::Comment>));
    let effect = {
        let (content, mark_of, way) = (content.clone(), mark_of.clone(), way.clone());
        RenderEffect::new(move |before: Option<()>| {
            let node = draw();
            if before.is_none() {
                *content.borrow_mut() = stand(node, &way);
                return;
            }
            let mut content = content.borrow_mut();
            if let (Place::Text(old), Kind::Text(text)) = (&content.0, &node.0) {
                old.set_data(text);
                return;
            }
            let mut new = build(node);
            content.unmount();
            if let Some(mark) = &*mark_of.borrow() {
                mount_before(&mut new, mark);
            }
            *content = new;
        })
    };
    let mark = mark(way);
    *mark_of.borrow_mut() = Some(mark.clone());
    Place::Live { _effect: effect, content, mark }
}

fn mount_before(standing: &mut Standing, mark: &web_sys::Comment) {
    let parent = mark.parent_node().and_then(web_sys::Element::cast_from);
    if let Some(parent) = parent {
        standing.mount(&parent, Some(mark));
    }
}

fn stand_rows(keys: Box<dyn Fn() -> Vec<u128>>, row: Box<dyn Fn(u128) -> Node>, way: &Way) -> Place {
    let lines = Rc::new(RefCell::new(Vec::<Line>::new()));
    let mark_of = Rc::new(RefCell::new(None::<web_sys::Comment>));
    // The lines outlive the run of the effect that brings them.
    let home = Owner::current().unwrap_or_default();
    let effect = {
        let (lines, mark_of, way) = (lines.clone(), mark_of.clone(), way.clone());
        RenderEffect::new(move |before: Option<()>| {
            let wanted = keys();
            let draw = |key: u128, way: &Way| {
                let owner = home.child();
                let standing = owner.with(|| untrack(|| stand(row(key), way)));
                Line { key, standing, owner }
            };
            let mut lines = lines.borrow_mut();
            if before.is_none() {
                lines.extend(wanted.into_iter().map(|key| draw(key, &way)));
                return;
            }
            let mark = mark_of.borrow();
            let Some((mark, parent)) =
                mark.as_ref().and_then(|mark| Some((mark, mark.parent_node().and_then(web_sys::Element::cast_from)?)))
            else {
                return;
            };
            let (mut old, gone): (Vec<_>, Vec<_>) = lines.drain(..).partition(|line| wanted.contains(&line.key));
            gone.into_iter().for_each(Line::leave);
            let mut behind: web_sys::Node = mark.clone().into();
            let mut new = Vec::with_capacity(wanted.len());
            for key in wanted.into_iter().rev() {
                let place = old.iter().rposition(|line| line.key == key);
                let mut line = place.map_or_else(|| draw(key, &Way::Build), |place| old.remove(place));
                if let Some(element) = line.standing.elements().into_iter().next() {
                    if element.next_sibling().as_ref() != Some(&behind) {
                        line.standing.mount(&parent, Some(&behind));
                    }
                    behind = element.into();
                }
                new.push(line);
            }
            new.reverse();
            *lines = new;
        })
    };
    let mark = mark(way);
    *mark_of.borrow_mut() = Some(mark.clone());
    Place::Rows { _effect: effect, lines, mark }
}

impl Line {
    fn leave(mut self) {
        self.standing.unmount();
        self.owner.cleanup();
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        match &mut self.0 {
            Place::Nothing => {}
            Place::Text(text) => text.remove(),
            Place::Element(mounted) => mounted.element.remove(),
            Place::Many(many) => many.iter_mut().for_each(Standing::unmount),
            Place::Live { content, mark, .. } => {
                content.borrow_mut().unmount();
                mark.remove();
            }
            Place::Rows { lines, mark, .. } => {
                lines.borrow_mut().iter_mut().for_each(|line| line.standing.unmount());
                mark.remove();
            }
        }
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        match &mut self.0 {
            Place::Nothing => {}
            Place::Text(text) => Rndr::insert_node(parent, text, marker),
            Place::Element(mounted) => Rndr::insert_node(parent, &mounted.element, marker),
            Place::Many(many) => many.iter_mut().for_each(|child| child.mount(parent, marker)),
            Place::Live { content, mark, .. } => {
                content.borrow_mut().mount(parent, marker);
                Rndr::insert_node(parent, mark, marker);
            }
            Place::Rows { lines, mark, .. } => {
                lines.borrow_mut().iter_mut().for_each(|line| line.standing.mount(parent, marker));
                Rndr::insert_node(parent, mark, marker);
            }
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let Some(first) = self.first() else { return false };
        let Some(parent) = first.parent_node().and_then(web_sys::Element::cast_from) else { return false };
        child.mount(&parent, Some(&first));
        true
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match &self.0 {
            Place::Element(mounted) => vec![mounted.element.clone()],
            Place::Many(many) => many.iter().flat_map(Mountable::elements).collect(),
            Place::Live { content, .. } => content.borrow().elements(),
            Place::Rows { lines, .. } => lines.borrow().iter().flat_map(|line| line.standing.elements()).collect(),
            Place::Nothing | Place::Text(_) => Vec::new(),
        }
    }
}

/// What is gone must not run again: the task of an effect holds what it has drawn until its next turn, and the effects inside
/// would have their turns before that, without the owners that they need.
impl Drop for Standing {
    fn drop(&mut self) {
        match &self.0 {
            Place::Live { content, .. } => {
                let content = content.try_borrow_mut().map(|mut content| std::mem::take(&mut *content));
                drop(content);
            }
            Place::Rows { lines, .. } => {
                let lines = lines.try_borrow_mut().map(|mut lines| std::mem::take(&mut *lines));
                drop(lines);
            }
            Place::Nothing | Place::Text(_) | Place::Element(_) | Place::Many(_) => {}
        }
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self(Place::Nothing)
    }
}

impl Standing {
    /// The first piece of the document that belongs to it.
    fn first(&self) -> Option<web_sys::Node> {
        match &self.0 {
            Place::Nothing => None,
            Place::Text(text) => Some(text.clone().into()),
            Place::Element(mounted) => Some(mounted.element.clone().into()),
            Place::Many(many) => many.iter().find_map(Self::first),
            Place::Live { content, mark, .. } => content.borrow().first().or_else(|| Some(mark.clone().into())),
            Place::Rows { lines, mark, .. } => {
                lines.borrow().iter().find_map(|line| line.standing.first()).or_else(|| Some(mark.clone().into()))
            }
        }
    }
}
