//! The API over the network, with the dashboard's cookie.

use std::{future::Future, sync::Arc};

use gloo_net::http::Request;
use send_wrapper::SendWrapper;

use super::{Api, Ask, Failure, Reply, Verb};

/// Calls the server that the page came from.
#[derive(Debug, Clone)]
pub struct Browser {
    base: Arc<str>,
}

impl Browser {
    /// `base`: the mount prefix.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: base.into() }
    }
}

impl Api for Browser {
    fn send(&self, ask: Ask) -> impl Future<Output = Result<Reply, Failure>> + Send {
        let url = format!("{}{}", self.base, ask.path);
        // A browser's futures stay on the one thread that there is.
        SendWrapper::new(async move {
            let request = match ask.verb {
                Verb::Get => Request::get(&url),
                Verb::Post => Request::post(&url),
                Verb::Patch => Request::patch(&url),
                Verb::Delete => Request::delete(&url),
            };
            let request = request.header("accept", "application/json");
            let request = match ask.body {
                Some(body) => request.header("content-type", "application/json").body(body),
                None => request.build(),
            };
            let response = request.map_err(|_| Failure::Unreadable)?.send().await.map_err(|_| Failure::Offline)?;
            if response.status() == 401 {
                // The session is over: the page sends whoever sits here to the sign-in and back. Drafts are kept.
                let _ = leptos::prelude::window().location().reload();
            }
            let body = response.text().await.map_err(|_| Failure::Offline)?;
            Ok(Reply { status: response.status(), body })
        })
    }
}
