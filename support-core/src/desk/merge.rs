//! Making one ticket a part of another, and undoing it within a day.

use super::{Audience, Call, Desk, Done, found, ticket_view, work::Begun};
use crate::{
    error::{Error, Result},
    model::{Action, Scope, TenantId, TicketId, TicketRecord, decide, limits},
    protocol::{Merge, Ticket},
    storage::{ReadTx, WriteTx},
};

fn conflict(code: &'static str, detail: &str) -> Error {
    Error::Conflict { code, detail: detail.into() }
}

/// A merged ticket is changed through the one that it became a part of.
pub(super) fn not_merged(ticket: &TicketRecord) -> Result<()> {
    if ticket.merged_into.is_none() {
        return Ok(());
    }
    Err(conflict("merged", "This ticket became a part of another one: change that one, or undo the merge."))
}

/// The ticket where the thread of `ticket` goes on: itself, unless it was merged.
pub(super) async fn thread_of<T: ReadTx + ?Sized>(tx: &mut T, ticket: TicketRecord) -> Result<TicketRecord> {
    match ticket.merged_into {
        None => Ok(ticket),
        Some(into) => found(tx.find_ticket(ticket.tenant, Scope::Desk, into).await?),
    }
}

/// Both tickets, locked in the order of their ids so that two merges cannot wait for each other.
async fn load_both(
    tx: &mut dyn WriteTx,
    tenant: TenantId,
    scope: Scope,
    one: TicketId,
    other: TicketId,
) -> Result<(Option<TicketRecord>, Option<TicketRecord>)> {
    if one <= other {
        let first = tx.load_ticket(tenant, scope, one).await?;
        Ok((first, tx.load_ticket(tenant, scope, other).await?))
    } else {
        let second = tx.load_ticket(tenant, scope, other).await?;
        Ok((tx.load_ticket(tenant, scope, one).await?, second))
    }
}

impl Desk {
    /// Closes the ticket and moves its messages behind those of `into`. Watchers, tags and links come along; what was merged into it
    /// before leads there too. Its number, its links and its mails lead to `into` from then on.
    ///
    /// Only tickets of one requester: otherwise one customer would read what another one wrote.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` on either; `Invalid` for itself; `Conflict` for another requester's or a merged ticket; `StaleVersion`.
    pub async fn merge(&self, call: &Call, ticket: TicketId, input: &Merge) -> Result<Done<Ticket>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        if ticket == input.into {
            return Err(Error::field("/into", "itself", "must be another ticket"));
        }
        let (tenant, scope) = (call.actor.tenant, call.actor.scope);
        let (source, target) = load_both(work.tx(), tenant, scope, ticket, input.into).await?;
        let source = found(source)?;
        let target = target.ok_or_else(|| Error::field("/into", "unknown_ticket", "there is no such ticket"))?;
        for side in [&source, &target] {
            self.allow(&call.actor, Action::Merge, side)?;
            not_merged(side)?;
        }
        call.precondition.check(&source)?;
        if source.requester.id != target.requester.id {
            return Err(conflict("other_requester", "Tickets of different customers cannot become one."));
        }
        work.tx().move_messages(tenant, source.id, target.id, target.last_seq).await?;
        work.tx().follow_merge(tenant, source.id, target.id).await?;
        let reads = (target.agent_read_seq, target.customer_read_seq);
        let thread = work.tx().sum_thread(tenant, target.id, reads.0, reads.1).await?;
        let mut gains = self.decide(call, work.now, |around| decide::merge_in(around, &target, &source, thread));
        let mut ends = self.decide(call, work.now, |around| decide::merge_away(around, &source, &target));
        work.apply(&mut gains, None).await?;
        work.apply(&mut ends, None).await?;
        let ticket = ticket_view(ends.ticket.ticket(), Audience::of(&call.actor));
        work.commit(ticket).await
    }

    /// Takes a merged ticket out again, within a day: its messages stand where they stood, its status is what it was. What was written
    /// since stays where it was written.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `Conflict` when it is not merged, or has been for more than a day; `StaleVersion`.
    pub async fn unmerge(&self, call: &Call, ticket: TicketId) -> Result<Done<Ticket>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let (tenant, scope) = (call.actor.tenant, call.actor.scope);
        let seen = found(work.tx().find_ticket(tenant, scope, ticket).await?)?;
        let not_there = || conflict("not_merged", "This ticket is not a part of another one.");
        let into = seen.merged_into.ok_or_else(not_there)?;
        let (source, target) = load_both(work.tx(), tenant, scope, ticket, into).await?;
        let (source, target) = (found(source)?, found(target)?);
        self.allow(&call.actor, Action::Merge, &source)?;
        self.allow(&call.actor, Action::Merge, &target)?;
        call.precondition.check(&source)?;
        let merged_at = source.merged_at.filter(|_| source.merged_into == Some(into)).ok_or_else(not_there)?;
        if work.now > merged_at + chrono::TimeDelta::hours(limits::UNMERGE_HOURS) {
            return Err(conflict("too_late", "A merge can be undone for a day."));
        }
        work.tx().take_messages_back(tenant, source.id, target.id).await?;
        let left = work.tx().sum_thread(tenant, target.id, target.agent_read_seq, target.customer_read_seq).await?;
        let own = work.tx().sum_thread(tenant, source.id, source.agent_read_seq, source.customer_read_seq).await?;
        let mut loses = self.decide(call, work.now, |around| decide::unmerge_from(around, &target, &source, left));
        let mut returns = self.decide(call, work.now, |around| decide::unmerge_away(around, &source, own));
        work.apply(&mut loses, None).await?;
        work.apply(&mut returns, None).await?;
        let ticket = ticket_view(returns.ticket.ticket(), Audience::of(&call.actor));
        work.commit(ticket).await
    }
}
