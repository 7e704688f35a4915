//! Webhooks: addresses of others that events are sent to.

use std::collections::BTreeMap;

use super::{Author, Change, Message, Ticket, body, wire};
use crate::model::{DateTime, DeliveryId, EventId, EventType, TicketId, Utc, WebhookId};

wire! {
    /// An address that events are sent to, without its secret.
    pub struct Webhook {
        /// Its id.
        pub id: WebhookId,
        /// Where events are sent.
        pub url: String,
        /// What people say about it; may be empty.
        pub description: String,
        /// Which events.
        pub events: Vec<EventType>,
        /// Whether events are sent.
        pub is_active: bool,
        /// Since when they are not.
        pub disabled_at: Option<DateTime<Utc>>,
        /// Why they are not: `by_hand`, `gone` (it answered 410), `failing` (no try went well for about three days).
        pub disabled_reason: Option<String>,
        /// The first try that failed since the last that went well.
        pub failing_since: Option<DateTime<Utc>>,
        /// The last try that went well, to the minute.
        pub last_success_at: Option<DateTime<Utc>>,
        /// Until then the former secret signs too.
        pub former_secret_until: Option<DateTime<Utc>>,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }

    /// A fresh webhook with its secret, which is in this answer and nowhere else.
    pub struct MintedWebhook {
        /// The webhook.
        #[serde(flatten)]
        pub webhook: Webhook,
        /// What its events are signed with: `whsec_` and 32 bytes in base64.
        pub secret: String,
    }

    /// A fresh secret, which is in this answer and nowhere else.
    pub struct WebhookSecret {
        /// The webhook's id.
        pub id: WebhookId,
        /// What its events are signed with from now on.
        pub secret: String,
        /// Until then the former secret signs too.
        pub former_secret_until: DateTime<Utc>,
    }

    /// What came of a test.
    pub struct WebhookTest {
        /// Whether the address took it: a status from 200 to 299.
        pub delivered: bool,
        /// The status of its answer; null when none came.
        pub status: Option<u16>,
        /// How the answer begins, at most 1 KiB.
        pub answer: Option<String>,
        /// Why it was not taken.
        pub error: Option<String>,
        /// How long it took, in milliseconds.
        pub took_ms: i64,
    }

    /// How many events are sent again.
    pub struct WebhookReplayed {
        /// Events that wait in the outbox now.
        pub count: u64,
        /// Whether these were all of the range. If not, another replay up to `from` sends the rest.
        pub is_complete: bool,
        /// Everything from then on was looked at; null when there was nothing. Up to a millisecond more may lie behind it, so that nothing
        /// is left out between two replays: an event that is sent twice keeps its id.
        pub from: Option<DateTime<Utc>>,
    }

    /// One event on its way to a webhook.
    pub struct WebhookDelivery {
        /// Its id, which is `webhook-id` in every try.
        pub id: DeliveryId,
        /// The event's id.
        pub event: EventId,
        /// What happened.
        pub event_type: EventType,
        /// The ticket that it is about.
        pub ticket: Option<TicketId>,
        /// That ticket's number.
        pub ticket_number: Option<i64>,
        /// `pending`, `running`, `done`, `skipped` or `dead`.
        pub state: String,
        /// Tries so far.
        pub attempts: i64,
        /// When the next try is due; null when there is none.
        pub next_attempt_at: Option<DateTime<Utc>>,
        /// What the last try said; null when it went well.
        pub last_error: Option<String>,
        /// When it was put into the outbox.
        pub created_at: DateTime<Utc>,
        /// When it came to its end.
        pub finished_at: Option<DateTime<Utc>>,
        /// Every try of the last 30 days, oldest first.
        pub tries: Vec<WebhookTry>,
    }

    /// One try.
    pub struct WebhookTry {
        /// Counted from 1; again from 1 when the event is sent again.
        pub attempt: i64,
        /// When it began.
        pub tried_at: DateTime<Utc>,
        /// How long it took, in milliseconds.
        pub took_ms: i64,
        /// The status of the answer; null when none came.
        pub status: Option<i64>,
        /// How the answer begins, at most 1 KiB.
        pub answer: Option<String>,
        /// Why it failed; null when it went well.
        pub error: Option<String>,
    }

    /// What a webhook receives.
    pub struct WebhookPayload {
        /// The type of the event.
        #[serde(rename = "type")]
        pub kind: String,
        /// When it happened.
        pub timestamp: DateTime<Utc>,
        /// What it is about.
        pub data: WebhookData,
    }

    /// The event, and what it is about as the desk sees that when the event is sent.
    pub struct WebhookData {
        /// The event's id; null in a test.
        pub event: Option<EventId>,
        /// Who did it; null in a test.
        pub actor: Option<Author>,
        /// What changed, in words.
        pub changes: BTreeMap<String, Change>,
        /// What it is about when that is no ticket: `kind:id`.
        pub resource: Option<String>,
        /// The ticket.
        pub ticket: Option<Ticket>,
        /// The message.
        pub message: Option<Message>,
    }
}

body! {
    /// `POST webhooks`.
    pub struct CreateWebhook {
        /// An `https` address of at most 2,048 characters that does not lead into a private network.
        #[cfg_attr(feature = "server", schema(example = "https://93.184.215.14/hooks"))]
        pub url: String,
        /// At least one.
        pub events: Vec<EventType>,
        /// At most 100 characters on one line.
        #[serde(default)]
        pub description: String,
    }

    /// `PATCH webhooks/{id}`: what is left out stays.
    pub struct ChangeWebhook {
        /// An `https` address of at most 2,048 characters that does not lead into a private network.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = "https://93.184.215.14/hooks"))]
        pub url: Option<String>,
        /// All of them, replacing those before.
        #[serde(default)]
        pub events: Option<Vec<EventType>>,
        /// At most 100 characters on one line.
        #[serde(default)]
        pub description: Option<String>,
        /// Whether events are sent. `true` takes it back into service after it was disabled.
        #[serde(default)]
        pub is_active: Option<bool>,
    }
}

/// `POST webhooks/{id}/replay`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplayWebhook {
    /// Events from then on.
    #[cfg_attr(feature = "server", schema(example = "2026-03-01T00:00:00Z"))]
    pub from: DateTime<Utc>,
    /// Events before then.
    #[cfg_attr(feature = "server", schema(example = "2026-03-02T00:00:00Z"))]
    pub to: DateTime<Utc>,
}
