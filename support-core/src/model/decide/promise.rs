//! Deadlines: what every change does to them, and what happens when one comes.

use chrono::SecondsFormat;

use super::{Circumstance, changed, set_status, update};
use crate::model::{
    ActorKind, ChangeSet, EventType, Status, TicketRecord, Timestamp,
    sla::{Announcement, Rules, SlaState},
};

/// Brings the deadlines of a change's ticket up to date, and logs what has fallen due. Following the same change again changes nothing.
pub fn follow(around: &mut Circumstance<'_>, change: &mut ChangeSet, rules: &Rules) {
    let messages: Vec<_> = change.messages.iter().filter(|message| !message.is_internal).collect();
    let messages = messages.iter().map(|message| (message.author_kind, message.created_at));
    let ticket = change.ticket.ticket_mut();
    let mut state = ticket.sla.take().unwrap_or_default();
    let told = state.follow(ticket, messages, rules, around.now);
    ticket.sla_due_at = state.due_at();
    ticket.sla_overdue = state.is_overdue();
    ticket.sla = Some(state);
    for announcement in told {
        let (kind, target, due_at) = match announcement {
            Announcement::Warning(target, due_at) => (EventType::SlaWarning, target, due_at),
            Announcement::Breach(target, due_at) => (EventType::SlaBreached, target, due_at),
        };
        let mut event = around.event(kind, change.ticket.ticket());
        // Whoever happens to write when it comes did not break the promise.
        (event.actor_kind, event.actor, event.address) = (ActorKind::System, None, None);
        event.changes.insert("target".into(), changed(None, Some(target.to_string())));
        event.changes.insert("due_at".into(), changed(None, Some(wire_time(due_at))));
        change.events.push(event);
    }
}

/// What a ticket's timer does: wakes a snoozed ticket, or has [`follow`] tell what has fallen due. None when it is not time.
pub fn ring(around: &mut Circumstance<'_>, ticket: &TicketRecord) -> Option<ChangeSet> {
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= around.now);
    if is_due(ticket.snoozed_until) {
        return if ticket.status == Status::Snoozed { set_status(around, ticket, Status::Open) } else { None };
    }
    is_due(ticket.sla.as_ref().and_then(SlaState::timer_at)).then(|| touch(ticket))
}

/// Other rules hold: the deadlines are what these make of the ticket's history.
pub fn recompute(around: &mut Circumstance<'_>, ticket: &TicketRecord, rules: &Rules) -> ChangeSet {
    let mut change = touch(ticket);
    follow(around, &mut change, rules);
    let due_at = change.ticket.ticket().sla_due_at;
    if due_at != ticket.sla_due_at {
        let mut event = around.event(EventType::TicketUpdated, ticket);
        event.is_internal = true;
        event.changes.insert("sla_due_at".into(), changed(ticket.sla_due_at.map(wire_time), due_at.map(wire_time)));
        change.events.push(event);
    }
    change
}

/// A change of nothing but the deadlines. It is nobody's, so `updated_at` stays.
fn touch(ticket: &TicketRecord) -> ChangeSet {
    let after = TicketRecord { version: ticket.version + 1, ..ticket.clone() };
    update(ticket, after, Vec::new())
}

pub(super) fn wire_time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
