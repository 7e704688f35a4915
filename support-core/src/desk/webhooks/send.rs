//! One signed request to a webhook, and what came of it.

use bytes::Bytes;
use hyper_headers::{HeaderMap, HeaderValue};

use super::resource;
use crate::{
    desk::{Call, Desk, found},
    error::{Error, Result},
    model::{Timestamp, WebhookId, WebhookRecord},
    outbound::{Answer, headers as hyper_headers, sign},
    protocol::{WebhookData, WebhookPayload, WebhookTest},
};

/// Bytes of an answer that are kept.
const ANSWER_MAX_BYTES: usize = 1_024;
/// What a test is called. No event has this type.
const TEST: &str = "webhook.test";

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The status, where an answer came.
    pub(crate) status: Option<u16>,
    /// How the answer begins.
    pub(crate) answer: Option<String>,
    /// Why it was not taken; none when it was.
    pub(crate) error: Option<String>,
    /// Whole seconds that the receiver asked to be left alone.
    pub(crate) retry_after_s: Option<i64>,
    pub(crate) took_ms: i64,
}

/// Where an address leads, without what may be a key in it.
pub(in crate::desk) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default().to_owned()
}

impl Desk {
    /// Sends one payload. No transaction may be open.
    ///
    /// # Errors
    /// When its secret cannot be read: the desk's own was changed.
    pub(crate) async fn send_to_webhook(
        &self,
        webhook: &WebhookRecord,
        id: &str,
        payload: &WebhookPayload,
    ) -> Result<Sent> {
        let now = self.now();
        let body = serde_json::to_vec(payload).map_err(Error::internal)?;
        let headers = self.signed_headers(webhook, id, now, &body)?;
        let started = tokio::time::Instant::now();
        let answer = self.inner.outbound.post(&webhook.url, headers, Bytes::from(body)).await;
        let took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(match answer {
            Ok(answer) => Sent {
                status: Some(answer.status),
                error: refusal(answer.status),
                retry_after_s: answer.retry_after(now),
                answer: Some(beginning(&answer)).filter(|text| !text.is_empty()),
                took_ms,
            },
            Err(undelivered) => {
                Sent { status: None, answer: None, error: Some(undelivered.to_string()), retry_after_s: None, took_ms }
            }
        })
    }

    fn signed_headers(&self, webhook: &WebhookRecord, id: &str, now: Timestamp, body: &[u8]) -> Result<HeaderMap> {
        let former = webhook.former_secret.as_ref().filter(|_| webhook.former_until.is_some_and(|until| now < until));
        let about = resource(webhook.id);
        let secrets = std::iter::once(&webhook.secret).chain(former);
        let secrets = secrets.map(|sealed| self.inner.sealing.open(&about, sealed)).collect::<Option<Vec<_>>>();
        let secrets = secrets.ok_or_else(|| Error::internal("a webhook's secret was sealed with another key"))?;
        let signature = sign(secrets.iter().map(String::as_str), id, now.timestamp(), body);
        let signature = signature.ok_or_else(|| Error::internal("a webhook's secret of an unknown shape"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "application/json"),
            ("webhook-id", id),
            ("webhook-timestamp", &now.timestamp().to_string()),
            ("webhook-signature", &signature),
        ] {
            headers.insert(name, HeaderValue::from_str(value).map_err(Error::internal)?);
        }
        Ok(headers)
    }

    /// Sends a made-up event right now, whether the webhook is in service or not, and says what came of it.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn test_webhook(&self, call: &Call, id: WebhookId) -> Result<WebhookTest> {
        let webhook = found(self.reader().await?.find_webhook(call.actor.tenant, id).await?)?;
        let now = self.now();
        let data = WebhookData {
            event: None,
            actor: None,
            changes: std::collections::BTreeMap::new(),
            resource: Some(resource(id)),
            ticket: None,
            message: None,
        };
        let payload = WebhookPayload { kind: TEST.to_owned(), timestamp: now, data };
        let sent = self.send_to_webhook(&webhook, &self.fresh_id(now).to_string(), &payload).await?;
        let Sent { status, answer, error, took_ms, .. } = sent;
        Ok(WebhookTest { delivered: error.is_none(), status, answer, error, took_ms })
    }
}

/// Why a status means that it was not taken.
fn refusal(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!("answered {status}; redirects are not followed")),
        _ => Some(format!("answered {status}")),
    }
}

/// How an answer begins, as text that any database takes.
fn beginning(answer: &Answer) -> String {
    let coding = answer.headers.get("content-encoding").and_then(|coding| coding.to_str().ok());
    if let Some(coding) = coding.filter(|coding| *coding != "identity") {
        return format!("(packed: {})", coding.chars().take(20).collect::<String>());
    }
    let start = &answer.body[..answer.body.len().min(ANSWER_MAX_BYTES)];
    let mut text: String = String::from_utf8_lossy(start).chars().filter(|c| !c.is_control() || *c == '\n').collect();
    text.truncate(text.floor_char_boundary(ANSWER_MAX_BYTES));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (hyper_headers::HeaderName::from_static(name), HeaderValue::from_static(value)));
        Answer { status, headers: headers.collect(), body: Bytes::copy_from_slice(body) }
    }

    // SEC: S-06
    #[test]
    fn an_answer_is_kept_as_its_first_kilobyte_of_text() {
        assert_eq!(beginning(&answer(200, &[], b"ok\0\x1b[31m\n\xff!")), "ok[31m\n\u{fffd}!");
        assert_eq!(beginning(&answer(200, &[], &[b'x'; 5_000])).len(), 1_024);
        assert!(beginning(&answer(200, &[], &[0xFF; 5_000])).len() <= 1_024);
        assert_eq!(beginning(&answer(200, &[("content-encoding", "gzip")], b"\x1f\x8b")), "(packed: gzip)");
    }

    #[test]
    fn a_receiver_may_ask_to_be_left_alone() {
        let now = chrono::DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        let wait = |status, value| answer(status, &[("retry-after", value)], b"").retry_after(now);
        assert_eq!(wait(429, "120"), Some(120));
        assert_eq!(wait(503, "Mon, 02 Mar 2026 09:10:00 GMT"), Some(600));
        assert_eq!(wait(500, "120"), None);
        for nothing in ["-5", "0", "soon", "Mon, 02 Mar 2026 08:00:00 GMT"] {
            assert_eq!(wait(429, nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_log_names_the_host_and_not_the_keys_in_an_address() {
        assert_eq!(host("https://hooks.example.com:8443/T0/SECRET?key=a"), "hooks.example.com:8443");
        assert_eq!(host("https://example.com"), "example.com");
        assert_eq!(host("https://example.com?key=a"), "example.com");
    }
}
