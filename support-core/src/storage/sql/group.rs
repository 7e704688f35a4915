//! Decisions of many callers as one statement of PostgreSQL: one round trip and one commit for all, and no change waits for another's lock.

use std::fmt::Write as _;

use super::{
    Arg,
    apply::{
        DELIVERY, EVENT, MESSAGE, STATE, TALLY, delivery_values, event_values, message_values, state, tally_values,
    },
    args, search,
};
use crate::{
    model::{ChangeSet, TicketId, TicketWrite},
    storage::Result,
};

/// One caller's change, as rows of every table that it touches.
#[derive(Debug)]
pub(in crate::storage) struct Member {
    pub(in crate::storage) ticket: TicketId,
    keys: Vec<Arg>,
    state: Vec<Arg>,
    /// Which columns of the ticket the change concerns.
    changed: Vec<bool>,
    // Each row starts with the ticket's id.
    messages: Rows,
    events: Rows,
    deliveries: Rows,
    tally: Rows,
    documents: Rows,
}

type Rows = Vec<Vec<Arg>>;

impl Member {
    /// None for a change that is written alone: a new ticket, one whose index of tags, links and watchers changes, or one
    /// that concerns messages which are there.
    pub(in crate::storage) fn of(change: &ChangeSet) -> Result<Option<Self>> {
        let TicketWrite::Update { before, ticket } = &change.ticket else { return Ok(None) };
        let answers = change.messages.iter().any(|message| message.reply_to.is_some());
        if !change.index.add.is_empty() || !change.index.remove.is_empty() || !change.edits.is_empty() || answers {
            return Ok(None);
        }
        let (was, state) = (state(before)?, state(ticket)?);
        let documents = search::documents(change);
        let of_ticket = |mut row: Vec<Arg>| {
            row.insert(0, ticket.id.into());
            row
        };
        let event = |event| Ok(of_ticket(event_values(event)?));
        let message = |message| Ok(of_ticket(message_values(message)?));
        Ok(Some(Self {
            ticket: ticket.id,
            keys: args![ticket.id, ticket.tenant, before.version],
            changed: was.iter().zip(&state).map(|(was, is)| was != is).collect(),
            state,
            messages: change.messages.iter().map(message).collect::<Result<_>>()?,
            events: change.events.iter().map(event).collect::<Result<_>>()?,
            deliveries: change.deliveries.iter().map(delivery_values).map(of_ticket).collect(),
            tally: change.tally.iter().map(|entry| of_ticket(tally_values(ticket, entry))).collect(),
            documents: documents.iter().map(|document| of_ticket(document.tsvector_values())).collect(),
        }))
    }
}

/// A statement whose arguments are columns of rows, each an array.
pub(in crate::storage) struct Group {
    pub(in crate::storage) sql: String,
    pub(in crate::storage) columns: Vec<Vec<Arg>>,
}

impl Group {
    /// Writes the changes of different tickets whose ticket is as it was and which nobody else has locked, and returns those tickets' ids.
    pub(in crate::storage) fn of(mut members: Vec<Member>) -> Self {
        let mut rows = |of: fn(&mut Member) -> &mut Rows| {
            members.iter_mut().flat_map(|member| std::mem::take(of(member))).collect()
        };
        let messages = rows(|member| &mut member.messages);
        let events = rows(|member| &mut member.events);
        let deliveries = rows(|member| &mut member.deliveries);
        let tally = rows(|member| &mut member.tally);
        let documents = rows(|member| &mut member.documents);
        let mut group = Self { sql: String::with_capacity(4_096), columns: Vec::with_capacity(64) };
        group.tickets(members);
        group.insert("support_messages", MESSAGE, messages, MESSAGE, "");
        group.insert("support_events", EVENT, events, EVENT, "");
        group.insert("support_deliveries", DELIVERY, deliveries, DELIVERY, "");
        group.insert("support_tally", TALLY, tally, TALLY, "");
        let values = search::DOCUMENT.replace("words", "words::tsvector");
        group.insert("support_search", search::DOCUMENT, documents, &values, search::REPLACE);
        group.sql.push_str(" SELECT id FROM written");
        group
    }

    fn tickets(&mut self, members: Vec<Member>) {
        let concerned: Vec<bool> = (0..STATE.split(", ").count())
            .map(|column| members.iter().any(|member| member.changed.get(column) == Some(&true)))
            .collect();
        let changed = STATE.split(", ").zip(&concerned).filter(|(_, concerned)| **concerned);
        let row = |member: Member| {
            let values = member.state.into_iter().zip(&concerned).filter(|(_, concerned)| **concerned);
            member.keys.into_iter().chain(values.map(|(value, _)| value)).collect()
        };
        let mut names = "id, tenant_id, was".to_owned();
        let mut set = String::new();
        for (column, _) in changed {
            let _ = write!(names, ", {column}");
            let _ = write!(set, "{}{column} = t.{column}", if set.is_empty() { "" } else { ", " });
        }
        self.sql.push_str("WITH t AS MATERIALIZED (SELECT * FROM ");
        self.unnest(members.into_iter().map(row));
        let _ = write!(
            self.sql,
            " AS t ({names})), free AS (SELECT c.id FROM t JOIN support_conversations c \
               ON c.id = t.id AND c.tenant_id = t.tenant_id AND c.version = t.was FOR NO KEY UPDATE OF c SKIP LOCKED), \
             written AS (UPDATE support_conversations c SET {set} FROM t JOIN free ON free.id = t.id \
               WHERE c.id = t.id RETURNING c.id)"
        );
    }

    /// Rows of the tickets that are written, in the order in which they were decided.
    fn insert(&mut self, table: &str, columns: &str, rows: Rows, values: &str, tail: &str) {
        if rows.is_empty() {
            return;
        }
        let _ = write!(self.sql, ", {table} AS (INSERT INTO {table} ({columns}) SELECT {values} FROM ");
        self.unnest(rows.into_iter());
        let _ = write!(
            self.sql,
            " WITH ORDINALITY AS r (of_ticket, {columns}, place) WHERE of_ticket IN (SELECT id FROM written) ORDER BY place{tail})"
        );
    }

    /// `unnest($n, …)`, with the rows turned into columns.
    fn unnest(&mut self, rows: impl Iterator<Item = Vec<Arg>>) {
        let first = self.columns.len();
        for row in rows {
            for (at, value) in row.into_iter().enumerate() {
                if let Some(column) = self.columns.get_mut(first + at) {
                    column.push(value);
                } else {
                    self.columns.push(vec![value]);
                }
            }
        }
        let places: Vec<_> = (first + 1..=self.columns.len()).map(|place| format!("${place}")).collect();
        let _ = write!(self.sql, "unnest({})", places.join(", "));
    }
}
