//! The support desk's server half: dashboard, portal, help and demo pages as one router, and the binary around it.
//!
//! The dashboard is rendered on the server (feature `ssr`) and taken over in the browser (feature `hydrate`). The two are
//! never built in one cargo call.

// Views are nested types; the default is enough for a small page only.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
#[cfg(feature = "ssr")]
pub mod commands;
#[cfg(feature = "ssr")]
mod demo;
pub mod desk;
#[cfg(feature = "ssr")]
mod http;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod state;
pub mod ui;
pub mod views;

#[cfg(feature = "ssr")]
pub use http::{Site, mount, mount_site};
