//! Lists of tickets: filters, orders, keyset pages.

use std::fmt::Write as _;

use super::{Arg, Dialect, Executor, args, rows, rows::ticket_select, search, tickets::Conditions};
use crate::{
    model::{IndexKind, PersonId, Scope, Status, TenantId, TicketRecord, Timestamp},
    storage::{Condition, Edge, Key, PageRequest, Period, Result, TicketFilter, TicketSort, traits::NO_DUE_TIME},
};

impl TicketSort {
    const fn column(self) -> &'static str {
        match self {
            Self::Activity => "c.activity_at",
            Self::CreatedAt => "c.created_at",
            Self::UpdatedAt => "c.updated_at",
            Self::SlaDueAt => "c.sla_due_at",
            Self::Priority => "c.priority_rank",
            Self::Number => "c.number",
        }
    }

    fn argument(self, key: Key) -> Arg {
        match self {
            Self::Priority | Self::Number => key.value.into(),
            Self::Activity | Self::CreatedAt | Self::UpdatedAt | Self::SlaDueAt => {
                Timestamp::from_timestamp_micros(key.value).into()
            }
        }
    }
}

/// What the filter and the conditions of its search ask of the row `c`. The terms of the search are not among it.
pub(super) fn filtered(dialect: Dialect, tenant: TenantId, scope: Scope, filter: &TicketFilter) -> Conditions {
    let mut conditions = Conditions::new("c.tenant_id = $1 AND c.kind = 'ticket'", args![tenant]);
    conditions.scope(scope);
    conditions.status(dialect, &filter.status);
    conditions.any_of("c.priority", filter.priority.iter().copied());
    conditions.any_of("c.channel", filter.channel.iter());
    conditions.any_of("c.category", filter.category.iter());
    conditions.one_of_some("c.assignee_id", &filter.assigned_to);
    conditions.one_of_some("c.team_id", &filter.team);
    if let Some(requester) = filter.requester {
        conditions.compare("c.requester_id", "=", requester);
    }
    conditions.indexed(IndexKind::Tag, &filter.tag);
    conditions.indexed(IndexKind::Link, &filter.link);
    conditions.indexed(IndexKind::Watcher, filter.watcher.map(|watcher| watcher.to_string()).as_slice());
    for (unread, column) in
        [(filter.unread_by_agent, "c.unread_by_agent"), (filter.unread_by_customer, "c.unread_by_customer")]
    {
        if let Some(unread) = unread {
            conditions.and(&format!("{column} {} 0", if unread { ">" } else { "=" }));
        }
    }
    match filter.sla_overdue {
        Some(true) => conditions.and(&dialect.is_true("c.sla_overdue")),
        Some(false) => conditions.and(&dialect.is_false("c.sla_overdue")),
        None => {}
    }
    conditions.within("c.created_at", filter.created_at);
    if filter.last_message_at != Period::default() {
        // The order's column says the same wherever there is a message, and has an index.
        conditions.and("c.last_message_at IS NOT NULL");
        conditions.within("c.activity_at", filter.last_message_at);
    }
    if filter.sla_due_at != Period::default() {
        conditions.compare("c.sla_due_at", "<", NO_DUE_TIME);
        conditions.within("c.sla_due_at", filter.sla_due_at);
    }
    for (condition, excluded) in &filter.search.conditions {
        conditions.searched(dialect, condition, *excluded);
    }
    conditions
}

impl Conditions {
    fn status(&mut self, dialect: Dialect, wanted: &[Status]) {
        if wanted.is_empty() {
            return;
        }
        // Where all are of one kind, the partial indexes on it can answer.
        let done = wanted.iter().filter(|status| status.is_done()).count();
        let of_one_kind = done == 0 || done == wanted.len();
        if of_one_kind {
            self.and(dialect.is_done(done > 0));
        }
        let all_of_kind = Status::ALL.iter().filter(|status| status.is_done() == (done > 0)).count();
        if !of_one_kind || wanted.len() != all_of_kind {
            self.any_of("c.status", wanted.iter().copied());
        }
    }

    /// Any of these values, where none among them stands for null.
    fn one_of_some<T: Copy + Into<Arg>>(&mut self, column: &str, values: &[Option<T>]) {
        let some: Vec<T> = values.iter().filter_map(|value| *value).collect();
        match (values.is_empty(), some.len() < values.len(), some.is_empty()) {
            (true, ..) => {}
            (_, true, true) => self.and(&format!("{column} IS NULL")),
            (_, true, false) => {
                let places = self.places(some);
                self.and(&format!("({column} IS NULL OR {column} IN ({places}))"));
            }
            (_, false, _) => self.any_of(column, some),
        }
    }

    /// Any of these values in the index of tags, links and watchers.
    fn indexed(&mut self, kind: IndexKind, values: &[String]) {
        if !values.is_empty() {
            let places = self.places(values);
            self.and(&format!("c.id IN ({})", index_select(kind, &places)));
        }
    }

    fn within(&mut self, column: &str, period: Period) {
        if let Some(from) = period.from {
            self.compare(column, ">=", from);
        }
        if let Some(until) = period.until {
            self.compare(column, "<", until);
        }
    }

