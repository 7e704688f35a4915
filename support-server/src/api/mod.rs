//! The one client of the JSON API: in the browser over the network, while rendering on the server in process.

mod browser;
mod calls;
mod failure;
mod json;
#[cfg(feature = "ssr")]
mod server;

pub use browser::Browser;
pub use calls::{Api, LIST_PAGE};
pub use failure::{Failure, problem_sentence};
pub(crate) use json::read;
#[cfg(feature = "ssr")]
pub use server::InProcess;

/// A request's verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Changes.
    Patch,
    /// Takes away.
    Delete,
}

/// One request; `path` stands under the mount prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// How.
    pub verb: Verb,
    /// What, with its query.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
}

impl Ask {
    /// Reads from the portal's surface.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn portal(path: &str) -> Self {
        Self { verb: Verb::Get, path: format!("/portal/api/v1{path}"), body: None }
    }

    /// Reads what everybody may know of the desk.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn public_config() -> Self {
        Self::get("/public/config")
    }

    fn get(path: impl std::fmt::Display) -> Self {
        Self { verb: Verb::Get, path: format!("/api/v1{path}"), body: None }
    }

    fn post(path: impl std::fmt::Display, body: &impl serde::Serialize) -> Self {
        // The wire types have string keys only, so they always serialise.
        Self::with(Verb::Post, path, serde_json::to_string(body).unwrap_or_default())
    }

    fn with(verb: Verb, path: impl std::fmt::Display, body: String) -> Self {
        Self { verb, path: format!("/api/v1{path}"), body: Some(body) }
    }
}

/// What came back: status and JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}
