//! Choosing who looks after a ticket.

use super::{Circumstance, changed, next, update};
use crate::model::{ChangeSet, EventType, TicketRecord, record::PersonBrief};

/// Gives the ticket to `assignee`, or to nobody. None when it is so already.
pub fn assign(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    assignee: Option<PersonBrief>,
) -> Option<ChangeSet> {
    let id = |person: &Option<PersonBrief>| person.as_ref().map(|person| person.id);
    if id(&ticket.assignee) == id(&assignee) {
        return None;
    }
    let mut event = around.event(EventType::TicketAssigned, ticket);
    let name = |person: &Option<PersonBrief>| person.as_ref().map(|person| person.name.clone());
    event.changes.insert("assigned_to".into(), changed(name(&ticket.assignee), name(&assignee)));
    let mut after = next(ticket, around.now);
    after.assignee = assignee;
    Some(update(ticket, after, vec![event]))
}
