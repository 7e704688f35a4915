//! The live feed over a WebSocket.

use std::rc::Rc;

use support_core::protocol::UpFrame;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, MessageEvent, WebSocket};

use super::{app::App, json};
use crate::state::{Action, said::Frame};

/// One connection; dropping it closes it without a further word to the app.
#[derive(Debug)]
pub(crate) struct Socket {
    socket: WebSocket,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(Event)>,
}

impl Socket {
    pub(crate) fn connect(app: &Rc<App>, since: &str) -> Option<Self> {
        let location = web_sys::window()?.location();
        let origin = location.origin().ok()?;
        let since = js_sys::encode_uri_component(since);
        // `http` becomes `ws`, `https` becomes `wss`.
        let socket =
            WebSocket::new(&format!("ws{}{}/w/api/v1/ws?since={since}", origin.strip_prefix("http")?, app.api.base))
                .ok()?;
        let heard = {
            let app = Rc::clone(app);
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                if let Some(frame) = read(&event) {
                    app.dispatch(Action::Heard(frame.into()));
                }
            })
        };
        let closed = {
            let app = Rc::clone(app);
            Closure::<dyn FnMut(_)>::new(move |_: Event| app.dispatch(Action::FeedDown))
        };
        socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _heard: heard, _closed: closed })
    }

    /// Typing and the like: lost without harm when the connection is.
    pub(crate) fn say(&self, frame: &UpFrame) {
        if let Some(text) = json::write(frame) {
            self.socket.send_with_str(&text).ok();
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.close().ok();
    }
}

fn read(event: &MessageEvent) -> Option<Frame> {
    json::parse(&event.data().as_string()?)
}
