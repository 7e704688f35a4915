//! What the outbox did with an event.

use crate::model::{DateTime, Utc};

use super::wire;
use crate::model::{DeliveryId, EventType, TicketId};

wire! {
    /// One attempt series: the mail log, and later the webhook log.
    pub struct Delivery {
        /// Its id.
        pub id: DeliveryId,
        /// `email`, `webhook`, or a plugin's id.
        pub handler: String,
        /// What it is about.
        pub event_type: EventType,
        /// The ticket that it is about.
        pub ticket: Option<TicketId>,
        /// That ticket's number.
        pub ticket_number: Option<i64>,
        /// Who gets it: an address. Empty when that person is gone, and for whoever may not see it: a webhook's takes `webhooks:manage`;
        /// what is about no ticket `contacts:read`, where it goes to a customer, or `users:read`.
        pub recipient: String,
        /// `pending`, `running`, `done`, `skipped` or `dead`.
        pub state: String,
        /// Tries so far.
        pub attempts: i64,
        /// When the next try is due; null when there is none.
        pub next_attempt_at: Option<DateTime<Utc>>,
        /// What the last try said; null when it went well, and wherever `recipient` is empty.
        pub last_error: Option<String>,
        /// When it was put into the outbox.
        pub created_at: DateTime<Utc>,
        /// When it came to its end.
        pub finished_at: Option<DateTime<Utc>>,
    }
}
