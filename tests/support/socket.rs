//! The application on a real port, and WebSockets to it.

use std::net::SocketAddr;

use axum::Router;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::{
    actor::{Actor, ORIGIN},
    feed::PATIENCE,
};

/// A server that ends with the value.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves on a free port.
    pub async fn start(router: Router) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving goes on") });
        Self { address, task }
    }

    /// Opens a WebSocket with somebody's cookies.
    ///
    /// # Errors
    /// The answer, when it is no upgrade.
    pub async fn open(&self, actor: &Actor, path: &str, origin: Option<&str>) -> Result<Socket, Box<Error>> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("cookie", HeaderValue::from_str(&actor.cookie()).expect("cookies are ASCII"));
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_str(origin).expect("an origin"));
        }
        Ok(Socket(connect_async(request).await?.0))
    }

    /// Opens the live feed as a page of ours does.
    pub async fn socket(&self, actor: &Actor, path: &str) -> Socket {
        self.open(actor, path, Some(ORIGIN)).await.expect("an upgrade")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One WebSocket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The next frame; the code of the close frame when it ends.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("the socket says something in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("frames are JSON")),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next frame, of which `kind` must be the type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().await.expect("the socket is open");
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.expect("the socket is open");
    }
}
