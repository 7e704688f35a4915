//! The thread: keyed rows, a scroll position that stays where the reader is.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Event};

use super::{Act, dom, dom::Dom, icon, message};
use crate::{browser::Clock, state::Row, text::Strings};

/// Nearer to the end than this, the reader follows the conversation.
const AT_END_PX: i32 = 64;

/// The scrolling list of rows.
#[derive(Debug)]
pub(crate) struct Log {
    dom: Dom,
    root: Element,
    newer: Element,
    greeting: String,
    name: String,
    drawn: RefCell<Vec<(Row, Element)>>,
    at_end: Rc<Cell<bool>>,
}

impl Log {
    pub(super) fn build(dom: &Dom, panel: &Element, greeting: String, name: String) -> Self {
        let frame = dom.add(panel, "div", "log-frame");
        let root = dom.add(&frame, "div", "log");
        // Not live: a screen reader would read the whole history. The newest answer goes to a region of its own.
        dom::set(&root, &[("role", "log"), ("tabindex", "0"), ("aria-live", "off")]);
        let newer = dom.button(&frame, "log-newer", Act::Newer);
        dom::show(&newer, false);
        let (drawn, at_end) = (RefCell::default(), Rc::new(Cell::new(true)));
        Self { dom: dom.clone(), root, newer, greeting, name, drawn, at_end }
    }

    pub(super) fn draw(&self, rows: Vec<Row>, strings: &Strings, clock: &Clock, anew: bool) {
        if anew {
            dom::label(&self.root, strings.messages);
            self.newer.set_text_content(Some(strings.newer));
            dom::append(&self.newer, &self.dom.icon(icon::DOWN));
            self.root.set_text_content(None);
            self.drawn.borrow_mut().clear();
        }
        let mut drawn = self.drawn.borrow_mut();
        if drawn.iter().map(|(row, _)| row).eq(&rows) {
            return;
        }
        let last_key = drawn.last().map(|(row, _)| row.key());
        let first_message = first_message(drawn.iter().map(|(row, _)| row));
        let below = self.root.scroll_height() - self.root.scroll_top();

        let mut before = std::mem::take(&mut *drawn);
        let grown = rows.last().map(Row::key) != last_key;
        let prepended = first_message.is_some() && first_message != self::first_message(rows.iter());
        // Rows mostly stay in place, so the old row is nearly always the first of those that are left.
        for row in rows {
            let key = row.key();
            let known = before.iter().position(|(old, _)| old.key() == key).map(|at| before.remove(at));
            let element = match known {
                Some((old, element)) if old == row => element,
                Some((_, element)) => {
                    element.set_text_content(None);
                    self.fill(&element, &row, strings, clock);
                    element
                }
                None => {
                    let element = self.dom.make("div", "");
                    self.fill(&element, &row, strings, clock);
                    element
                }
            };
            drawn.push((row, element));
        }
        for (_, element) in before {
            element.remove();
        }
        let mut place = self.root.first_element_child();
        for (_, element) in drawn.iter() {
            if place.as_ref() == Some(element) {
                place = element.next_element_sibling();
            } else {
                self.root.insert_before(element, place.as_deref()).ok();
            }
        }
        drop(drawn);

        if prepended && !self.at_end.get() {
            self.root.set_scroll_top(self.root.scroll_height() - below);
        } else if grown && !self.at_end.get() {
            dom::show(&self.newer, true);
        }
    }

    /// Who reads the end goes on reading the end, whatever changed around it.
    pub(crate) fn keep_place(&self) {
        if self.at_end.get() {
            self.scroll_to_end();
        }
    }

    pub(crate) fn scroll_to_end(&self) {
        self.at_end.set(true);
        dom::show(&self.newer, false);
        self.root.set_scroll_top(self.root.scroll_height());
    }

    /// Remembers whether the reader is at the end; once there, nothing is new any more.
    pub(crate) fn watch_scrolling(&self) {
        let (root, newer, at_end) = (self.root.clone(), self.newer.clone(), Rc::clone(&self.at_end));
        let scrolled = Closure::<dyn FnMut(Event)>::new(move |_| {
            let near = root.scroll_height() - root.scroll_top() - root.client_height() < AT_END_PX;
            at_end.set(near);
            if near {
                dom::show(&newer, false);
            }
        });
        self.root.add_event_listener_with_callback("scroll", scrolled.into_js_value().unchecked_ref()).ok();
    }

    fn fill(&self, element: &Element, row: &Row, strings: &Strings, clock: &Clock) {
        let dom = &self.dom;
        match row {
            Row::Intro => {
                element.set_class_name("intro");
                let greeting = if self.greeting.is_empty() { &self.name } else { &self.greeting };
                dom.add_text(&dom.add(element, "p", "intro-greeting"), "bdi", "", greeting);
                dom.add_text(element, "p", "intro-words", strings.intro);
            }
            Row::Earlier { loading } => {
                element.set_class_name("log-more");
                let button = dom.button(element, "word-button", Act::Earlier);
                button.set_text_content(Some(strings.earlier));
                button.toggle_attribute_with_force("disabled", *loading).ok();
            }
            Row::Loading => {
                element.set_class_name("skeleton");
                dom.add_text(element, "span", "visually-hidden", strings.loading);
                for length in ["is-middle", "is-long", "is-short"] {
                    dom.add(element, "div", &format!("skeleton-bar {length}"));
                }
            }
            Row::LoadFailed => {
                element.set_class_name("log-more");
                dom.add_text(element, "p", "", strings.load_failed);
                dom.button(element, "button", Act::Reload).set_text_content(Some(strings.try_again));
            }
            Row::Day(at_ms) => {
                element.set_class_name("day");
                dom.add_text(element, "span", "", &clock.day(*at_ms));
            }
            Row::Message(row) => message::fill(dom, element, row, strings, clock),
            Row::Resolved => {
                element.set_class_name("resolved");
                dom::append(element, &dom.icon(icon::CHECK));
                dom.add_text(element, "p", "", strings.resolved);
                dom.button(element, "button", Act::NewConversation).set_text_content(Some(strings.new_conversation));
            }
        }
    }
}

fn first_message<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<String> {
    rows.into_iter().find(|row| matches!(row, Row::Message(_))).map(Row::key)
}
