//! Runs the rules: one action at a time, then the effects, then the picture.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Document, MessageEvent, MessagePort, Window};

use super::{Clock, api::Api, events, host, socket::Socket, storage::Drawer};
use crate::{
    state::{Action, Call, Effect, Moment, State, ToHost, update},
    view::View,
};

/// The running panel.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) api: Api,
    pub(crate) view: View,
    window: Window,
    port: MessagePort,
    drawer: Drawer,
    state: RefCell<State>,
    waiting: RefCell<VecDeque<Action>>,
    running: Cell<bool>,
    socket: RefCell<Option<Socket>>,
    /// Counts sessions: what was asked in an earlier one is nobody's answer now.
    session: Cell<u32>,
}

pub(crate) fn start(port: MessagePort, hello: JsValue) -> Option<()> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let api = Api { base: page_data(&document, "base"), key: page_data(&document, "key") };
    let app = Rc::new(App {
        view: View::build(&document)?,
        drawer: Drawer::open(&api),
        api,
        window,
        port,
        state: RefCell::default(),
        waiting: RefCell::default(),
        running: Cell::default(),
        socket: RefCell::default(),
        session: Cell::default(),
    });
    events::listen(&app, &document);
    app.dispatch(Action::Online(app.window.navigator().on_line()));
    app.dispatch(Action::Visible(!document.hidden()));
    app.dispatch(Action::Stored(app.drawer.entries()));
    app.hear(hello);
    let heard = {
        let app = Rc::clone(&app);
        Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| app.hear(event.data()))
    };
    // Starts the port too: what the loader said meanwhile comes now.
    app.port.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    Some(())
}

impl App {
    /// Applies an action. What happens while one is applied waits its turn.
    pub(crate) fn dispatch(self: &Rc<Self>, action: Action) {
        self.waiting.borrow_mut().push_back(action);
        if self.running.replace(true) {
            return;
        }
        loop {
            let Some(action) = self.waiting.borrow_mut().pop_front() else { break };
            let moment = Moment { now_ms: Clock::now_ms(), roll: js_sys::Math::random() };
            let effects = update(&mut self.state.borrow_mut(), action, moment);
            self.view.draw(&self.state.borrow());
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.running.set(false);
    }

    pub(crate) fn tell(&self, message: &ToHost) {
        host::tell(&self.port, message);
    }

    fn hear(self: &Rc<Self>, message: JsValue) {
        match host::read(message) {
            Some(host::Heard::Action(action)) => self.dispatch(*action),
            Some(host::Heard::NewMessage(text)) => {
                self.dispatch(Action::NewConversation);
                if let Some(text) = text {
                    self.view.composer.set_text(&text);
                }
            }
            None => {}
        }
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Call(call) => self.call(call),
            Effect::ConnectFeed { since } => {
                let socket = Socket::connect(self, &since);
                if socket.is_none() {
                    self.waiting.borrow_mut().push_back(Action::FeedDown);
                }
                self.socket.replace(socket);
            }
            Effect::DropFeed => drop(self.socket.take()),
            Effect::Say(frame) => {
                if let Some(socket) = &*self.socket.borrow() {
                    socket.say(&frame);
                }
            }
            Effect::Keep(entry) => self.drawer.keep(&entry),
            Effect::Forget(client_id) => self.drawer.forget(&client_id),
            Effect::ForgetAll => self.drawer.forget_all(),
            Effect::After { wait_ms, timer } => {
                let app = Rc::clone(self);
                let due = Closure::once_into_js(move || app.dispatch(Action::Due(timer)));
                let wait_ms = i32::try_from(wait_ms).unwrap_or(i32::MAX);
                self.window.set_timeout_with_callback_and_timeout_and_arguments_0(due.unchecked_ref(), wait_ms).ok();
            }
            Effect::Tell(message) => self.tell(&message),
            Effect::Announce(announcement) => self.view.announce(&announcement),
            Effect::FocusComposer => self.view.composer.focus(),
        }
    }

    fn call(self: &Rc<Self>, call: Call) {
        if matches!(call, Call::StartSession { .. } | Call::EndSession) {
            self.session.set(self.session.get() + 1);
        }
        let (app, session) = (Rc::clone(self), self.session.get());
        self.api.call(call, move |action| {
            if app.session.get() == session {
                app.dispatch(action);
            }
        });
    }
}

/// `<html data-…>`, written by the server.
pub(crate) fn page_data(document: &Document, name: &str) -> String {
    let page = document.document_element();
    page.and_then(|page| page.get_attribute(&format!("data-{name}"))).unwrap_or_default()
}

/// A fresh id for a message: `crypto.randomUUID` is absent where the page has no TLS.
pub(crate) fn new_client_id(window: &Window) -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window.crypto() {
        crypto.get_random_values_with_u8_array(&mut bytes).ok();
    }
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
