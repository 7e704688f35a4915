//! The panel's hands: carries effects out, and turns what the browser and the host page say into actions.

mod api;
mod app;
mod clock;
mod events;
mod host;
mod json;
mod socket;
mod storage;

pub(crate) use app::page_data;
pub(crate) use clock::{Clock, day_number};

use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// Starts the panel on the channel that the loader opened; `hello` is the loader's first message.
#[wasm_bindgen]
pub fn start(port: MessagePort, hello: JsValue) {
    app::start(port, hello);
}
