//! Messages.

use std::{collections::HashMap, fmt::Write as _};

use async_trait::async_trait;

use super::{
    Dialect, Executor, Query, Row, SqlTx, args,
    events::by_ids,
    rows,
    rows::{message_select, ticket_select},
    tickets::{Conditions, fetch_locked, one},
};
use crate::{
    model::{
        ConversationId, Direction, MessageId, MessageRecord, PersonId, Scope, TenantId, TicketId, TicketRecord,
        Timestamp,
    },
    storage::{MessageEdge, MessageFilter, MessageRange, Messages, PostContext, Result},
};

/// A part of a thread, in no order.
fn thread(
    dialect: Dialect,
    tenant: TenantId,
    conversation: ConversationId,
    public_only: bool,
    range: MessageRange,
    limit: u32,
) -> Query {
    let mut conditions = Conditions::new("m.conversation_id = $1 AND m.tenant_id = $2", args![conversation, tenant]);
    if public_only {
        conditions.and(&dialect.is_false("m.is_internal"));
    }
    let order = match range {
        MessageRange::Latest => "DESC",
        MessageRange::Before(seq) => {
            conditions.compare("m.seq", "<", seq);
            "DESC"
        }
        MessageRange::After(seq) => {
            conditions.compare("m.seq", ">", seq);
            "ASC"
        }
    };
    let Conditions { mut sql, mut args } = conditions;
    args.push(limit.into());
    let _ = write!(sql, " ORDER BY m.seq {order} LIMIT +${}", args.len());
    (format!("{}WHERE {sql}", message_select!()).into(), args)
}

fn ascending(rows: &[Row]) -> Result<Vec<MessageRecord>> {
    let mut messages = rows.iter().map(rows::message).collect::<Result<Vec<_>>>()?;
    messages.sort_unstable_by_key(|message| message.seq);
    Ok(messages)
}

