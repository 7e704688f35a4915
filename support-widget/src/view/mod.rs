//! Draws the state. Built once; afterwards only what changed is touched.

mod colour;
mod composer;
mod dom;
mod email;
mod icon;
mod log;
mod message;

use std::cell::RefCell;

use support_core::model::limits;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, KeyboardEvent};

use self::{composer::Composer, dom::Dom, email::EmailForm, log::Log};
use crate::{
    browser::{Clock, page_data},
    state::{Announcement, Banner, HostSettings, Row, State, rows},
    text::{Strings, strings::fill, strings_for},
};

/// What a button or a form asks for, named in its `data-act`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Close,
    NewConversation,
    Send,
    Retry,
    Discard,
    Reload,
    Earlier,
    Newer,
    SaveEmail,
    SkipEmail,
}

impl Act {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Close, "close"),
        (Self::NewConversation, "new"),
        (Self::Send, "send"),
        (Self::Retry, "retry"),
        (Self::Discard, "discard"),
        (Self::Reload, "reload"),
        (Self::Earlier, "earlier"),
        (Self::Newer, "newer"),
        (Self::SaveEmail, "save-email"),
        (Self::SkipEmail, "skip-email"),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(act, _)| act)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(act, _)| *act == self).map_or("", |(_, name)| name)
    }
}

/// Everything on the screen.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) composer: Composer,
    pub(crate) log: Log,
    pub(crate) email: EmailForm,
    page: HtmlElement,
    panel: Element,
    agent: Element,
    close: Element,
    new: Element,
    banner: Element,
    banner_text: Element,
    banner_retry: Element,
    typing: Element,
    typing_text: Element,
    live: Element,
    speech: RefCell<Speech>,
    open: RefCell<bool>,
}

/// The language that everything was last drawn in.
#[derive(Debug)]
struct Speech {
    settings: Option<HostSettings>,
    strings: &'static Strings,
    clock: Clock,
}

impl View {
    pub(crate) fn build(document: &Document) -> Option<Self> {
        let page: HtmlElement = document.document_element()?.dyn_into().ok()?;
        let panel = document.get_element_by_id("panel")?;
        let dom = Dom::new(document.clone());
        let name = page_data(document, "name");
        colour::paint(&page, &page_data(document, "accent"));
        panel.set_class_name("panel");
        dom::set(&panel, &[("role", "dialog"), ("aria-labelledby", "title")]);

        let head = dom.add(&panel, "header", "panel-head");
        let titles = dom.add(&head, "div", "panel-titles");
        let title = dom.add(&titles, "h1", "panel-title");
        title.set_id("title");
        title.set_text_content(Some(&name));
        let agent = dom.add(&titles, "p", "panel-agent");
        let new = dom.button(&head, "button is-quiet is-icon", Act::NewConversation);
        dom::append(&new, &dom.icon(icon::NEW));
        let close = dom.button(&head, "button is-quiet is-icon", Act::Close);
        dom::append(&close, &dom.icon(icon::CLOSE));

        let banner = dom.add(&panel, "div", "banner");
        dom::set(&banner, &[("role", "status")]);
        let banner_text = dom.add(&banner, "span", "");
        let banner_retry = dom.button(&banner, "word-button", Act::Reload);
        let log = Log::build(&dom, &panel, page_data(document, "greeting"), name);
        let typing = dom.add(&panel, "p", "typing");
        // Told by the live region, once a burst.
        dom::set(&typing, &[("aria-hidden", "true")]);
        let dots = dom.add(&typing, "span", "typing-dots");
        for _ in 0..3 {
            dom.add(&dots, "i", "");
        }
        let typing_text = dom.add(&typing, "span", "");
        let email = EmailForm::build(&dom, &panel)?;
        let composer = Composer::build(&dom, &panel, limits::BODY_MAX)?;
        let live = dom.add(&panel, "div", "visually-hidden");
        dom::set(&live, &[("aria-live", "polite")]);

        let strings = strings_for("");
        let speech = RefCell::new(Speech { settings: None, strings, clock: Clock::new("", strings) });
        let open = RefCell::new(false);
        Some(Self {
            composer,
            log,
            email,
            page,
            panel,
            agent,
            close,
            new,
            banner,
            banner_text,
            banner_retry,
            typing,
            typing_text,
            live,
            speech,
            open,
        })
    }

    pub(crate) fn draw(&self, state: &State) {
        let relabelled = self.speak(&state.settings);
        let speech = self.speech.borrow();
        let strings = speech.strings;
        let rows = rows(state, &crate::browser::day_number);
        let done = rows.contains(&Row::Resolved);
        self.log.draw(rows, strings, &speech.clock, relabelled);
        let agent = state.ticket().and_then(|ticket| ticket.agent.as_deref());
        dom::text(&self.agent, agent.unwrap_or_default());
        dom::show(&self.agent, agent.is_some());
        dom::show(&self.new, done);
        self.draw_banner(state.banner(), strings);
        dom::text(
            &self.typing_text,
            &state.typing.as_ref().map_or(String::new(), |(name, _)| fill(strings.typing, name)),
        );
        dom::show(&self.typing, state.typing.is_some());
        self.email.draw(&state.ask, strings);
        if self.open.replace(state.open) != state.open && state.open {
            self.log.scroll_to_end();
        }
        // The banner or the card may have taken room from the thread.
        self.log.keep_place();
    }

    /// Says something to a screen reader, once.
    pub(crate) fn announce(&self, announcement: &Announcement) {
        let strings = self.speech.borrow().strings;
        let words = match announcement {
            Announcement::Message { author, body } => format!("{author}: {body}"),
            Announcement::Typing(name) => fill(strings.typing, name),
            Announcement::EmailSaved(email) => fill(strings.email_saved, email),
        };
        self.live.set_text_content(Some(&words));
    }

    /// A panel that covers the screen is all there is: the tab key stays in it.
    pub(crate) fn keep_focus_inside(&self, event: &KeyboardEvent) {
        let modal = self.speech.borrow().settings.as_ref().is_some_and(|settings| settings.modal);
        if modal {
            dom::wrap_focus(&self.panel, event);
        }
    }

    fn draw_banner(&self, banner: Option<Banner>, strings: &Strings) {
        let words = match banner {
            Some(Banner::Offline) => strings.offline,
            Some(Banner::Reconnecting) => strings.reconnecting,
            Some(Banner::Refused) => strings.refused,
            None => "",
        };
        dom::text(&self.banner_text, words);
        dom::show(&self.banner, banner.is_some());
        dom::show(&self.banner_retry, banner == Some(Banner::Refused));
    }

    /// Follows the host's settings. True when the words changed.
    fn speak(&self, settings: &HostSettings) -> bool {
        let mut speech = self.speech.borrow_mut();
        if speech.settings.as_ref() == Some(settings) {
            return false;
        }
        let strings = strings_for(&settings.locale);
        *speech = Speech { settings: Some(settings.clone()), strings, clock: Clock::new(&settings.locale, strings) };
        self.page.set_lang(strings.tag);
        self.page.set_dir(if strings.rtl { "rtl" } else { "ltr" });
        match settings.theme.as_str() {
            theme @ ("light" | "dark") => dom::set(&self.page, &[("data-theme", theme)]),
            _ => drop(self.page.remove_attribute("data-theme")),
        }
        dom::set(&self.panel, &[("aria-modal", if settings.modal { "true" } else { "false" })]);
        dom::label(&self.close, strings.close);
        dom::label(&self.new, strings.new_conversation);
        dom::text(&self.banner_retry, strings.try_again);
        self.composer.speak(strings);
        self.email.speak(strings);
        true
    }
}
