//! The live feed as a test reads it.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::Response,
};
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::time::timeout;

/// How long a frame may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Server-sent events, read as they come.
#[derive(Debug)]
pub struct Feed {
    stream: BodyDataStream,
    buffer: String,
    /// The fields of the latest event as they stood on the wire.
    pub latest: Vec<String>,
}

impl Feed {
    #[track_caller]
    pub(crate) fn new(response: Response<Body>) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { stream: response.into_body().into_data_stream(), buffer: String::new(), latest: Vec::new() }
    }

    /// The next frame, or none when the stream has ended.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let fields: Vec<_> = event.lines().map(str::to_owned).collect();
                self.buffer = rest.to_owned();
                let data = fields.iter().filter_map(|line| line.strip_prefix("data: ")).collect::<String>();
                self.latest = fields;
                if !data.is_empty() {
                    return Some(serde_json::from_str(&data).expect("frames are JSON"));
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.stream.next()).await.expect("the feed says something in time")?;
            self.buffer.push_str(std::str::from_utf8(&chunk.expect("the feed is not cut")).expect("frames are text"));
        }
    }

    /// The next frame, of which `kind` must be the type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().await.expect("the feed goes on");
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// All frames up to the first of `kind`, which is the last.
    pub async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await.expect("the feed goes on");
            let last = frame["type"] == kind;
            frames.push(frame);
            if last {
                return frames;
            }
        }
    }

    /// Reads what is left of a feed that is about to end.
    pub async fn drain(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }

    /// The `id:` of the latest event.
    pub fn id(&self) -> Option<&str> {
        self.latest.iter().find_map(|line| line.strip_prefix("id: "))
    }
}