#[async_trait]
impl<E: Executor> Messages for SqlTx<E> {
    async fn find_message(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        id: MessageId,
    ) -> Result<Option<MessageRecord>> {
        let sql = concat!(message_select!(), "WHERE m.id = $1 AND m.tenant_id = $2 AND m.conversation_id = $3");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant, conversation]).await?;
        row.as_ref().map(rows::message).transpose()
    }

    async fn find_message_by_client_id(
        &mut self,
        tenant: TenantId,
        author: PersonId,
        client_id: &str,
    ) -> Result<Option<MessageRecord>> {
        let sql = concat!(message_select!(), "WHERE m.tenant_id = $1 AND m.author_id = $2 AND m.client_id = $3");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, author, client_id]).await?;
        row.as_ref().map(rows::message).transpose()
    }

    async fn list_messages(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        public_only: bool,
        range: MessageRange,
        limit: u32,
    ) -> Result<Vec<MessageRecord>> {
        let (sql, args) = thread(self.executor.dialect(), tenant, conversation, public_only, range, limit);
        ascending(&self.executor.fetch(sql, args).await?)
    }

    async fn load_thread(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        id: TicketId,
        public_only: bool,
        range: MessageRange,
        limit: u32,
    ) -> Result<Option<(TicketRecord, Vec<MessageRecord>)>> {
        let Conditions { sql, args } = one(tenant, scope, id);
        let ticket = (format!("{}WHERE {sql}", ticket_select!()).into(), args);
        let messages = thread(self.executor.dialect(), tenant, id, public_only, range, limit);
        let mut results = self.executor.fetch_few(vec![ticket, messages]).await?.into_iter();
        let (ticket, messages) = (results.next().unwrap_or_default(), results.next().unwrap_or_default());
        let Some(ticket) = ticket.first() else { return Ok(None) };
        Ok(Some((rows::ticket(ticket)?, ascending(&messages)?)))
    }

    async fn list_messages_of_all(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &MessageFilter,
        edge: MessageEdge,
        limit: u32,
    ) -> Result<Vec<(MessageRecord, TicketRecord)>> {
        let mut conditions = Conditions::new("m.tenant_id = $1 AND c.kind = 'ticket'", args![tenant]);
        conditions.scope(scope);
        if let Some(ticket) = filter.ticket {
            conditions.compare("m.conversation_id", "=", ticket);
        }
        if let Some(direction) = filter.direction {
            conditions.compare("m.direction", "=", direction);
        }
        if let Some(is_internal) = filter.is_internal {
            let dialect = self.executor.dialect();
            let column = "m.is_internal";
            conditions.and(&if is_internal { dialect.is_true(column) } else { dialect.is_false(column) });
        }
        for (time, operator) in [(filter.created_after, ">"), (filter.created_before, "<")] {
            if let Some(time) = time {
                conditions.compare("m.created_at", operator, time);
            }
        }
        if let Some(first) = filter.created_after.map(MessageId::first_at) {
            // Ids ascend with time: the rows before it need not be looked at.
            conditions.compare("m.id", ">=", first);
        }
        let ascending = match edge {
            MessageEdge::Start => true,
            MessageEdge::After(id) => {
                conditions.compare("m.id", ">", id);
                true
            }
            MessageEdge::Before(id) => {
                conditions.compare("m.id", "<", id);
                false
            }
        };
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let order = if ascending { "ASC" } else { "DESC" };
        let _ = write!(sql, " ORDER BY m.id {order} LIMIT +${}", args.len());
        // SQLite keeps to the order of a CROSS JOIN: where nothing narrows the tickets down, the messages come first.
        let tickets = if scope == Scope::Desk {
            "CROSS JOIN support_conversations c WHERE c.id = m.conversation_id AND"
        } else {
            "JOIN support_conversations c ON c.id = m.conversation_id WHERE"
        };
        let sql = format!("{}{tickets} {sql}", message_select!());
        let rows = self.executor.fetch(sql.into(), args).await?;
        let mut messages = rows.iter().map(rows::message).collect::<Result<Vec<_>>>()?;
        if !ascending {
            messages.reverse();
        }
        let ids = messages.iter().map(|message| message.conversation);
        let (sql, args) = by_ids(ticket_select!(), "c.id", ids);
        let tickets = self.executor.fetch(sql, args).await?;
        let tickets = tickets.iter().map(rows::ticket).collect::<Result<Vec<_>>>()?;
        let tickets: HashMap<_, _> = tickets.into_iter().map(|ticket| (ticket.id, ticket)).collect();
        let with_ticket = |message: MessageRecord| Some((tickets.get(&message.conversation)?.clone(), message));
        Ok(messages.into_iter().filter_map(with_ticket).map(|(ticket, message)| (message, ticket)).collect())
    }

    async fn find_message_anywhere(&mut self, tenant: TenantId, id: MessageId) -> Result<Option<MessageRecord>> {
        let sql = concat!(message_select!(), "WHERE m.id = $1 AND m.tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::message).transpose()
    }

    async fn list_replies(
        &mut self,
        tenant: TenantId,
        id: MessageId,
        public_only: bool,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<MessageRecord>> {
        let mut conditions = Conditions::new("m.reply_to = $1 AND m.tenant_id = $2", args![id, tenant]);
        if public_only {
            conditions.and(&self.executor.dialect().is_false("m.is_internal"));
        }
        if let Some(after) = after {
            conditions.compare("m.id", ">", after);
        }
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let _ = write!(sql, " ORDER BY m.id LIMIT +${}", args.len());
        let rows = self.executor.fetch(format!("{}WHERE {sql}", message_select!()).into(), args).await?;
        rows.iter().map(rows::message).collect()
    }

    async fn list_revisions(&mut self, tenant: TenantId, id: MessageId) -> Result<Vec<(String, Timestamp)>> {
        let sql = "SELECT body, written_at FROM support_message_revisions \
                   WHERE message_id = $1 AND tenant_id = $2 ORDER BY id";
        let rows = self.executor.fetch(sql.into(), args![id, tenant]).await?;
        rows.iter().map(|row| Ok((row.text("body")?, row.time("written_at")?))).collect()
    }

    async fn count_messages_after(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        direction: Direction,
        seq: i64,
    ) -> Result<i64> {
        let public = self.executor.dialect().is_false("is_internal");
        let sql = format!(
            "SELECT COUNT(*) AS count FROM support_messages \
             WHERE conversation_id = $1 AND tenant_id = $2 AND direction = $3 AND seq > $4 AND {public} AND deleted_at IS NULL"
        );
        self.executor.fetch_one(sql.into(), args![conversation, tenant, direction, seq]).await?.int("count")
    }

    async fn load_for_post(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        id: TicketId,
        author: Option<PersonId>,
        client_id: Option<&str>,
    ) -> Result<Option<PostContext>> {
        let Conditions { sql, mut args } = one(tenant, scope, id);
        let n = args.len();
        args.extend(args![author, client_id]);
        let select = ticket_select!().replacen(
            "SELECT ",
            &format!(
                "SELECT (SELECT m.id FROM support_messages m WHERE m.tenant_id = $2 AND m.author_id = ${} AND m.client_id = ${}) \
                 AS earlier_id, ",
                n + 1,
                n + 2
            ),
            1,
        );
        let Some(row) = fetch_locked(&mut self.executor, format!("{select}WHERE {sql}"), args).await? else {
            return Ok(None);
        };
        Ok(Some(PostContext { ticket: rows::ticket(&row)?, earlier: row.maybe_id("earlier_id")? }))
    }
}
