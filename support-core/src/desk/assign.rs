//! Choosing who looks after a ticket.

use super::{Audience, Call, Desk, Done, found, merge::not_merged, ticket_view, work::Begun};
use crate::{
    error::{Error, Result},
    model::{Action, Actor, PersonBrief, PersonId, PersonKind, TicketId, decide},
    protocol::{Assign, Ticket},
    storage::WriteTx,
};

impl Desk {
    /// Gives the ticket to an agent, or to nobody. Doing it twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `Invalid` for somebody who is no active agent; `StaleVersion`.
    pub async fn assign(&self, call: &Call, ticket: TicketId, input: Assign) -> Result<Done<Ticket>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let ticket = found(work.tx().load_ticket(call.actor.tenant, call.actor.scope, ticket).await?)?;
        self.allow(&call.actor, Action::Assign, &ticket)?;
        call.precondition.check(&ticket)?;
        not_merged(&ticket)?;
        let assignee = match input.assignee {
            Some(id) => Some(agent(work.tx(), call, id, "/assignee").await?),
            None => None,
        };
        let audience = Audience::of(&call.actor);
        let Some(mut change) = self.decide(call, work.now, |around| decide::assign(around, &ticket, assignee)) else {
            return work.commit(ticket_view(&ticket, audience)).await;
        };
        work.apply(&mut change, None).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }
}

/// Tickets taken from somebody at once.
const BATCH: u32 = 100;

impl Desk {
    /// Takes every open ticket from somebody who leaves. Whoever may send them away may do that too, whoever they are: the engine acts
    /// on the caller's behalf.
    pub(crate) async fn unassign_all(&self, call: &Call, leaver: PersonId) -> Result<()> {
        let actor =
            Actor { person: call.actor.person, name: call.actor.name.clone(), ..Actor::system(call.actor.tenant) };
        let call = Call { actor, idempotency: None, ..call.clone() };
        loop {
            let tickets = self.reader().await?.list_assigned(call.actor.tenant, leaver, BATCH).await?;
            if tickets.is_empty() {
                return Ok(());
            }
            for ticket in tickets {
                self.assign(&call, ticket, Assign { assignee: None }).await?;
            }
        }
    }
}

/// The active agent of that id. Held, since whoever is deleted meanwhile loses the tickets that are theirs by then.
pub(super) async fn agent(tx: &mut dyn WriteTx, call: &Call, id: PersonId, pointer: &str) -> Result<PersonBrief> {
    let person = tx.hold_person(call.actor.tenant, id).await?;
    let agent = person.filter(|person| person.kind == PersonKind::Agent && person.is_active);
    agent
        .as_ref()
        .map(PersonBrief::from)
        .ok_or_else(|| Error::field(pointer, "unknown_agent", "there is no such agent"))
}
