//! What the application answered, and how a snapshot shows it.

use std::collections::HashMap;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Response},
};
use bytes::Bytes;
use chrono::DateTime;
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::feed::PATIENCE;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Bytes,
    /// The same as text; empty for a file that is none.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

impl Reply {
    /// Reads an answer to its end.
    pub async fn of(answer: Response<Body>) -> Self {
        let (parts, body) = answer.into_parts();
        let bytes = timeout(PATIENCE, to_bytes(body, 8 << 20)).await.expect("answers end").expect("answers are whole");
        let is_file = parts.headers.contains_key("content-disposition");
        let text = String::from_utf8(bytes.to_vec());
        assert!(is_file || text.is_ok(), "answers are text");
        let text = text.unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status: parts.status.as_u16(), headers: parts.headers, bytes, text, body }
    }

    /// A header as text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.body
    }

    /// A refusal in our own form: checks everything that all of them share.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.body["status"], json!(status));
        assert_eq!(self.body["type"], json!("about:blank"));
        assert_eq!(self.body["request_id"], json!(self.header("x-request-id")));
        assert!(!self.header("x-request-id").is_empty());
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        for internal in ["sql", "SELECT", "panicked", "support-core", ".rs"] {
            assert!(!self.text.contains(internal), "internals in {}", self.text);
        }
        self.body
    }

    /// Status and body for a snapshot. What differs from run to run is checked for its shape and then masked.
    pub fn shown(&self) -> String {
        let mut masks = Masks::default();
        let body = masks.value("", &self.body);
        format!("{}\n{}", self.status, serde_json::to_string_pretty(&body).expect("JSON can be written"))
    }
}

/// Ids get numbers in the order of their appearance, so that a snapshot still shows which are the same.
#[derive(Debug, Default)]
struct Masks(HashMap<Uuid, usize>);

impl Masks {
    fn value(&mut self, key: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(key, text)),
            Value::Array(values) => values.iter().map(|value| self.value(key, value)).collect(),
            Value::Object(members) => {
                members.iter().map(|(key, value)| (key.clone(), self.value(key, value))).collect()
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, key: &str, text: &str) -> String {
        if let Ok(id) = text.parse::<Uuid>() {
            assert_eq!(id.get_version_num(), 7, "{key} is no UUIDv7: {text}");
            let next = self.0.len() + 1;
            return format!("[id {}]", self.0.entry(id).or_insert(next));
        }
        if let Some((kind, id)) = text.split_once(':')
            && id.parse::<Uuid>().is_ok()
        {
            return format!("{kind}:{}", self.text(key, id));
        }
        if key.ends_with("_at") {
            assert!(text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok(), "{key} is no UTC time: {text}");
            return text.to_owned();
        }
        let secret = |prefix: &str| text.starts_with(prefix) && text.len() == prefix.len() + 43;
        match key {
            "next" | "previous" => "[cursor]".to_owned(),
            "cursor" => {
                let parts =
                    text.rsplit_once('-').filter(|(epoch, seq)| !epoch.is_empty() && seq.parse::<u64>().is_ok());
                assert!(parts.is_some(), "no position of the feed: {text}");
                "[position]".to_owned()
            }
            "request_id" => {
                assert!(text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
                "[request]".to_owned()
            }
            "access_token" => {
                assert_eq!(text.split('.').count(), 3, "no JWT");
                "[jwt]".to_owned()
            }
            "refresh_token" if secret("srt_") => "[refresh]".to_owned(),
            "token" if secret("spt_") => "[secret]".to_owned(),
            "ticket" if secret("stk_") => "[secret]".to_owned(),
            "url" | "thumbnail_url" if text.starts_with("attachments/") => {
                let parts = text.split('/').map(|part| self.text("", part));
                parts.collect::<Vec<_>>().join("/")
            }
            "url" => {
                let (page, fragment) = text.split_once('#').expect("the secret is the fragment");
                assert!(fragment.starts_with("spt_") && fragment.len() == 47);
                format!("{page}#[secret]")
            }
            _ => text.to_owned(),
        }
    }
}
