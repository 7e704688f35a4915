//! The API in process, with the rights of the page request that is being answered.

use std::{future::Future, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Method, header, request::Parts},
    response::Response,
};
use support_core::http;

use super::{Api, Ask, Failure, Reply, Verb};

/// Longer answers than this are none of ours.
const ANSWER_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Calls our own routes for one page request.
#[derive(Debug, Clone)]
pub struct InProcess {
    door: http::InProcess,
    parts: Arc<Parts>,
}

impl InProcess {
    /// With the rights of `parts`.
    #[must_use]
    pub fn new(door: http::InProcess, parts: Parts) -> Self {
        Self { door, parts: Arc::new(parts) }
    }

    /// Sends what the [`Api`] has no call for. With the reply come the cookies that it sets.
    ///
    /// # Errors
    /// When the answer cannot be read.
    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<(Reply, Vec<HeaderValue>), Failure> {
        self.exchange(Method::POST, path, serde_json::to_string(body).ok()).await
    }

    /// Removes what stands at a path.
    ///
    /// # Errors
    /// When the answer cannot be read.
    pub async fn delete(&self, path: &str) -> Result<(Reply, Vec<HeaderValue>), Failure> {
        self.exchange(Method::DELETE, path, None).await
    }

    /// Changes what stands at a path; `null` is no body.
    ///
    /// # Errors
    /// When the answer cannot be read.
    pub async fn change(&self, method: Method, path: &str, body: &serde_json::Value) -> Result<Reply, Failure> {
        let body = (!body.is_null()).then(|| body.to_string());
        self.exchange(method, path, body).await.map(|(reply, _)| reply)
    }

    /// Sends a body of any type, as it comes.
    ///
    /// # Errors
    /// When the answer cannot be read.
    pub async fn bring(&self, path: &str, media: &str, body: Body) -> Result<Reply, Failure> {
        let media = HeaderValue::from_str(media).map_err(|_| Failure::Unreadable)?;
        read(self.door.forward(&self.parts, Method::POST, path, media, body).await).await
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<(Reply, Vec<HeaderValue>), Failure> {
        let response = self.door.call(&self.parts, method, path, body).await;
        let cookies = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        Ok((read(response).await?, cookies))
    }
}

impl Api for InProcess {
    fn send(&self, ask: Ask) -> impl Future<Output = Result<Reply, Failure>> + Send {
        let this = self.clone();
        async move {
            let method = match ask.verb {
                Verb::Get => Method::GET,
                Verb::Post => Method::POST,
                Verb::Patch => Method::PATCH,
                Verb::Delete => Method::DELETE,
            };
            read(this.door.call(&this.parts, method, &ask.path, ask.body).await).await
        }
    }
}

async fn read(response: Response) -> Result<Reply, Failure> {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), ANSWER_MAX_BYTES).await.map_err(|_| Failure::Unreadable)?;
    let body = String::from_utf8(bytes.into()).map_err(|_| Failure::Unreadable)?;
    Ok(Reply { status, body })
}
