//! Tickets.

use std::fmt::Write as _;

use async_trait::async_trait;

use super::{Arg, Dialect, Executor, Row, SqlTx, apply, args, list, rows, rows::ticket_select, search};
use crate::{
    model::{ChangeSet, MessageRecord, PersonId, Scope, TenantId, TicketId, TicketRecord, decide::Thread},
    storage::{PageRequest, Result, Search, StorageError, TicketFilter, TicketSort, Tickets, TicketsMut},
};

/// Conditions with their arguments, joined by `AND`.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) args: Vec<Arg>,
}

impl Conditions {
    pub(super) fn new(sql: &str, args: Vec<Arg>) -> Self {
        Self { sql: sql.to_owned(), args }
    }

    pub(super) fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    /// `column operator $n`.
    pub(super) fn compare(&mut self, column: &str, operator: &str, value: impl Into<Arg>) {
        self.args.push(value.into());
        let _ = write!(self.sql, " AND {column} {operator} ${}", self.args.len());
    }

    pub(super) fn any_of<T: Into<Arg>>(&mut self, column: &str, values: impl IntoIterator<Item = T>) {
        let places = self.places(values);
        if !places.is_empty() {
            let _ = write!(self.sql, " AND {column} IN ({places})");
        }
    }

    /// Like `any_of` for lists of any length: they are filled up to the next power of two, so that the connection's cache of prepared
    /// statements holds a few shapes and not one for every length.
    pub(super) fn any_id<T: Into<Arg> + Copy>(&mut self, column: &str, mut ids: Vec<T>) {
        if let Some(last) = ids.last().copied() {
            ids.resize(ids.len().next_power_of_two(), last);
        }
        self.any_of(column, ids);
    }

    /// Takes values in and returns their places: `$n, $m`.
    pub(super) fn places<T: Into<Arg>>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        let mut places = String::new();
        for value in values {
            let place = self.bind(value);
            let _ = write!(places, "{}{place}", if places.is_empty() { "" } else { ", " });
        }
        places
    }

    /// Takes a value in and returns its place: `$n`.
    pub(super) fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    pub(super) fn scope(&mut self, scope: Scope) {
        match scope {
            Scope::Desk => {}
            Scope::Requester(person) => self.compare("c.requester_id", "=", person),
            // A link to a ticket that became a part of another leads there.
            Scope::Ticket(ticket) => {
                self.args.push(ticket.into());
                let n = self.args.len();
                let into = "SELECT merged.merged_into FROM support_conversations merged WHERE merged.id";
                let _ = write!(self.sql, " AND (c.id = ${n} OR c.id = ({into} = ${n}))");
            }
            Scope::Link(token) => {
                self.args.push(token.into());
                let _ = write!(
                    self.sql,
                    " AND c.id IN (SELECT i.conversation_id FROM support_tokens k JOIN support_ticket_index i \
                       ON i.tenant_id = k.tenant_id AND i.kind = 'link' AND i.value = k.scope_link \
                       WHERE k.id = ${} AND k.scope_kind = 'link')",
                    self.args.len()
                );
            }
            Scope::Nothing => self.and("1 = 0"),
        }
    }
}

/// One conversation's row, alias `c`, locked until the end of the transaction.
///
/// Postgres gives a row whose lock it had to wait for as it is now, and all that the query joins to it as it was when the query began:
/// an assignment made meanwhile would read as none, and the next write would undo it. Where that happened the query runs once more,
/// under the lock. SQLite's writer is alone, and a reader locks nothing: what is decided on its word is written only if the version holds.
pub(super) async fn fetch_locked<E: Executor>(executor: &mut E, select: String, args: Vec<Arg>) -> Result<Option<Row>> {
    match executor.dialect() {
        _ if !executor.can_lock() => executor.fetch_optional(select.into(), args).await,
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => executor.fetch_optional(select.into(), args).await,
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let seen =
                "SELECT (SELECT seen.version FROM support_conversations seen WHERE seen.id = c.id) AS seen_version, ";
            let sql = format!("{} FOR UPDATE OF c", select.replacen("SELECT ", seen, 1));
            let row = executor.fetch_optional(sql.clone().into(), args.clone()).await?;
            match row {
                Some(row) if row.int("version")? != row.int("seen_version")? => {
                    executor.fetch_optional(sql.into(), args).await
                }
                row => Ok(row),
            }
        }
    }
}

/// The ticket `id` within `scope`.
pub(super) fn one(tenant: TenantId, scope: Scope, id: TicketId) -> Conditions {
    let mut conditions = Conditions::new("c.id = $1 AND c.tenant_id = $2 AND c.kind = 'ticket'", args![id, tenant]);
    conditions.scope(scope);
    conditions
}

#[async_trait]
impl<E: Executor> Tickets for SqlTx<E> {
    async fn find_ticket(&mut self, tenant: TenantId, scope: Scope, id: TicketId) -> Result<Option<TicketRecord>> {
        let Conditions { sql, args } = one(tenant, scope, id);
        let row = self.executor.fetch_optional(format!("{}WHERE {sql}", ticket_select!()).into(), args).await?;
        row.as_ref().map(rows::ticket).transpose()
    }

