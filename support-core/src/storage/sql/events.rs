//! The event log.

use std::{collections::HashMap, fmt::Write as _};

use async_trait::async_trait;

use super::{
    Arg, Executor, Query, Row, SqlTx, apply,
    apply::insert,
    args, conversations, rows,
    rows::{event_select, message_select, ticket_select},
    tickets::Conditions,
};
use crate::{
    model::{ConversationId, EventId, EventRecord, NewEvent, TenantId},
    storage::{Events, EventsMut, FeedEntry, FeedPosition, Result},
};

impl<E: Executor> SqlTx<E> {
    /// Brings the tickets and messages that the events are about, in one query each.
    pub(super) async fn hydrate(&mut self, rows: Vec<Row>) -> Result<Vec<FeedEntry>> {
        let events = rows.iter().map(rows::event).collect::<Result<Vec<_>>>()?;
        let queries = vec![
            by_ids(ticket_select!(), "c.id", events.iter().filter_map(|event| event.conversation)),
            by_ids(message_select!(), "m.id", events.iter().filter_map(|event| event.message)),
        ];
        let mut results = self.executor.fetch_each(queries).await?.into_iter();
        let (tickets, messages) = (results.next().unwrap_or_default(), results.next().unwrap_or_default());
        let tickets = tickets.iter().map(rows::ticket).collect::<Result<Vec<_>>>()?;
        let messages = messages.iter().map(rows::message).collect::<Result<Vec<_>>>()?;
        let tickets: HashMap<_, _> = tickets.into_iter().map(|ticket| (ticket.id, ticket)).collect();
        let others = events.iter().filter_map(|event| event.conversation).filter(|id| !tickets.contains_key(id));
        let conversations = conversations::by_ids(&mut self.executor, others).await?;
        let conversations: HashMap<_, _> = conversations.into_iter().map(|one| (one.id, one)).collect();
        let messages: HashMap<_, _> = messages.into_iter().map(|message| (message.id, message)).collect();
        let entry = |event: EventRecord| FeedEntry {
            ticket: event.conversation.and_then(|id| tickets.get(&id).cloned()),
            conversation: event.conversation.and_then(|id| conversations.get(&id).cloned()),
            message: event.message.and_then(|id| messages.get(&id).cloned()),
            event,
        };
        Ok(events.into_iter().map(entry).collect())
    }
}

/// The rows of `ids`, if there are any.
pub(super) fn by_ids<I: Into<Arg> + Ord + Copy>(select: &str, column: &str, ids: impl Iterator<Item = I>) -> Query {
    let mut ids: Vec<I> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    // An empty list would match everything.
    let mut conditions = Conditions::new(if ids.is_empty() { "1 = 0" } else { "1 = 1" }, Vec::new());
    conditions.any_id(column, ids);
    (format!("{select}WHERE {}", conditions.sql).into(), conditions.args)
}

#[async_trait]
impl<E: Executor> Events for SqlTx<E> {
    async fn list_events(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        public_only: bool,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<EventRecord>> {
        let mut conditions =
            Conditions::new("e.conversation_id = $1 AND e.tenant_id = $2", args![conversation, tenant]);
        if public_only {
            conditions.and(&self.executor.dialect().is_false("e.is_internal"));
        }
        if let Some(before) = before {
            conditions.compare("e.id", "<", before);
        }
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let _ = write!(sql, " ORDER BY e.id DESC LIMIT +${}", args.len());
        let rows = self.executor.fetch(format!("{}WHERE {sql}", event_select!()).into(), args).await?;
        rows.iter().map(rows::event).collect()
    }

    async fn feed(&mut self, after_seq: i64, limit: u32) -> Result<Vec<FeedEntry>> {
        let sql = concat!(event_select!(), "WHERE e.seq > $1 ORDER BY e.seq LIMIT +$2");
        let rows = self.executor.fetch(sql.into(), args![after_seq, limit]).await?;
        self.hydrate(rows).await
    }

    async fn find_event(&mut self, tenant: TenantId, id: EventId) -> Result<Option<FeedEntry>> {
        let sql = concat!(event_select!(), "WHERE e.id = $1 AND e.tenant_id = $2");
        let rows = self.executor.fetch(sql.into(), args![id, tenant]).await?;
        Ok(self.hydrate(rows).await?.into_iter().next())
    }

    async fn feed_position(&mut self) -> Result<FeedPosition> {
        let sql = "SELECT (SELECT value FROM support_meta WHERE name = 'epoch') AS epoch, \
                          (SELECT COALESCE(MAX(seq), 0) FROM support_events) AS last_seq, \
                          (SELECT COALESCE(MIN(seq), 1) FROM support_events) AS first_seq";
        let row = self.executor.fetch_one(sql.into(), Vec::new()).await?;
        Ok(FeedPosition { epoch: row.text("epoch")?, last_seq: row.int("last_seq")?, first_seq: row.int("first_seq")? })
    }
}

#[async_trait]
impl<E: Executor> EventsMut for SqlTx<E> {
    async fn append_event(&mut self, event: &NewEvent) -> Result<()> {
        insert(&mut self.executor, "support_events", apply::EVENT, apply::event_values(event)?).await
    }
}
