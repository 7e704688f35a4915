//! The event log as the audit reads it: all of a tenant's facts, filtered, newest first.

use async_trait::async_trait;

use crate::{
    model::{EventId, EventRecord, EventType, PersonId, TenantId, TicketId, Timestamp},
    storage::Result,
};

/// Which facts. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogFilter {
    /// What this person did.
    pub actor: Option<PersonId>,
    /// Any of these.
    pub actions: Vec<EventType>,
    /// What was done with this: `kind:id`.
    pub resource: Option<String>,
    /// What was done with this ticket.
    pub ticket: Option<TicketId>,
    /// Nothing of direct and group conversations.
    pub tickets_only: bool,
    /// What this request did.
    pub request_id: Option<String>,
    /// What came from this address.
    pub address: Option<String>,
    /// Later than this.
    pub after: Option<Timestamp>,
    /// Earlier than this.
    pub before: Option<Timestamp>,
}

impl std::fmt::Display for LogFilter {
    /// As a query string would say it, for the log itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let actions: Vec<_> = self.actions.iter().map(|action| action.as_str()).collect();
        let parts = [
            ("actor", self.actor.map(|actor| actor.to_string())),
            ("action", Some(actions.join(",")).filter(|actions| !actions.is_empty())),
            ("resource", self.resource.clone()),
            ("ticket", self.ticket.map(|ticket| ticket.to_string())),
            ("request_id", self.request_id.clone()),
            ("address", self.address.clone()),
            ("created_at_after", self.after.map(|after| after.to_rfc3339())),
            ("created_at_before", self.before.map(|before| before.to_rfc3339())),
        ];
        let said = parts.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        f.write_str(&said.collect::<Vec<_>>().join("&"))
    }
}

/// On which side of a fact a page lies, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEdge {
    /// The newest.
    Start,
    /// Older than this one.
    After(EventId),
    /// Newer than this one; the facts still come newest first.
    Before(EventId),
}

/// Reading the whole log. Nothing changes or deletes what is in it.
#[async_trait]
pub trait Log: Send {
    /// A page of a tenant's facts, newest first.
    async fn list_log(
        &mut self,
        tenant: TenantId,
        filter: &LogFilter,
        edge: LogEdge,
        limit: u32,
    ) -> Result<Vec<EventRecord>>;
}
