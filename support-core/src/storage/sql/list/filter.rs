//! What a filter asks of a ticket's row, and by which sets it could be found.

use std::fmt::Write as _;

use super::{
    super::{Arg, Dialect, args, tickets::Conditions},
    set::Set,
};
use crate::{
    model::{IndexKind, PersonId, Scope, Status, TenantId},
    storage::{Condition, Period, TicketFilter, TicketSort, traits::NO_DUE_TIME},
};

/// What filter and search conditions ask of the row `c`. The terms of the search are not among it.
pub(super) struct Filtered {
    /// What the index of the order answers by itself.
    pub(super) base: Conditions,
    /// The rest, to be added to `base`, with the arguments of both.
    pub(super) rest: Conditions,
    /// By any of these alone everything is found that the filter lets through.
    pub(super) sets: Vec<Set>,
}

impl Filtered {
    pub(super) fn new(
        dialect: Dialect,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        sort: Option<TicketSort>,
    ) -> Self {
        let mut base = Conditions::new("c.kind = 'ticket'", args![tenant]);
        let mut sets = Vec::new();
        // Where all are of one kind, the partial indexes on it can answer.
        let mut wanted = filter.status.clone();
        for (condition, excluded) in &filter.search.conditions {
            if let (Condition::Status(status), false) = (condition, excluded) {
                wanted = if wanted.is_empty() { status.clone() } else { wanted };
            }
        }
        let by_activity = sort == Some(TicketSort::Activity);
        let kind = of_one_kind(&wanted);
        if let Some(done) = kind.filter(|_| by_activity) {
            base.and(dialect.is_done(done));
        }
        sets.extend(kind.filter(|_| !by_activity).map(Set::Done));
        let requester = match scope {
            Scope::Requester(person) => Some(person),
            _ => filter.requester,
        };
        // What an index gives in this order is no matter of sets, unless something rarer is asked for besides.
        let mut in_order = None;
        if let Some(requester) = requester {
            if by_activity {
                base.compare("c.requester_id", "=", requester);
                in_order = Some(Set::Requester(requester));
            } else {
                sets.push(Set::Requester(requester));
            }
        }
        if let (Some(false), [agent]) = (kind, filter.assigned_to.as_slice()) {
            if by_activity && in_order.is_none() {
                match agent {
                    Some(agent) => base.compare("c.assignee_id", "=", *agent),
                    None => base.and("c.assignee_id IS NULL"),
                }
                in_order = Some(Set::LiveOf(*agent));
            } else {
                sets.push(Set::LiveOf(*agent));
            }
        }
        if sort == Some(TicketSort::Priority)
            && let (Some(lowest), Some(highest)) = (
                filter.priority.iter().min_by_key(|priority| priority.rank()),
                filter.priority.iter().max_by_key(|priority| priority.rank()),
            )
        {
            base.compare("c.priority_rank", ">=", lowest.rank());
            base.compare("c.priority_rank", "<=", highest.rank());
        }
        let mut rest = Conditions { sql: String::new(), args: base.args.clone() };
        if let Some(done) = kind.filter(|_| !by_activity) {
            rest.and(dialect.is_done(done));
        }
        let mut filtered = Self { base, rest, sets };
        filtered.scope(scope);
        filtered.fields(dialect, filter);
        filtered.periods(filter, sort);
        for (condition, excluded) in &filter.search.conditions {
            filtered.searched(dialect, condition, *excluded, sort);
        }
        if !filtered.sets.is_empty() {
            filtered.sets.extend(in_order);
        }
        filtered
    }

    fn scope(&mut self, scope: Scope) {
        self.rest.scope(scope);
        match scope {
            Scope::Ticket(ticket) => self.sets.push(Set::Ticket(ticket)),
            Scope::Link(token) => self.sets.push(Set::Link(token)),
            Scope::Desk | Scope::Requester(_) | Scope::Nothing => {}
        }
    }

    fn fields(&mut self, dialect: Dialect, filter: &TicketFilter) {
        let Self { rest, sets, .. } = self;
        rest.status_words(&filter.status);
        sets.extend(Set::of_status(&filter.status));
        rest.any_of("c.priority", filter.priority.iter().copied());
        sets.extend(Set::of_priority(&filter.priority));
        if let Some(requester) = filter.requester {
            rest.compare("c.requester_id", "=", requester);
        }
        rest.any_of("c.channel", filter.channel.iter());
        sets.extend(Set::of_values(IndexKind::Channel, &filter.channel));
        rest.any_of("c.category", filter.category.iter());
        sets.extend(Set::of_values(IndexKind::Category, &filter.category));
        rest.one_of_some("c.assignee_id", &filter.assigned_to);
        // Where live ones alone are wanted of one agent, that set is smaller.
        if filter.assigned_to.len() > 1 || of_one_kind(&filter.status) != Some(false) {
            sets.extend(Set::of_some(IndexKind::Assignee, &filter.assigned_to));
        }
        rest.one_of_some("c.team_id", &filter.team);
        sets.extend(Set::of_some(IndexKind::Team, &filter.team));
        let watcher: Vec<_> = filter.watcher.iter().map(ToString::to_string).collect();
        for (kind, values) in
            [(IndexKind::Tag, &filter.tag), (IndexKind::Link, &filter.link), (IndexKind::Watcher, &watcher)]
        {
            if !values.is_empty() {
                rest.indexed(kind, values);
                sets.extend(Set::of_values(kind, values));
            }
        }
        for (unread, column) in
            [(filter.unread_by_agent, "c.unread_by_agent"), (filter.unread_by_customer, "c.unread_by_customer")]
        {
            if let Some(unread) = unread {
                rest.and(&format!("{column} {} 0", if unread { ">" } else { "=" }));
            }
        }
        if filter.unread_by_agent == Some(true) {
            sets.push(Set::Unread);
        }
        match filter.sla_overdue {
            Some(true) => {
                rest.and(&dialect.is_true("c.sla_overdue"));
                sets.push(Set::Overdue);
            }
            Some(false) => rest.and(&dialect.is_false("c.sla_overdue")),
            None => {}
        }
    }