    async fn find_ticket_by_client_id(
        &mut self,
        tenant: TenantId,
        author: PersonId,
        client_id: &str,
    ) -> Result<Option<TicketRecord>> {
        let sql = concat!(ticket_select!(), "WHERE c.tenant_id = $1 AND c.created_by = $2 AND c.client_id = $3");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, author, client_id]).await?;
        row.as_ref().map(rows::ticket).transpose()
    }

    async fn list_tickets(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        page: PageRequest<TicketSort>,
    ) -> Result<Vec<TicketRecord>> {
        list::list(&mut self.executor, tenant, scope, filter, page).await
    }

    async fn count_filtered(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        at_most: u32,
    ) -> Result<i64> {
        list::count(&mut self.executor, tenant, scope, filter, at_most).await
    }

    async fn find_messages_by_words(
        &mut self,
        tenant: TenantId,
        numbers: &[i64],
        search: &Search,
    ) -> Result<Vec<MessageRecord>> {
        search::messages(&mut self.executor, tenant, numbers, search).await
    }
}

#[async_trait]
impl<E: Executor> TicketsMut for SqlTx<E> {
    async fn load_ticket(&mut self, tenant: TenantId, scope: Scope, id: TicketId) -> Result<Option<TicketRecord>> {
        let Conditions { sql, args } = one(tenant, scope, id);
        let row = fetch_locked(&mut self.executor, format!("{}WHERE {sql}", ticket_select!()), args).await?;
        row.as_ref().map(rows::ticket).transpose()
    }

    async fn move_messages(&mut self, tenant: TenantId, from: TicketId, into: TicketId, after_seq: i64) -> Result<()> {
        let sql = "UPDATE support_messages SET conversation_id = $1, seq = seq + $2, merged_from = COALESCE(merged_from, $3), \
                     merged_seq = COALESCE(merged_seq, seq) WHERE conversation_id = $3 AND tenant_id = $4";
        self.executor.execute(sql.into(), args![into, after_seq, from, tenant]).await?;
        search::reindex_messages(&mut self.executor, tenant, from).await?;
        search::reindex_messages(&mut self.executor, tenant, into).await
    }

    async fn take_messages_back(&mut self, tenant: TenantId, from: TicketId, into: TicketId) -> Result<()> {
        let sql = "UPDATE support_messages SET conversation_id = merged_from, seq = merged_seq, merged_from = NULL, merged_seq = NULL \
                   WHERE merged_from = $1 AND conversation_id = $2 AND tenant_id = $3";
        self.executor.execute(sql.into(), args![from, into, tenant]).await?;
        search::reindex_messages(&mut self.executor, tenant, from).await?;
        search::reindex_messages(&mut self.executor, tenant, into).await
    }

    async fn sum_thread(
        &mut self,
        tenant: TenantId,
        ticket: TicketId,
        agent_read_seq: i64,
        customer_read_seq: i64,
    ) -> Result<Thread> {
        let public = self.executor.dialect().is_false("is_internal");
        let sql = format!(
            "SELECT COALESCE(MAX(seq), 0) AS last_seq, \
               COALESCE(MAX(CASE WHEN {public} THEN seq END), 0) AS last_public_seq, \
               COUNT(CASE WHEN {public} AND direction = 'inbound' AND seq > $3 AND deleted_at IS NULL THEN 1 END) AS unread_by_agent, \
               COUNT(CASE WHEN {public} AND direction = 'outbound' AND seq > $4 AND deleted_at IS NULL THEN 1 END) AS unread_by_customer \
             FROM support_messages WHERE conversation_id = $1 AND tenant_id = $2"
        );
        let row = self.executor.fetch_one(sql.into(), args![ticket, tenant, agent_read_seq, customer_read_seq]).await?;
        let last_public_seq = row.int("last_public_seq")?;
        let sql =
            "SELECT body, created_at FROM support_messages WHERE conversation_id = $1 AND tenant_id = $2 AND seq = $3";
        let latest = self.executor.fetch_optional(sql.into(), args![ticket, tenant, last_public_seq]).await?;
        Ok(Thread {
            last_seq: row.int("last_seq")?,
            last_public_seq,
            latest: latest
                .map(|row| Ok::<_, StorageError>((row.text("body")?, row.time("created_at")?)))
                .transpose()?,
            unread_by_agent: row.int("unread_by_agent")?,
            unread_by_customer: row.int("unread_by_customer")?,
        })
    }

    async fn follow_merge(&mut self, tenant: TenantId, from: TicketId, into: TicketId) -> Result<()> {
        let sql = "UPDATE support_conversations SET merged_into = $1, version = version + 1 \
                   WHERE merged_into = $2 AND tenant_id = $3";
        self.executor.execute(sql.into(), args![into, from, tenant]).await?;
        Ok(())
    }

    async fn next_ticket_number(&mut self, tenant: TenantId) -> Result<i64> {
        let sql = "INSERT INTO support_tenants (id, last_number) VALUES ($1, 1) \
                   ON CONFLICT (id) DO UPDATE SET last_number = support_tenants.last_number + 1 RETURNING last_number";
        self.executor.fetch_one(sql.into(), args![tenant]).await?.int("last_number")
    }

    async fn apply(&mut self, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
        apply::apply(&mut self.executor, change, client_id).await
    }
}
