//! Receivers of webhooks on loopback: kind ones that keep what they hear, and raw ones that mean it badly.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
    routing::post,
};
use serde_json::Value;
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its head.
    pub headers: HeaderMap,
    /// Its body, byte for byte: that is what is signed.
    pub bytes: Bytes,
    /// The same as JSON.
    pub body: Value,
}

impl Heard {
    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `webhook-id`.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }
}

/// Status, a header and the body.
type Answer = (StatusCode, Option<(HeaderName, HeaderValue)>, String);

#[derive(Debug)]
struct Shared {
    heard: Mutex<Vec<Heard>>,
    answer: Mutex<Answer>,
}

/// A receiver that answers what it was told to.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// Answers 200 until it is told otherwise.
    pub async fn start() -> Self {
        let shared =
            Arc::new(Shared { heard: Mutex::default(), answer: Mutex::new((StatusCode::OK, None, "thanks".into())) });
        let router = Router::new().route("/hook", post(hear)).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has room");
        let address = listener.local_addr().expect("it is bound");
        let task =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves until it is dropped") });
        Self { url: format!("http://{address}/hook"), shared, task }
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16, header: Option<(&'static str, &'static str)>, body: &str) {
        let header = header.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let status = StatusCode::from_u16(status).expect("a status");
        *self.shared.answer.lock().expect("nobody panics with it") = (status, header, body.to_owned());
    }

    /// Everything so far, oldest first.
    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().expect("nobody panics with it").clone()
    }
}

async fn hear(State(shared): State<Arc<Shared>>, headers: HeaderMap, bytes: Bytes) -> impl IntoResponse {
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    shared.heard.lock().expect("nobody panics with it").push(Heard { headers, bytes, body });
    let (status, header, body) = shared.answer.lock().expect("nobody panics with it").clone();
    (status, header.into_iter().collect::<HeaderMap>(), body)
}

/// A receiver that does with each connection what `serve` does, once it has heard something.
pub async fn raw<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has room");
    let address = listener.local_addr().expect("it is bound");
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 16_384];
            let _ = stream.read(&mut bytes).await;
            tokio::spawn(serve(stream));
        }
    });
    (address, task)
}