    fn searched(&mut self, dialect: Dialect, condition: &Condition, excluded: bool) {
        let mut inner = Self { sql: "1 = 1".to_owned(), args: std::mem::take(&mut self.args) };
        match condition {
            Condition::Status(status) => inner.status(dialect, status),
            Condition::Priority(priority) => inner.compare("c.priority", "=", *priority),
            Condition::AssignedTo(agents) if agents.is_empty() => inner.and("1 = 0"),
            Condition::AssignedTo(agents) if agents.contains(&None) => inner.one_of_some("c.assignee_id", agents),
            Condition::AssignedTo(agents) => {
                inner.and("c.assignee_id IS NOT NULL");
                inner.one_of_some::<PersonId>("c.assignee_id", agents);
            }
            Condition::Tag(tag) => inner.indexed(IndexKind::Tag, std::slice::from_ref(tag)),
            Condition::Channel(channel) => inner.compare("c.channel", "=", channel),
            Condition::Category(category) => {
                inner.and("c.category IS NOT NULL");
                inner.compare("c.category", "=", category);
            }
            Condition::CreatedAt(period) => inner.within("c.created_at", *period),
            Condition::Nothing => inner.and("1 = 0"),
            Condition::Number(number) => inner.compare("c.number", "=", *number),
            Condition::Unread => inner.and("c.unread_by_agent > 0"),
            Condition::Overdue => inner.and(&dialect.is_true("c.sla_overdue")),
        }
        self.args = inner.args;
        let condition = inner.sql.trim_start_matches("1 = 1 AND ");
        if excluded { self.and(&format!("NOT ({condition})")) } else { self.and(condition) }
    }

    /// The rows on one side of a key, by a row value comparison that an index on `(column, id)` answers.
    fn beyond(&mut self, sort: TicketSort, operator: &str, key: Key) {
        self.args.extend([sort.argument(key), key.id.into()]);
        let n = self.args.len();
        let _ = write!(self.sql, " AND ({}, c.id) {operator} (${}, ${n})", sort.column(), n - 1);
    }
}

fn index_select(kind: IndexKind, places: &str) -> String {
    format!(
        "SELECT i.conversation_id FROM support_ticket_index i \
         WHERE i.tenant_id = $1 AND i.kind = '{}' AND i.value IN ({places})",
        kind.as_str()
    )
}

/// The tickets that the filter lets through and in which the search's terms are found.
pub(super) async fn list<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    scope: Scope,
    filter: &TicketFilter,
    page: PageRequest<TicketSort>,
) -> Result<Vec<TicketRecord>> {
    // A page before a key is read backwards and turned around.
    let backwards = matches!(page.edge, Edge::Before(_));
    let forwards = Forwards {
        sort: page.sort,
        descending: page.descending != backwards,
        after: match page.edge {
            Edge::Start => None,
            Edge::After(key) | Edge::Before(key) => Some(key),
        },
        limit: page.limit,
    };
    let conditions = filtered(executor.dialect(), tenant, scope, filter);
    let mut tickets = if filter.search.terms.is_empty() {
        select(executor, conditions, forwards).await?
    } else {
        let few = scope != Scope::Desk || filter.requester.is_some();
        search::list(executor, tenant, conditions, &filter.search, forwards, few).await?
    };
    if backwards {
        tickets.reverse();
    }
    Ok(tickets)
}

/// How many tickets `list` would find in all, up to a bound.
pub(super) async fn count<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    scope: Scope,
    filter: &TicketFilter,
    at_most: u32,
) -> Result<i64> {
    let mut conditions = filtered(executor.dialect(), tenant, scope, filter);
    search::narrow_all(executor.dialect(), &mut conditions, &filter.search);
    let limit = conditions.bind(at_most);
    let Conditions { sql, args } = conditions;
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 FROM support_conversations c WHERE {sql} LIMIT +{limit}) found"
    );
    executor.fetch_one(sql.into(), args).await?.int("count")
}

/// One page in reading order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forwards {
    pub(super) sort: TicketSort,
    pub(super) descending: bool,
    pub(super) after: Option<Key>,
    pub(super) limit: u32,
}

impl Forwards {
    /// Adds place, order and length to a selection of tickets.
    pub(super) fn order(self, mut conditions: Conditions) -> Conditions {
        let operator = if self.descending { "<" } else { ">" };
        if let Some(key) = self.after {
            conditions.beyond(self.sort, operator, key);
        }
        conditions.args.push(self.limit.into());
        let (column, order) = (self.sort.column(), if self.descending { "DESC" } else { "ASC" });
        let n = conditions.args.len();
        let _ = write!(conditions.sql, " ORDER BY {column} {order}, c.id {order} LIMIT +${n}");
        conditions
    }
}

pub(super) async fn select<E: Executor>(
    executor: &mut E,
    conditions: Conditions,
    page: Forwards,
) -> Result<Vec<TicketRecord>> {
    let Conditions { sql, args } = page.order(conditions);
    let rows = executor.fetch(format!("{}WHERE {sql}", ticket_select!()).into(), args).await?;
    rows.iter().map(rows::ticket).collect()
}
