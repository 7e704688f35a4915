//! Changing a ticket's fields, several at once.

use super::{Audience, Call, Desk, Done, assign::agent, found, merge::not_merged, patch, ticket_view, work::Begun};
use crate::{
    error::{Error, Result},
    model::{Action, ChangeSet, Status, TicketId, TicketRecord, TicketWrite, Verdict, decide},
    protocol::{ChangeTicket, Ticket},
};

impl Desk {
    /// Changes the named fields in one step.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `Invalid`; `StaleVersion`.
    pub async fn change(&self, call: &Call, ticket: TicketId, input: ChangeTicket) -> Result<Done<Ticket>> {
        let patch = patch::texts(&input)?;
        let snoozed_until = match input.snoozed_until {
            Some(Some(until)) => Some(Some(self.snooze_time("/snoozed_until", until)?)),
            other => other,
        };
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let before = found(work.tx().load_ticket(call.actor.tenant, call.actor.scope, ticket).await?)?;
        let may = |action| self.can(&call.actor, action, &before) == Verdict::Allow;
        if (asks_for_fields(&input) && !may(Action::ChangeFields))
            || ((input.status.is_some() || snoozed_until.is_some()) && !may(Action::ChangeStatus))
            || (input.assigned_to.is_some() && !may(Action::Assign))
        {
            return Err(Error::Forbidden);
        }
        call.precondition.check(&before)?;
        not_merged(&before)?;
        let assignee = match input.assigned_to {
            Some(Some(id)) => Some(Some(agent(work.tx(), call, id, "/assigned_to").await?)),
            Some(None) => Some(None),
            None => None,
        };
        let patch = patch::references(&mut work, call, &before, &input, patch).await?;
        let audience = Audience::of(&call.actor);
        let change = self.decide(call, work.now, |around| {
            let mut sum = Sum { before: before.clone(), change: None };
            sum.add(decide::change(around, &sum.before, patch));
            if let Some(status) = input.status {
                sum.add(decide::set_status(around, &sum.before, status));
            }
            match snoozed_until {
                Some(Some(until)) => sum.add(decide::snooze(around, &sum.before, until)),
                Some(None) if sum.before.status == Status::Snoozed => {
                    sum.add(decide::set_status(around, &sum.before, Status::Open));
                }
                _ => {}
            }
            if let Some(assignee) = assignee {
                sum.add(decide::assign(around, &sum.before, assignee));
            }
            sum.change
        });
        let Some(mut change) = change else {
            return work.commit(ticket_view(&before, audience)).await;
        };
        work.apply(&mut change, None).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }
}

/// Whether it asks for more than another status or assignee, which are rights of their own. An empty wish asks for fields: for none.
fn asks_for_fields(input: &ChangeTicket) -> bool {
    let others = ChangeTicket { status: None, snoozed_until: None, assigned_to: None, ..input.clone() };
    others != ChangeTicket::default() || *input == ChangeTicket::default()
}

/// Decisions one after the other, written as one change set.
struct Sum {
    before: TicketRecord,
    change: Option<ChangeSet>,
}

impl Sum {
    fn add(&mut self, next: Option<ChangeSet>) {
        let Some(next) = next else { return };
        self.before = next.ticket.ticket().clone();
        match (&mut self.change, next.ticket) {
            (Some(change), TicketWrite::Update { ticket, .. } | TicketWrite::Insert(ticket)) => {
                if let TicketWrite::Update { ticket: latest, .. } = &mut change.ticket {
                    *latest = ticket;
                }
                change.events.extend(next.events);
                change.tally.extend(next.tally);
                change.index.add.extend(next.index.add);
                change.index.remove.extend(next.index.remove);
            }
            (first @ None, written) => *first = Some(ChangeSet { ticket: written, ..next }),
        }
    }
}
