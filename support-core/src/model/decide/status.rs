//! Moving a ticket through its workflow.

use super::{Circumstance, changed, next, update};
use crate::model::{ChangeSet, EventType, Status, TicketRecord, Timestamp};

/// Puts the ticket aside until a time. None when it is so already.
pub fn snooze(around: &mut Circumstance<'_>, ticket: &TicketRecord, until: Timestamp) -> Option<ChangeSet> {
    if ticket.status == Status::Snoozed && ticket.snoozed_until == Some(until) {
        return None;
    }
    let mut event = around.event(EventType::TicketSnoozed, ticket);
    if ticket.status != Status::Snoozed {
        let (from, to) = (ticket.status.to_string(), Status::Snoozed.to_string());
        event.changes.insert("status".into(), changed(Some(from), Some(to)));
    }
    let words = |time: Timestamp| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    event.changes.insert("snoozed_until".into(), changed(ticket.snoozed_until.map(words), Some(words(until))));
    let mut after = next(ticket, around.now);
    after.status = Status::Snoozed;
    after.snoozed_until = Some(until);
    after.resolved_at = None;
    after.closed_at = None;
    Some(update(ticket, after, vec![event]))
}

/// Any status may follow any other. None when it is so already.
pub fn set_status(around: &mut Circumstance<'_>, ticket: &TicketRecord, status: Status) -> Option<ChangeSet> {
    if ticket.status == status {
        return None;
    }
    let kind = match status {
        Status::Resolved => EventType::TicketResolved,
        Status::Closed => EventType::TicketClosed,
        Status::Open | Status::Pending | Status::Snoozed if ticket.status.is_done() => EventType::TicketReopened,
        Status::Open | Status::Pending | Status::Snoozed => EventType::TicketUpdated,
    };
    let mut event = around.event(kind, ticket);
    event.changes.insert("status".into(), changed(Some(ticket.status.to_string()), Some(status.to_string())));
    let mut after = next(ticket, around.now);
    after.status = status;
    after.snoozed_until = None;
    after.resolved_at = match status {
        Status::Resolved => Some(around.now),
        Status::Closed => ticket.resolved_at,
        Status::Open | Status::Pending | Status::Snoozed => None,
    };
    after.closed_at = (status == Status::Closed).then_some(around.now);
    Some(update(ticket, after, vec![event]))
}
