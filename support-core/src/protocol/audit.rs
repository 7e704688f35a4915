//! Who did what: the event log as the desk's administration reads it.

use std::collections::BTreeMap;

use super::{Change, wire};
use crate::model::{ActorKind, DateTime, EventId, EventType, PersonId, Utc};

wire! {
    /// Who did something.
    pub struct AuditActor {
        /// What kind of caller.
        pub kind: ActorKind,
        /// Null for the engine itself, and for somebody whom nobody knows.
        pub id: Option<PersonId>,
        /// Their name today.
        pub name: String,
    }

    /// One fact of the log. Nothing changes or deletes it.
    pub struct AuditEntry {
        /// Its id.
        pub id: EventId,
        /// The request that did it, as in its answer's `X-Request-Id`.
        pub request_id: String,
        /// Who.
        pub actor: AuditActor,
        /// What.
        pub action: EventType,
        /// With what: `ticket:{id}`, `message:{id}`, `user:{id}`, `config:{key}` and the like.
        pub resource: Option<String>,
        /// The changed fields. Of a secret only that it changed.
        pub changes: BTreeMap<String, Change>,
        /// Where the request came from; null for what happened inside.
        pub address: Option<String>,
        /// When.
        pub created_at: DateTime<Utc>,
    }
}
