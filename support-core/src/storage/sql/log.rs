//! The event log, filtered.

use std::fmt::Write as _;

use async_trait::async_trait;
use chrono::TimeDelta;
use uuid::Uuid;

use super::{Executor, SqlTx, args, rows, rows::event_select, tickets::Conditions};
use crate::{
    model::{EventId, EventRecord, EventType, TenantId, Timestamp},
    storage::{Log, LogEdge, LogFilter, Result},
};

/// How far the time inside an event's id may lie from the event's own: under load ids of one millisecond borrow from the next ones.
const ID_DRIFT: TimeDelta = TimeDelta::minutes(1);

#[async_trait]
impl<E: Executor> Log for SqlTx<E> {
    async fn list_log(
        &mut self,
        tenant: TenantId,
        filter: &LogFilter,
        edge: LogEdge,
        limit: u32,
    ) -> Result<Vec<EventRecord>> {
        let mut conditions = Conditions::new("e.tenant_id = $1", args![tenant]);
        let personal = EventType::ALL.iter().copied().filter(|kind| kind.is_personal());
        let personal = conditions.places(personal);
        conditions.and(&format!("e.kind NOT IN ({personal})"));
        if let Some(actor) = filter.actor {
            conditions.compare("e.actor_id", "=", actor);
        }
        conditions.any_of("e.kind", filter.actions.iter().copied());
        if !filter.actions.is_empty() && filter.actions.iter().all(|action| action.is_audit()) {
            // Lets the planner use the index of the facts that belong to no conversation, which are few.
            conditions.and("e.resource IS NOT NULL");
        }
        if let Some(ticket) = filter.ticket {
            conditions.compare("e.conversation_id", "=", ticket);
        }
        if filter.tickets_only {
            conditions.and(
                "NOT EXISTS (SELECT 1 FROM support_conversations c WHERE c.id = e.conversation_id AND c.kind <> 'ticket')",
            );
        }
        match filter.resource.as_deref().map(resource) {
            None => {}
            Some(Resource::Ticket(id)) => conditions.compare("e.conversation_id", "=", id),
            Some(Resource::Message(id)) => conditions.compare("e.message_id", "=", id),
            Some(Resource::Other(resource)) => conditions.compare("e.resource", "=", resource),
        }
        if let Some(request_id) = &filter.request_id {
            conditions.compare("e.request_id", "=", request_id);
        }
        if let Some(address) = &filter.address {
            conditions.compare("e.address", "=", address);
        }
        // Ids are in the order of time: they bound what is read, the time itself decides.
        if let Some(after) = filter.after {
            if let Some(least) = after.checked_sub_signed(ID_DRIFT) {
                conditions.compare("e.id", ">", first_id(least));
            }
            conditions.compare("e.occurred_at", ">", after);
        }
        if let Some(before) = filter.before {
            if let Some(most) = before.checked_add_signed(ID_DRIFT) {
                conditions.compare("e.id", "<", first_id(most));
            }
            conditions.compare("e.occurred_at", "<", before);
        }
        let order = match edge {
            LogEdge::Start => "DESC",
            LogEdge::After(id) => {
                conditions.compare("e.id", "<", id);
                "DESC"
            }
            LogEdge::Before(id) => {
                conditions.compare("e.id", ">", id);
                "ASC"
            }
        };
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let _ = write!(sql, " ORDER BY e.id {order} LIMIT +${}", args.len());
        let rows = self.executor.fetch(format!("{}WHERE {sql}", event_select!()).into(), args).await?;
        let mut facts = rows.iter().map(rows::event).collect::<Result<Vec<_>>>()?;
        if matches!(edge, LogEdge::Before(_)) {
            facts.reverse();
        }
        Ok(facts)
    }
}

enum Resource<'f> {
    Ticket(Uuid),
    Message(Uuid),
    Other(&'f str),
}

/// Facts about tickets and messages name them by columns of their own.
fn resource(text: &str) -> Resource<'_> {
    let parsed = text.split_once(':').and_then(|(kind, id)| Some((kind, id.parse().ok()?)));
    match parsed {
        Some(("ticket", id)) => Resource::Ticket(id),
        Some(("message", id)) => Resource::Message(id),
        _ => Resource::Other(text),
    }
}

/// The smallest id of a millisecond.
fn first_id(at: Timestamp) -> EventId {
    let at_ms = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    EventId(Uuid::from_u64_pair(at_ms << 16, 0))
}
