//! Facts about other things than tickets: who changed an account, a setting, a link. The log keeps them for the audit.

use std::collections::BTreeMap;

use super::{Call, Desk, work::Work};
use crate::{
    error::Result,
    model::{EventId, EventType, NewEvent, Timestamp},
    protocol::Change,
    storage::WriteTx,
};

impl Desk {
    /// Adds a fact about `resource` (`kind:id`) in the transaction of the change. Secrets never belong into `changes`.
    pub(crate) async fn record(
        &self,
        call: &Call,
        tx: &mut dyn WriteTx,
        now: Timestamp,
        kind: EventType,
        resource: String,
        changes: BTreeMap<String, Change>,
    ) -> Result<NewEvent> {
        let event = self.fact(call, now, kind, Some(resource), changes);
        tx.append_event(&event).await?;
        Ok(event)
    }

    /// A fact that belongs to no ticket, not written yet.
    pub(super) fn fact(
        &self,
        call: &Call,
        now: Timestamp,
        kind: EventType,
        resource: Option<String>,
        changes: BTreeMap<String, Change>,
    ) -> NewEvent {
        NewEvent {
            id: EventId(self.fresh_id(now)),
            tenant: call.actor.tenant,
            kind,
            is_internal: true,
            actor_kind: call.actor.kind,
            actor: call.actor.person,
            conversation: None,
            message: None,
            up_to_seq: None,
            changes,
            resource,
            address: call.address.map(|address| address.to_string()),
            request_id: call.request_id.clone(),
            occurred_at: now,
        }
    }
}

impl Work<'_> {
    /// [`Desk::record`] in this verb's transaction.
    pub(super) async fn record(
        &mut self,
        kind: EventType,
        resource: String,
        changes: BTreeMap<String, Change>,
    ) -> Result<()> {
        let event = self.desk.record(self.call, self.tx.as_write(), self.now, kind, resource, changes).await?;
        if kind.is_audit() { Ok(()) } else { self.deliver(&event).await }
    }
}

/// The members of two JSON objects that differ, in words. Members of `hidden` are named without their values.
pub(crate) fn differences(
    before: &serde_json::Value,
    after: &serde_json::Value,
    hidden: &[&str],
) -> BTreeMap<String, Change> {
    let empty = serde_json::Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let words = |value: Option<&serde_json::Value>| match value {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differing = names.filter(|name| words(before.get(*name)) != words(after.get(*name)));
    differing
        .map(|name| {
            let shown = !hidden.contains(&name.as_str());
            let change = Change {
                from: words(before.get(name)).filter(|_| shown),
                to: words(after.get(name)).filter(|_| shown),
            };
            (name.clone(), change)
        })
        .collect()
}
