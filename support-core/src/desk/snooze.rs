//! Putting a ticket aside until a time.

use super::{Audience, Call, Desk, Done, found, merge::not_merged, ticket_view, work::Begun};
use crate::{
    error::{Error, Result},
    model::{Action, TicketId, Timestamp, decide, limits},
    protocol::{Snooze, Ticket},
};

impl Desk {
    /// Puts the ticket aside. It opens by itself at that time, or when the customer writes.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `Invalid` for a time that is past or further away than two years; `StaleVersion`.
    pub async fn snooze(&self, call: &Call, ticket: TicketId, input: &Snooze) -> Result<Done<Ticket>> {
        let until = self.snooze_time("/until", input.until)?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let ticket = found(work.tx().load_ticket(call.actor.tenant, call.actor.scope, ticket).await?)?;
        self.allow(&call.actor, Action::ChangeStatus, &ticket)?;
        call.precondition.check(&ticket)?;
        not_merged(&ticket)?;
        let audience = Audience::of(&call.actor);
        let Some(mut change) = self.decide(call, work.now, |around| decide::snooze(around, &ticket, until)) else {
            return work.commit(ticket_view(&ticket, audience)).await;
        };
        work.apply(&mut change, None).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }

    /// A time that somebody may be waited for, to the second.
    pub(super) fn snooze_time(&self, pointer: &str, until: Timestamp) -> Result<Timestamp> {
        let now = self.now();
        let until = chrono::SubsecRound::trunc_subsecs(until, 0);
        if until <= now {
            return Err(Error::field(pointer, "in_the_past", "must be in the future"));
        }
        if until > now + chrono::TimeDelta::days(limits::SNOOZE_DAYS_MAX) {
            return Err(Error::field(pointer, "too_far", "must be within two years"));
        }
        Ok(until)
    }
}
