//! Listens to the visitor: clicks, keys, the form, the network and the tab.

use std::rc::Rc;

use wasm_bindgen::{
    JsCast,
    prelude::{Closure, JsValue, wasm_bindgen},
};
use web_sys::{Document, Element, Event, EventTarget, KeyboardEvent};

use super::app::{App, new_client_id};
use crate::{
    state::{Action, ToHost},
    view::Act,
};

pub(super) fn listen(app: &Rc<App>, document: &Document) {
    let Some(window) = document.default_view() else { return };
    for (name, online) in [("online", true), ("offline", false)] {
        on(app, &window, name, move |app, _| app.dispatch(Action::Online(online)));
    }
    on(app, &window, "resize", |app, _| app.view.log.keep_place());
    on(app, document, "visibilitychange", |app, event| {
        let document = event.target().and_then(|target| target.dyn_into::<Document>().ok());
        app.dispatch(Action::Visible(document.is_some_and(|document| !document.hidden())));
    });
    on(app, document, "click", |app, event| {
        if let Some((act, key)) = act_of(event) {
            act_on(app, act, key);
        }
    });
    on(app, document, "submit", |app, event| {
        event.prevent_default();
        match act_of(event) {
            Some((Act::Send, _)) => send(app),
            Some((Act::SaveEmail, _)) => app.dispatch(Action::SaveEmail(app.view.email.text())),
            _ => {}
        }
    });
    on(app, document, "input", |app, event| {
        if app.view.composer.is_target(event) {
            app.view.composer.fit();
            app.dispatch(Action::Typed);
        }
    });
    on(app, document, "keydown", |app, event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // Half a word in an input method is not for us.
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Escape" => app.tell(&ToHost::Close),
            "Enter" if !event.shift_key() && app.view.composer.is_target(event) => {
                event.prevent_default();
                send(app);
            }
            "Tab" => app.view.keep_focus_inside(event),
            _ => {}
        }
    });
    app.view.log.watch_scrolling();
    carry_files(app);
}

#[wasm_bindgen(module = "/loader/panel/files.js")]
extern "C" {
    fn carry(address: &str, done: JsValue);
}

/// A file that has reached the server is a message: it goes the way of all others from here.
fn carry_files(app: &Rc<App>) {
    let address = format!("{}/w/api/v1/attachments", app.api.base);
    let app = Rc::clone(app);
    let done = Closure::<dyn FnMut(String, String)>::new(move |id: String, name: String| {
        if let (Ok(file), Some(window)) = (id.parse(), web_sys::window()) {
            app.dispatch(Action::Carried { file, name, client_id: new_client_id(&window) });
        }
    });
    carry(&address, done.into_js_value());
}

fn on(app: &Rc<App>, target: &EventTarget, name: &str, heard: impl Fn(&Rc<App>, &Event) + 'static) {
    let app = Rc::clone(app);
    let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| heard(&app, &event));
    // For as long as the page lives.
    target.add_event_listener_with_callback(name, heard.into_js_value().unchecked_ref()).ok();
}

/// The nearest element around the event's target that names an act.
fn act_of(event: &Event) -> Option<(Act, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest("[data-act]").ok()??;
    let act = Act::named(&element.get_attribute("data-act")?)?;
    Some((act, element.get_attribute("data-key").unwrap_or_default()))
}

fn act_on(app: &Rc<App>, act: Act, key: String) {
    match act {
        Act::Close => app.tell(&ToHost::Close),
        Act::NewConversation => app.dispatch(Action::NewConversation),
        Act::Retry | Act::Discard => {
            app.dispatch(if act == Act::Retry { Action::Retry(key) } else { Action::Discard(key) });
            // The button has gone with the message's old state.
            app.view.composer.focus();
        }
        Act::Reload => app.dispatch(Action::Reload),
        Act::Earlier => app.dispatch(Action::Earlier),
        Act::SkipEmail => {
            app.dispatch(Action::SkipEmail);
            app.view.composer.focus();
        }
        Act::Newer => app.view.log.scroll_to_end(),
        // Forms: their `submit` event counts, for it comes from the keyboard too.
        Act::Send | Act::SaveEmail => {}
    }
}

fn send(app: &Rc<App>) {
    let body = app.view.composer.text();
    if body.trim().is_empty() {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    app.view.composer.set_text("");
    app.view.log.scroll_to_end();
    app.dispatch(Action::Send { body, client_id: new_client_id(&window) });
    app.view.composer.focus();
}
