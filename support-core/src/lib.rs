//! The support engine: tickets, conversations, portal links and a chat widget, mounted in an axum router.
//!
//! Without default features only [`model`] and [`protocol`] remain. They compile to wasm32, and the dashboard and the widget
//! speak the same types as the server through them.
#![deny(missing_docs)]

pub mod model;
pub mod protocol;

#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod storage;
