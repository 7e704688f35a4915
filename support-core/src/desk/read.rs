//! Reading: moving the watermark.

use super::{Audience, Call, Desk, Done, found, ticket_view, work::Begun};
use crate::{
    error::Result,
    model::{Action, AuthorKind, Direction, Scope, TicketId, decide},
    protocol::{MarkRead, Ticket},
};

impl Desk {
    /// Marks the thread as read up to a message, or all of it. Reading twice changes nothing; a watermark never goes back.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn read(&self, call: &Call, ticket: TicketId, input: MarkRead) -> Result<Done<Ticket>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let tenant = call.actor.tenant;
        let ticket = found(work.tx().load_ticket(tenant, call.actor.scope, ticket).await?)?;
        self.allow(&call.actor, Action::MarkRead, &ticket)?;
        let ticket = match ticket.merged_into {
            None => ticket,
            Some(into) => found(work.tx().load_ticket(tenant, Scope::Desk, into).await?)?,
        };
        let up_to_seq = input.up_to_seq.unwrap_or(ticket.last_seq);
        let direction = match call.actor.author_kind() {
            AuthorKind::Customer => Direction::Outbound,
            AuthorKind::Agent | AuthorKind::System => Direction::Inbound,
        };
        let still_unread = if up_to_seq >= ticket.last_seq {
            0
        } else {
            work.tx().count_messages_after(tenant, ticket.id, direction, up_to_seq).await?
        };
        let audience = Audience::of(&call.actor);
        let change = self.decide(call, work.now, |around| decide::read(around, &ticket, up_to_seq, still_unread));
        let Some(mut change) = change else {
            return work.commit(ticket_view(&ticket, audience)).await;
        };
        work.apply(&mut change, None).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }
}
