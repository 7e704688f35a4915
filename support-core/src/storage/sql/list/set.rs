//! Sets that tickets can be found by without walking a list: an index names everybody who has a value.
//!
//! A value that few tickets have is found at once by its set, however the list is ordered; of a value that many have, the walk along
//! the order soon meets enough. How many have it is counted first, up to a bound.

use std::fmt::Write as _;

use super::super::{Arg, Dialect, Executor, args, tickets::Conditions};
use crate::{
    model::{IndexKind, PersonId, Priority, Status, TenantId, TicketId, TokenId},
    storage::{Period, Result, TicketSort},
};

/// A set with so many tickets is not small any more.
pub(super) const SMALL: u32 = 1_000;

/// Everything with one of some values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Set {
    Indexed(IndexKind, Vec<String>),
    Status(Vec<Status>),
    Priority(Vec<Priority>),
    Requester(PersonId),
    /// What is not done and this agent looks after, or nobody.
    LiveOf(Option<PersonId>),
    Done(bool),
    Unread,
    Overdue,
    Period(TicketSort, Period),
    /// The ticket, and what it was merged into.
    Ticket(TicketId),
    /// What a token opens by a link to the host's record.
    Link(TokenId),
}

impl Set {
    pub(super) fn of_values(kind: IndexKind, values: &[String]) -> Option<Self> {
        (!values.is_empty()).then(|| Self::Indexed(kind, values.to_vec()))
    }

    /// None where no value will do too: who lacks a value is not in the index.
    pub(super) fn of_some<T: ToString>(kind: IndexKind, values: &[Option<T>]) -> Option<Self> {
        let values: Option<Vec<_>> = values.iter().map(|value| value.as_ref().map(ToString::to_string)).collect();
        Self::of_values(kind, &values?)
    }

    pub(super) fn of_status(values: &[Status]) -> Option<Self> {
        let all_of_a_kind = [true, false].map(|done| Status::ALL.iter().filter(move |status| status.is_done() == done));
        let is_kind = all_of_a_kind.into_iter().any(|mut kind| kind.all(|status| values.contains(status)));
        (!values.is_empty() && !is_kind).then(|| Self::Status(values.to_vec()))
    }

    pub(super) fn of_priority(values: &[Priority]) -> Option<Self> {
        (!values.is_empty() && values.len() < Priority::ALL.len()).then(|| Self::Priority(values.to_vec()))
    }

