//! The keyboard: what a key press does, by the one table of shortcuts.

use leptos::{ev::KeyboardEvent, prelude::*};
use support_core::protocol::TicketView;
use wasm_bindgen::JsCast;

use super::{Desk, Floating, browser, open::row_id, send::COMPOSER};
use crate::state::{Address, Chord, Command, DeliveryFilter, Keyboard, Mode, Pressed};

/// The element id of the thread's messages.
pub const MESSAGES: &str = "messages";

impl Desk {
    pub(super) fn listen_to_keys(self) {
        let keyboard = StoredValue::new_local(Keyboard::default());
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            // Something nearer has used the key already.
            if event.default_prevented() || event.is_composing() {
                return;
            }
            let key = event.key();
            let chord = Chord {
                key: &key,
                with_modifier: event.ctrl_key() || event.meta_key() || event.alt_key(),
                in_field: is_busy(&event),
                at_ms: browser::now_ms(),
            };
            match keyboard.try_update_value(|keyboard| keyboard.press(&chord)) {
                Some(Pressed::Command(command)) => {
                    if self.obey(command) {
                        event.prevent_default();
                    }
                }
                Some(Pressed::Prefix) => event.prevent_default(),
                Some(Pressed::Nothing) | None => {}
            }
        });
        on_cleanup(move || handle.remove());
    }

    /// Does what a command says; whether there was anything to do.
    fn obey(self, command: Command) -> bool {
        let has_thread = self.open_id().is_some();
        match command {
            Command::Next => self.step(true),
            Command::Previous => self.step(false),
            Command::Open if has_thread => browser::focus(MESSAGES),
            Command::Open => self.step(true),
            Command::Back => self.back_to_list(),
            Command::Escape => return self.escape(),
            Command::Reply if has_thread => self.write(Mode::Reply),
            Command::Note if has_thread => self.write(Mode::Note),
            Command::Resolve if has_thread => self.toggle_resolved(),
            Command::Assign if has_thread => self.floating.set(Some(Floating::Assign)),
            Command::AssignToMe if has_thread => self.assign(Some(self.me().id)),
            Command::PortalLink if has_thread => self.make_link(),
            Command::Customer if has_thread => self.customer_shown.update(|shown| *shown = !*shown),
            Command::Undo => self.undo_last(),
            Command::PreviousView => self.turn_view(false),
            Command::NextView => self.turn_view(true),
            Command::GoTo(view) => self.go(Address::Tickets { view, ticket: None }),
            Command::GoToDeliveries => self.go(Address::Deliveries { filter: DeliveryFilter::All }),
            Command::Help => self.floating.set(Some(Floating::Shortcuts)),
            Command::Reply
            | Command::Note
            | Command::Resolve
            | Command::Assign
            | Command::AssignToMe
            | Command::PortalLink
            | Command::Customer => return false,
        }
        true
    }

    /// Goes to the composer, for the customer or for the desk.
    pub fn write(self, mode: Mode) {
        self.write_as(mode);
        browser::focus(COMPOSER);
    }

    /// Closes the thread; the focus stays on its row.
    pub fn back_to_list(self) {
        let open = self.open_id();
        self.go(Address::Tickets { view: self.view.get_untracked(), ticket: None });
        if let Some(id) = open {
            request_animation_frame(move || browser::focus(&row_id(id)));
        }
    }

    fn escape(self) -> bool {
        if self.floating.get_untracked().is_some() {
            self.floating.set(None);
            browser::focus(MESSAGES);
        } else if let Some(menu) = open_menu() {
            menu.set_open(false);
        } else if self.customer_shown.get_untracked() {
            self.customer_shown.set(false);
        } else if is_writing() {
            browser::focus(MESSAGES);
        } else if self.open_id().is_some() {
            self.back_to_list();
        } else {
            return false;
        }
        true
    }

    fn turn_view(self, forward: bool) {
        let view = self.view.get_untracked();
        let place = TicketView::ALL.iter().position(|other| *other == view).unwrap_or_default();
        let count = TicketView::ALL.len();
        let target = (place + if forward { 1 } else { count - 1 }) % count;
        self.go(Address::Tickets { view: TicketView::ALL[target], ticket: None });
    }
}

fn open_menu() -> Option<web_sys::HtmlDetailsElement> {
    document().query_selector("details.anchor[open]").ok()??.dyn_into().ok()
}

fn is_writing() -> bool {
    let Some(active) = document().active_element() else { return false };
    matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

/// Whether the key belongs to what has the focus: a field, an open dialog, or with Enter a control of its own.
fn is_busy(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    let within = |selector: &str| matches!(target.closest(selector), Ok(Some(_)));
    if within("input, textarea, select, [contenteditable], dialog[open], [role=listbox]") {
        return true;
    }
    event.key() == "Enter" && within("a:not([aria-current=true]), button, summary")
}