    fn periods(&mut self, filter: &TicketFilter, sort: Option<TicketSort>) {
        self.within(TicketSort::CreatedAt, filter.created_at, sort);
        if filter.last_message_at != Period::default() {
            // The order's column says the same wherever there is a message, and has an index.
            self.rest.and("c.last_message_at IS NOT NULL");
            self.within(TicketSort::Activity, filter.last_message_at, sort);
        }
        if filter.sla_due_at != Period::default() {
            let until = filter.sla_due_at.until.unwrap_or(NO_DUE_TIME);
            self.within(TicketSort::SlaDueAt, Period { until: Some(until), ..filter.sla_due_at }, sort);
        }
    }

    /// A period of the column that the list is ordered by is a part of the order's index.
    fn within(&mut self, column: TicketSort, period: Period, sort: Option<TicketSort>) {
        if period == Period::default() {
            return;
        }
        self.rest.within(column.column(), period);
        if sort != Some(column) {
            self.sets.push(Set::Period(column, period));
        }
    }

    fn searched(&mut self, dialect: Dialect, condition: &Condition, excluded: bool, sort: Option<TicketSort>) {
        let set = match condition {
            Condition::Status(status) => Set::of_status(status),
            Condition::Priority(priority) => Set::of_priority(&[*priority]),
            Condition::AssignedTo(agents) => Set::of_some(IndexKind::Assignee, agents),
            Condition::Tag(tag) => Set::of_values(IndexKind::Tag, std::slice::from_ref(tag)),
            Condition::Channel(channel) => Set::of_values(IndexKind::Channel, std::slice::from_ref(channel)),
            Condition::Category(category) => Set::of_values(IndexKind::Category, std::slice::from_ref(category)),
            Condition::CreatedAt(period) => {
                let by_another = sort != Some(TicketSort::CreatedAt) && *period != Period::default();
                by_another.then_some(Set::Period(TicketSort::CreatedAt, *period))
            }
            Condition::Unread => Some(Set::Unread),
            Condition::Overdue => Some(Set::Overdue),
            // A number is unique, which every planner knows.
            Condition::Number(_) | Condition::Nothing => None,
        };
        self.rest.searched(dialect, condition, excluded);
        self.sets.extend(set.filter(|_| !excluded));
    }
}

/// Whether all of these are done, or none is.
fn of_one_kind(wanted: &[Status]) -> Option<bool> {
    let done = wanted.iter().filter(|status| status.is_done()).count();
    (!wanted.is_empty() && (done == 0 || done == wanted.len())).then_some(done > 0)
}

impl Conditions {
    fn status(&mut self, dialect: Dialect, wanted: &[Status]) {
        if let Some(done) = of_one_kind(wanted) {
            self.and(dialect.is_done(done));
        }
        self.status_words(wanted);
    }

    /// What `is_done` leaves open.
    fn status_words(&mut self, wanted: &[Status]) {
        let one_kind = of_one_kind(wanted);
        let all_of_kind = Status::ALL.iter().filter(|status| Some(status.is_done()) == one_kind).count();
        if wanted.len() != all_of_kind {
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

    /// Any of these values in the index of rare values. A subquery that no planner turns into a join with all that have the value.
    fn indexed(&mut self, kind: IndexKind, values: &[String]) {
        let places = self.places(values);
        self.and(&format!(
            "(SELECT 1 FROM support_ticket_index i WHERE i.tenant_id = $1 AND i.kind = '{}' AND i.value IN ({places}) \
             AND i.conversation_id = c.id LIMIT 1) IS NOT NULL",
            kind.as_str()
        ));
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
        let mut inner = Self { sql: String::new(), args: std::mem::take(&mut self.args) };
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
        let condition = inner.sql.strip_prefix(" AND ").unwrap_or("1 = 1");
        let _ =
            if excluded { write!(self.sql, " AND NOT ({condition})") } else { write!(self.sql, " AND {condition}") };
    }
}
