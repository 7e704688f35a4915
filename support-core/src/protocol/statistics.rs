//! What is counted.

use std::collections::BTreeMap;

use super::wire;
use crate::model::PersonId;

wire! {
    /// `GET tickets/stats`: what the desk's views count.
    #[derive(Default)]
    pub struct TicketCounts {
        /// Open, pending and snoozed tickets of the caller.
        pub mine: i64,
        /// Open, pending and snoozed tickets that nobody looks after.
        pub unassigned: i64,
        /// Open, pending and snoozed tickets.
        pub open: i64,
        /// Resolved and closed tickets.
        pub resolved: i64,
        /// How many tickets are in each status.
        pub by_status: std::collections::BTreeMap<String, i64>,
    }

    /// `GET tickets/stats`. [`TicketCounts`] is a part of it.
    pub struct TicketStats {
        /// Open, pending and snoozed tickets of the caller.
        pub mine: i64,
        /// Open, pending and snoozed tickets that nobody looks after.
        pub unassigned: i64,
        /// Open, pending and snoozed tickets.
        pub open: i64,
        /// Resolved and closed tickets.
        pub resolved: i64,
        /// Tickets with a broken promise that still runs.
        pub overdue: i64,
        /// All tickets by status.
        pub by_status: BTreeMap<String, i64>,
        /// All tickets by priority.
        pub by_priority: BTreeMap<String, i64>,
        /// All tickets by channel.
        pub by_channel: BTreeMap<String, i64>,
        /// All tickets by agent, the most first; those of nobody are left out.
        pub by_assignee: Vec<AssigneeCount>,
        /// The first day of the range, `YYYY-MM-DD` in UTC.
        pub from: String,
        /// The last day of the range.
        pub to: String,
        /// From the opening to the first public answer, for answers within the range.
        pub first_response: Spans,
        /// From the opening to the resolution, for resolutions within the range.
        pub resolution: Spans,
        /// One for each day of the range, ascending.
        pub per_day: Vec<DayCount>,
    }

    /// Tickets of one agent.
    pub struct AssigneeCount {
        /// The agent.
        pub id: PersonId,
        /// The name to show.
        pub name: String,
        /// How many.
        pub count: i64,
    }

    /// Spans of time in seconds, each rounded down to two significant digits before it is counted.
    pub struct Spans {
        /// How many there are.
        pub count: i64,
        /// Half of them are at most this long; null when there are none.
        pub median_seconds: Option<i64>,
        /// Nine tenths of them are at most this long; null when there are none.
        pub p90_seconds: Option<i64>,
    }

    /// What happened on a day.
    pub struct DayCount {
        /// `YYYY-MM-DD` in UTC.
        pub day: String,
        /// Tickets opened.
        pub created: i64,
        /// Tickets resolved or closed that are so still.
        pub resolved: i64,
    }
}
