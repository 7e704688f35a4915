//! Resolving, closing and reopening.

use super::{Audience, Call, Desk, Done, found, merge::not_merged, ticket_view, work::Begun};
use crate::{
    error::Result,
    model::{Action, Status, TicketId, decide},
    protocol::Ticket,
};

impl Desk {
    /// Marks the ticket as answered.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `StaleVersion`.
    pub async fn resolve(&self, call: &Call, ticket: TicketId) -> Result<Done<Ticket>> {
        self.set_status(call, ticket, Status::Resolved).await
    }

    /// Ends the ticket, from any status.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `StaleVersion`.
    pub async fn close(&self, call: &Call, ticket: TicketId) -> Result<Done<Ticket>> {
        self.set_status(call, ticket, Status::Closed).await
    }

    /// Opens the ticket again, from any status.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `StaleVersion`.
    pub async fn reopen(&self, call: &Call, ticket: TicketId) -> Result<Done<Ticket>> {
        self.set_status(call, ticket, Status::Open).await
    }

    async fn set_status(&self, call: &Call, ticket: TicketId, status: Status) -> Result<Done<Ticket>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let ticket = found(work.tx().load_ticket(call.actor.tenant, call.actor.scope, ticket).await?)?;
        let action = if status == Status::Closed { Action::Close } else { Action::ChangeStatus };
        self.allow(&call.actor, action, &ticket)?;
        call.precondition.check(&ticket)?;
        not_merged(&ticket)?;
        let audience = Audience::of(&call.actor);
        let Some(mut change) = self.decide(call, work.now, |around| decide::set_status(around, &ticket, status)) else {
            return work.commit(ticket_view(&ticket, audience)).await;
        };
        work.apply(&mut change, None).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }
}