    /// The ids in it, as one query for each value: read in an index's own order, so that the first thousand are no work.
    fn parts(&self, dialect: Dialect, query: &mut Conditions) -> Vec<String> {
        let tickets = |condition: &str, order: &str| {
            let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {order}") };
            format!(
                "SELECT s.id FROM support_conversations s WHERE s.tenant_id = $1 AND s.kind = 'ticket' AND {condition}{order}"
            )
        };
        match self {
            Self::Indexed(kind, values) => {
                let part = |value| {
                    let value = query.bind(value);
                    format!(
                        "SELECT i.conversation_id AS id FROM support_ticket_index i WHERE i.tenant_id = $1 \
                         AND i.kind = '{}' AND i.value = {value} ORDER BY i.conversation_id",
                        kind.as_str()
                    )
                };
                values.iter().map(part).collect()
            }
            Self::Status(values) => {
                let part = |value: &Status| tickets(&format!("s.status = {}", query.bind(*value)), "s.id");
                values.iter().map(part).collect()
            }
            Self::Priority(values) => {
                let part =
                    |value: &Priority| tickets(&format!("s.priority_rank = {}", query.bind(value.rank())), "s.id");
                values.iter().map(part).collect()
            }
            Self::Requester(person) => {
                vec![tickets(&format!("s.requester_id = {}", query.bind(*person)), "s.activity_at, s.id")]
            }
            Self::LiveOf(agent) => {
                let live = dialect.is_done(false).replace("c.", "s.");
                let agent = match agent {
                    Some(agent) => format!("= {}", query.bind(*agent)),
                    None => "IS NULL".to_owned(),
                };
                vec![tickets(&format!("{live} AND s.assignee_id {agent}"), "s.activity_at, s.id")]
            }
            Self::Done(done) => {
                let done = dialect.is_done(*done).replace("c.", "s.");
                vec![tickets(&done, "s.activity_at, s.id")]
            }
            Self::Unread => vec![tickets("s.unread_by_agent > 0", "s.id")],
            Self::Overdue => vec![tickets(&dialect.is_true("s.sla_overdue"), "")],
            Self::Period(column, period) => {
                let column = column.column().replacen("c.", "s.", 1);
                let mut condition = String::new();
                for (bound, operator) in [(period.from, ">="), (period.until, "<")] {
                    if let Some(bound) = bound {
                        let and = if condition.is_empty() { "" } else { " AND " };
                        let _ = write!(condition, "{and}{column} {operator} {}", query.bind(bound));
                    }
                }
                vec![tickets(&condition, &format!("{column}, s.id"))]
            }
            Self::Ticket(ticket) => {
                let ticket = query.bind(*ticket);
                vec![
                    format!("SELECT s.id FROM support_conversations s WHERE s.id = {ticket} AND s.tenant_id = $1"),
                    format!(
                        "SELECT s.merged_into AS id FROM support_conversations s \
                         WHERE s.id = {ticket} AND s.tenant_id = $1 AND s.merged_into IS NOT NULL"
                    ),
                ]
            }
            Self::Link(token) => {
                let token = query.bind(*token);
                vec![format!(
                    "SELECT i.conversation_id AS id FROM support_tokens k JOIN support_ticket_index i \
                       ON i.tenant_id = k.tenant_id AND i.kind = 'link' AND i.value = k.scope_link \
                     WHERE k.id = {token} AND k.tenant_id = $1 AND k.scope_kind = 'link'"
                )]
            }
        }
    }

    /// The condition that names the ticket `c`. It is the only one that a planner can find rows by, if those on the tenant are
    /// [out of its reach](Dialect::hidden).
    pub(super) fn holds(&self, dialect: Dialect, query: &mut Conditions) -> String {
        let parts = self.parts(dialect, query);
        let parts: Vec<_> =
            parts.iter().enumerate().map(|(at, part)| format!("SELECT * FROM ({part}) AS p{at}")).collect();
        dialect.is_among("c.id", &parts.join(" UNION ALL "))
    }
}

impl Dialect {
    /// A column for comparisons that no index shall answer.
    pub(in crate::storage::sql) fn hidden(self, column: &str) -> String {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => format!("+{column}"),
            // Its planner counts, and takes an array for short.
            #[cfg(feature = "postgres")]
            Self::Postgres => column.to_owned(),
        }
    }

    /// Whether a query's only column has this one's value, read once, and found by an index on the column.
    pub(in crate::storage::sql) fn is_among(self, column: &str, query: &str) -> String {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => format!("{column} IN ({query})"),
            #[cfg(feature = "postgres")]
            Self::Postgres => format!("{column} = ANY (ARRAY({query}))"),
        }
    }
}

/// The smallest of the sets and how many are in it, as far as it was counted; values that share tickets count them twice.
pub(super) async fn smallest<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    sets: Vec<Set>,
) -> Result<Option<(Set, i64)>> {
    if sets.is_empty() {
        return Ok(None);
    }
    let dialect = executor.dialect();
    let mut query = Conditions::new("", args![tenant]);
    let mut columns = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let count = |part: &String| format!("(SELECT COUNT(*) FROM ({part} LIMIT {SMALL}) AS part)");
        let counts: Vec<_> = set.parts(dialect, &mut query).iter().map(count).collect();
        columns.push(format!("{} AS n{at}", counts.join(" + ")));
    }
    let args: Vec<Arg> = query.args;
    let row = executor.fetch_one(format!("SELECT {}", columns.join(", ")).into(), args).await?;
    let mut smallest: Option<(Set, i64)> = None;
    for (at, set) in sets.into_iter().enumerate() {
        let count = row.int(&format!("n{at}"))?;
        if smallest.as_ref().is_none_or(|(_, least)| count < *least) {
            smallest = Some((set, count));
        }
    }
    Ok(smallest)
}
