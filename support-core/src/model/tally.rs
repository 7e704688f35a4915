//! What the statistics count of a ticket, as entries that a change adds or takes away.

use std::collections::BTreeMap;

use super::{TicketRecord, Timestamp};

/// One counted thing: a day (days since 1970 in UTC, 0 for what is counted as it stands now), a metric and its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyKey {
    /// Days since 1970 in UTC; 0 for what is counted as it stands now.
    pub day: i64,
    /// What is counted: see [`metric`].
    pub metric: &'static str,
    /// The status, the priority, the seconds.
    pub value: String,
}

/// The names of what is counted.
pub mod metric {
    /// Tickets in each status.
    pub const STATUS: &str = "status";
    /// Tickets of each priority.
    pub const PRIORITY: &str = "priority";
    /// Tickets of each channel.
    pub const CHANNEL: &str = "channel";
    /// Tickets of each agent; an empty value stands for nobody.
    pub const ASSIGNEE: &str = "assignee";
    /// Tickets opened on a day.
    pub const CREATED: &str = "created";
    /// Tickets done since a day.
    pub const RESOLVED: &str = "resolved";
    /// Seconds until the first response, on its day.
    pub const FIRST_RESPONSE: &str = "first_response";
    /// Seconds until the resolution, on its day.
    pub const RESOLUTION: &str = "resolution";
}

/// The day of a time.
#[must_use]
pub const fn day_of(time: Timestamp) -> i64 {
    time.timestamp().div_euclid(86_400)
}

/// A span of time rounded down to two significant digits, so that a day has few different ones: at most a tenth too short.
#[must_use]
pub fn rounded_seconds(from: Timestamp, to: Timestamp) -> i64 {
    let seconds = (to - from).num_seconds().max(0);
    let mut unit = 1;
    while seconds / unit >= 100 && unit < 1_000_000 {
        unit *= 10;
    }
    seconds / unit * unit
}

fn entries(ticket: &TicketRecord) -> Vec<TallyKey> {
    let key = |day, metric, value| TallyKey { day, metric, value };
    let assignee = ticket.assignee.as_ref().map(|assignee| assignee.id.to_string());
    let mut entries = vec![
        key(0, metric::STATUS, ticket.status.to_string()),
        key(0, metric::PRIORITY, ticket.priority.to_string()),
        key(0, metric::CHANNEL, ticket.channel.to_string()),
        key(0, metric::ASSIGNEE, assignee.unwrap_or_default()),
        key(day_of(ticket.created_at), metric::CREATED, String::new()),
    ];
    if let Some(at) = ticket.first_response_at {
        entries.push(key(day_of(at), metric::FIRST_RESPONSE, rounded_seconds(ticket.created_at, at).to_string()));
    }
    if let Some(at) = ticket.resolved_at.or(ticket.closed_at).filter(|_| ticket.status.is_done()) {
        entries.push(key(day_of(at), metric::RESOLVED, String::new()));
        entries.push(key(day_of(at), metric::RESOLUTION, rounded_seconds(ticket.created_at, at).to_string()));
    }
    entries
}

/// What the change of a ticket adds and takes away.
#[must_use]
pub fn tally(before: Option<&TicketRecord>, after: &TicketRecord) -> Vec<(TallyKey, i64)> {
    if before.is_some_and(|before| is_counted_alike(before, after)) {
        return Vec::new();
    }
    let mut deltas: BTreeMap<TallyKey, i64> = BTreeMap::new();
    for entry in before.map(entries).unwrap_or_default() {
        *deltas.entry(entry).or_default() -= 1;
    }
    for entry in entries(after) {
        *deltas.entry(entry).or_default() += 1;
    }
    deltas.into_iter().filter(|(_, delta)| *delta != 0).collect()
}

/// Most changes are messages: they must not pay for the statistics.
fn is_counted_alike(before: &TicketRecord, after: &TicketRecord) -> bool {
    let assignee = |ticket: &TicketRecord| ticket.assignee.as_ref().map(|assignee| assignee.id);
    before.status == after.status
        && before.priority == after.priority
        && assignee(before) == assignee(after)
        && before.first_response_at == after.first_response_at
        && before.resolved_at == after.resolved_at
        && before.closed_at == after.closed_at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_keep_two_digits() {
        let start = Timestamp::UNIX_EPOCH;
        let rounded = |seconds| rounded_seconds(start, start + chrono::TimeDelta::seconds(seconds));
        let all = [0, 7, 99, 100, 600, 3_661, 12_345, 999_999, 1_234_567, 123_456_789].map(rounded);
        assert_eq!(all, [0, 7, 99, 100, 600, 3_600, 12_000, 990_000, 1_200_000, 123_000_000]);
        assert_eq!(rounded(-5), 0, "clocks go back");
    }
}
