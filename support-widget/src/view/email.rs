//! Asks where answers may go once the visitor leaves.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::{Act, dom, dom::Dom};
use crate::{
    state::{Ask, Problem},
    text::{Strings, strings::fill},
};

/// The card above the composer.
#[derive(Debug)]
pub(crate) struct EmailForm {
    card: Element,
    form: Element,
    words: Element,
    field: HtmlInputElement,
    save: Element,
    skip: Element,
    error: Element,
    drawn: RefCell<Ask>,
}

impl EmailForm {
    pub(super) fn build(dom: &Dom, panel: &Element) -> Option<Self> {
        let card = dom.add(panel, "div", "ask");
        let words = dom.add(&card, "p", "ask-words");
        words.set_id("ask-words");
        let form = dom.add(&card, "form", "ask-form");
        // Our own words, beside the field, rather than the browser's bubble.
        dom::set(&form, &[("data-act", Act::SaveEmail.name()), ("novalidate", "")]);
        let field: HtmlInputElement = dom.add(&form, "input", "input").dyn_into().ok()?;
        let described = ("aria-describedby", "ask-words ask-error");
        dom::set(
            &field,
            &[("type", "email"), ("autocomplete", "email"), ("dir", "ltr"), ("maxlength", "254"), described],
        );
        let save = dom.add(&form, "button", "button");
        let skip = dom.button(&form, "word-button", Act::SkipEmail);
        let error = dom.add(&card, "p", "ask-error");
        error.set_id("ask-error");
        dom::set(&error, &[("role", "alert")]);
        dom::show(&card, false);
        Some(Self { card, form, words, field, save, skip, error, drawn: RefCell::default() })
    }

    pub(super) fn speak(&self, strings: &Strings) {
        dom::label(&self.field, strings.email);
        self.field.set_placeholder(strings.email);
        dom::text(&self.save, strings.save);
        dom::text(&self.skip, strings.not_now);
        // The next drawing writes the rest anew.
        self.drawn.replace(Ask::NotYet);
    }

    pub(crate) fn text(&self) -> String {
        self.field.value()
    }

    pub(super) fn draw(&self, ask: &Ask, strings: &Strings) {
        if *self.drawn.borrow() == *ask {
            return;
        }
        let before = self.drawn.replace(ask.clone());
        dom::show(&self.card, !matches!(ask, Ask::NotYet | Ask::Skipped));
        dom::show(&self.form, !matches!(ask, Ask::Saved(_)));
        dom::text(
            &self.words,
            &match ask {
                Ask::Saved(email) => fill(strings.email_saved, email),
                _ => strings.ask_email.to_owned(),
            },
        );
        self.save.toggle_attribute_with_force("disabled", *ask == Ask::Saving).ok();
        let problem = match ask {
            Ask::Wrong(Problem::NoAddress) => strings.no_address,
            Ask::Wrong(Problem::Refused(detail)) if !detail.is_empty() => detail,
            Ask::Wrong(_) => strings.unreachable,
            _ => "",
        };
        dom::text(&self.error, problem);
        dom::show(&self.error, !problem.is_empty());
        let wrong = matches!(ask, Ask::Wrong(_));
        dom::set(&self.field, &[("aria-invalid", if wrong { "true" } else { "false" })]);
        if wrong && before != Ask::NotYet {
            self.field.focus().ok();
        }
    }
}
