//! The keyboard: what a key press does, by the one table of shortcuts.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;

use super::{Desk, Floating, browser, open::row_id, send::COMPOSER};
use crate::state::{Address, BuiltIn, Chord, Command, Keyboard, Level, Mode, Page, Pressed, ViewKey};

/// The element id of the search field.
pub const SEARCH: &str = "search";
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
                with_modifier: event.ctrl_key() || event.meta_key(),
                with_shift: event.shift_key(),
                with_alt: event.alt_key(),
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

    /// Whether a command that needs tickets has some.
    #[must_use]
    pub fn has_targets(self) -> bool {
        self.open_id().is_some() || self.marks.with_untracked(|marks| marks.count() > 0)
    }

    /// Does what a command says; whether there was anything to do.
    pub fn obey(self, command: Command) -> bool {
        let has_thread = self.open_id().is_some();
        let has_targets = self.has_targets();
        match command {
            Command::Next => self.step(true),
            Command::Previous => self.step(false),
            Command::Open if has_thread => browser::focus(MESSAGES),
            Command::Open => self.step(true),
            Command::Back => self.back_to_list(),
            Command::Escape => return self.escape(),
            Command::Reply if has_thread => self.write(Mode::Reply),
            Command::Note if has_thread => self.write(Mode::Note),
            Command::Resolve if has_targets => self.toggle_resolved(),
            Command::ResolveNext if has_thread => self.resolve_and_next(),
            Command::AssignToMe if has_targets => self.assign(Some(self.me().id)),
            Command::Pick(Level::Merge) if has_thread => self.open_palette(Level::Merge),
            Command::Pick(level) if has_targets && level != Level::Merge => self.open_palette(level),
            Command::Watch if has_thread => self.toggle_watch(),
            Command::PortalLink if has_thread => self.make_link(),
            Command::Customer if has_thread => self.customer_shown.update(|shown| *shown = !*shown),
            Command::Undo => self.undo_last(),
            Command::Mark => self.mark(false),
            Command::MarkRange => self.mark(true),
            Command::MarkAll => self.mark_all(),
            Command::PreviousView => self.turn_view(false),
            Command::NextView => self.turn_view(true),
            Command::GoTo(view) => self.go(&Address::of(ViewKey::BuiltIn(view))),
            Command::Page(Page::Deliveries) => {
                self.go(&Address::Deliveries { filter: crate::state::DeliveryFilter::All });
            }
            Command::Page(Page::Chats) => self.go(&Address::Chats { chat: None }),
            Command::Page(page) => self.leave_for(page.path()),
            Command::Search => browser::focus(SEARCH),
            Command::SaveView => self.floating.set(Some(Floating::ViewForm(None))),
            Command::Palette => self.open_palette(Level::Root),
            Command::Help => self.floating.set(Some(Floating::Shortcuts)),
            Command::Reply
            | Command::Note
            | Command::Resolve
            | Command::ResolveNext
            | Command::AssignToMe
            | Command::Pick(_)
            | Command::Watch
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
        self.go_to_ticket(None);
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
        } else if !is_writing() && self.marks.with_untracked(|marks| marks.count() > 0) {
            self.unmark();
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
        let saved =
            self.views.with_untracked(|views| views.iter().map(|view| ViewKey::Saved(view.id)).collect::<Vec<_>>());
        let all: Vec<ViewKey> = BuiltIn::ALL.into_iter().map(ViewKey::BuiltIn).chain(saved).collect();
        let view = self.view.get_untracked();
        let place = all.iter().position(|other| *other == view).unwrap_or_default();
        let target = (place + if forward { 1 } else { all.len() - 1 }) % all.len();
        self.go(&Address::of(all[target]));
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
