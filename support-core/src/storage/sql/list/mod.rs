//! Lists of tickets: filters, orders, keyset pages.

mod filter;
mod set;

use std::fmt::Write as _;

use self::{
    filter::Filtered,
    set::{SMALL, Set, smallest},
};
use super::{Arg, Dialect, Executor, rows, rows::ticket_select, search, tickets::Conditions};
use crate::{
    model::{Scope, TenantId, TicketRecord, Timestamp},
    storage::{Edge, Key, PageRequest, Result, TicketFilter, TicketSort},
};

/// Tickets that are walked past until a page must be full. Of any thousand among a hundred thousand a page is met by then.
const WALK: u32 = 4_000;

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
    let filtered = Filtered::new(executor.dialect(), tenant, scope, filter, Some(page.sort));
    let set = smallest(executor, tenant, filtered.sets.clone()).await?;
    let (few, many) = match set {
        Some((set, count)) if count < i64::from(SMALL) => (Some(set), None),
        Some((set, _)) => (None, Some(set)),
        None => (None, None),
    };
    let selection = Selection::new(executor.dialect(), &filtered, few.as_ref());
    let mut tickets = if !filter.search.terms.is_empty() {
        search::list(executor, tenant, selection, &filter.search, forwards).await?
    } else if let Some(many) = many {
        match walk(executor, &filtered, forwards).await? {
            Some(tickets) => tickets,
            None => select(executor, Selection::new(executor.dialect(), &filtered, Some(&many)), forwards).await?,
        }
    } else {
        select(executor, selection, forwards).await?
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
    let dialect = executor.dialect();
    let filtered = Filtered::new(dialect, tenant, scope, filter, None);
    let set = smallest(executor, tenant, filtered.sets.clone()).await?;
    let few = set.filter(|(_, count)| *count < i64::from(SMALL)).map(|(set, _)| set);
    let mut selection = Selection::new(dialect, &filtered, few.as_ref());
    search::narrow_all(dialect, &mut selection, &filter.search);
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 FROM support_conversations c WHERE {} LIMIT {at_most}) found",
        selection.condition(dialect)
    );
    executor.fetch_one(sql.into(), selection.conditions.args).await?.int("count")
}

/// Tickets to choose from, and how they are come by.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// What names them; none: they are met along the order.
    named: Option<String>,
    base: String,
    /// What is asked of them besides, with all arguments.
    pub(super) conditions: Conditions,
}

impl Selection {
    fn new(dialect: Dialect, filtered: &Filtered, set: Option<&Set>) -> Self {
        let mut conditions = filtered.rest.clone();
        let named = set.map(|set| set.holds(dialect, &mut conditions));
        Self { named, base: filtered.base.sql.clone(), conditions }
    }

    /// Whether few tickets are to be looked at.
    pub(super) const fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// The same tickets as far as this names them too, by a condition on `c` that is an index's to answer.
    pub(super) fn name(&mut self, named: String) {
        if let Some(before) = self.named.replace(named) {
            self.conditions.and(&before);
        }
    }

    fn condition(&self, dialect: Dialect) -> String {
        let Self { named, base, conditions } = self;
        match named {
            None => format!("c.tenant_id = $1 AND {base}{}", conditions.sql),
            Some(named) => {
                format!("{named} AND {} = $1 AND {base}{}", dialect.hidden("c.tenant_id"), conditions.sql)
            }
        }
    }
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
    fn order(self, dialect: Dialect, by_index: bool) -> String {
        let column = self.sort.column();
        let column = if by_index { column.to_owned() } else { dialect.hidden(column) };
        let order = if self.descending { "DESC" } else { "ASC" };
        format!(" ORDER BY {column} {order}, c.id {order}")
    }

    /// The rows beyond the key, by a row value comparison that an index on `(column, id)` answers.
    fn beyond(self, args: &mut Vec<Arg>) -> String {
        let Some(key) = self.after else { return String::new() };
        args.extend([self.sort.argument(key), key.id.into()]);
        let (n, operator) = (args.len(), if self.descending { "<" } else { ">" });
        format!(" AND ({}, c.id) {operator} (${}, ${n})", self.sort.column(), n - 1)
    }

    /// The condition that names the page's tickets, its order, and the arguments.
    ///
    /// Lengths stand in the text: PostgreSQL takes an argument for a tenth of everything, and SQLite plans anew for each value.
    pub(super) fn of(self, dialect: Dialect, selection: Selection) -> (String, Vec<Arg>) {
        let condition = selection.condition(dialect);
        let mut args = selection.conditions.args;
        let beyond = self.beyond(&mut args);
        let limit = self.limit;
        if selection.named.is_none() {
            return (format!("{condition}{beyond}{} LIMIT {limit}", self.order(dialect, true)), args);
        }
        // All that are named are sorted, but only the page's rows are read whole.
        let page = format!(
            "SELECT c.id FROM support_conversations c WHERE {condition}{beyond}{} LIMIT {limit}",
            self.order(dialect, false)
        );
        (format!("{}{}", dialect.is_among("c.id", &page), self.order(dialect, false)), args)
    }
}

pub(super) async fn select<E: Executor>(
    executor: &mut E,
    selection: Selection,
    page: Forwards,
) -> Result<Vec<TicketRecord>> {
    let (sql, args) = page.of(executor.dialect(), selection);
    let rows = executor.fetch(format!("{}WHERE {sql}", ticket_select!()).into(), args).await?;
    rows.iter().map(rows::ticket).collect()
}

/// Reads along the order, so far and no farther. None when that does not fill the page.
async fn walk<E: Executor>(executor: &mut E, filtered: &Filtered, page: Forwards) -> Result<Option<Vec<TicketRecord>>> {
    let dialect = executor.dialect();
    let mut args = filtered.rest.args.clone();
    let beyond = page.beyond(&mut args);
    let (order, limit) = (page.order(dialect, true), page.limit);
    let passed = format!(
        "SELECT c.* FROM support_conversations c WHERE c.tenant_id = $1 AND {}{beyond}{order} LIMIT {WALK}",
        filtered.base.sql
    );
    let rest = filtered.rest.sql.strip_prefix(" AND ").unwrap_or("1 = 1");
    let met = format!("SELECT c.id FROM ({passed}) c WHERE {rest}{order} LIMIT {limit}");
    let mut sql = format!("{}WHERE ", ticket_select!());
    let _ = write!(sql, "{}{}", dialect.is_among("c.id", &met), page.order(dialect, false));
    let rows = executor.fetch(sql.into(), args).await?;
    if rows.len() < limit as usize {
        return Ok(None);
    }
    rows.iter().map(rows::ticket).collect::<Result<_>>().map(Some)
}
