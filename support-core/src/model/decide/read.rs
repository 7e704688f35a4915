//! Reading a ticket's thread.

use super::{Circumstance, update};
use crate::model::{AuthorKind, ChangeSet, EventType, TicketRecord};

/// Moves the caller's side's watermark up to `up_to_seq`; `still_unread` is what lies above it. A watermark never goes back.
///
/// Agents share one watermark per ticket: any agent's reading clears it for all. None when nothing changes.
pub fn read(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    up_to_seq: i64,
    still_unread: i64,
) -> Option<ChangeSet> {
    let up_to_seq = up_to_seq.min(ticket.last_seq);
    let by_customer = around.actor.author_kind() == AuthorKind::Customer;
    let (watermark, unread) = if by_customer {
        (ticket.customer_read_seq, ticket.unread_by_customer)
    } else {
        (ticket.agent_read_seq, ticket.unread_by_agent)
    };
    if up_to_seq <= watermark {
        return None;
    }
    let mut after = TicketRecord { version: ticket.version + 1, ..ticket.clone() };
    if by_customer {
        after.customer_read_seq = up_to_seq;
        after.unread_by_customer = still_unread;
    } else {
        after.agent_read_seq = up_to_seq;
        after.unread_by_agent = still_unread;
    }
    let mut event = around.event(EventType::MessageRead, ticket);
    event.up_to_seq = Some(up_to_seq);
    // Passing over one's own messages is no news to the other side.
    let events = if unread == still_unread { Vec::new() } else { vec![event] };
    Some(update(ticket, after, events))
}
