//! The chat panel that runs in the widget's frame, compiled to WebAssembly.
//!
//! `state` decides what happens, without a browser: an action and the time go in, changed state and effects come out.
//! `browser` carries effects out and turns what the browser says into actions. `view` draws the state.

mod browser;
mod state;
mod text;
mod view;

pub use browser::start;
