//! Making one ticket a part of another, and undoing it.

use super::{Circumstance, changed, next, update};
use crate::model::{ChangeSet, EventType, Status, TicketRecord, Timestamp, sla::SlaState, text};

/// What the thread of a ticket amounts to after messages came or went.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// `seq` of the latest message of any kind.
    pub last_seq: i64,
    /// `seq` of the latest public message.
    pub last_public_seq: i64,
    /// Body and time of that message.
    pub latest: Option<(String, Timestamp)>,
    /// Public inbound messages above the desk's watermark.
    pub unread_by_agent: i64,
    /// Public outbound messages above the customer's watermark.
    pub unread_by_customer: i64,
}

/// The change of the ticket that ends: closed, its counters at rest, leading to `into`.
pub fn merge_away(around: &mut Circumstance<'_>, ticket: &TicketRecord, into: &TicketRecord) -> ChangeSet {
    let mut event = around.event(EventType::TicketMerged, ticket);
    event.changes.insert("merged_into".into(), changed(None, Some(format!("#{}", into.number))));
    let mut after = next(ticket, around.now);
    after.details.status_before_merge = Some(ticket.status);
    after.status = Status::Closed;
    after.closed_at = Some(around.now);
    after.snoozed_until = None;
    after.merged_into = Some(into.id);
    after.merged_at = Some(around.now);
    after.unread_by_agent = 0;
    after.unread_by_customer = 0;
    update(ticket, after, vec![event])
}

/// The change of the ticket that gains: watchers, tags and links come along. `thread` is counted after the messages came.
pub fn merge_in(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    source: &TicketRecord,
    thread: Thread,
) -> ChangeSet {
    let mut event = around.event(EventType::TicketMerged, ticket);
    event.changes.insert("merged".into(), changed(None, Some(format!("#{}", source.number))));
    let mut after = next(ticket, around.now);
    let (ours, theirs) = (&mut after.details, &source.details);
    extend(&mut ours.watchers, &theirs.watchers);
    extend(&mut ours.tags, &theirs.tags);
    ours.tags.sort();
    extend(&mut ours.links, &theirs.links);
    after.first_response_at = [ticket.first_response_at, source.first_response_at].into_iter().flatten().min();
    // Who was promised an answer there waits for it here. Before the first response of either, the opening is what counts.
    let unanswered = if source.first_response_at.is_none() && source.last_message_at.is_some() {
        Some(source.created_at)
    } else {
        source.sla.as_ref().and_then(SlaState::question_at)
    };
    if let (Some(question_at), Some(_), false) = (unanswered, after.first_response_at, source.status.is_done()) {
        after.sla.get_or_insert_with(|| SlaState::adopt(ticket)).take_over(question_at);
    }
    // Where nothing waited on either side, nothing waits now.
    if ticket.unread_by_agent == 0 && source.unread_by_agent == 0 {
        after.agent_read_seq = thread.last_seq;
    }
    if ticket.unread_by_customer == 0 && source.unread_by_customer == 0 {
        after.customer_read_seq = thread.last_seq;
    }
    let is_read = (after.agent_read_seq == thread.last_seq, after.customer_read_seq == thread.last_seq);
    count(&mut after, thread);
    if is_read.0 {
        after.unread_by_agent = 0;
    }
    if is_read.1 {
        after.unread_by_customer = 0;
    }
    update(ticket, after, vec![event])
}

/// The change of the ticket that is taken out again: it stands where it stood.
pub fn unmerge_away(around: &mut Circumstance<'_>, ticket: &TicketRecord, thread: Thread) -> ChangeSet {
    let mut event = around.event(EventType::TicketMerged, ticket);
    event.changes.insert("merged_into".into(), changed(Some("another ticket".into()), None));
    let mut after = next(ticket, around.now);
    after.status = after.details.status_before_merge.take().unwrap_or(Status::Open);
    after.closed_at = (after.status == Status::Closed).then_some(around.now);
    after.merged_into = None;
    after.merged_at = None;
    count(&mut after, thread);
    update(ticket, after, vec![event])
}

/// The change of the ticket that loses what it once gained. Watchers, tags and links stay.
pub fn unmerge_from(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    source: &TicketRecord,
    thread: Thread,
) -> ChangeSet {
    let mut event = around.event(EventType::TicketMerged, ticket);
    event.changes.insert("merged".into(), changed(Some(format!("#{}", source.number)), None));
    let mut after = next(ticket, around.now);
    let last_seq = after.last_seq;
    count(&mut after, thread);
    // The next message's place must be new to everybody who saw the thread before.
    after.last_seq = last_seq;
    update(ticket, after, vec![event])
}

fn count(ticket: &mut TicketRecord, thread: Thread) {
    ticket.last_seq = thread.last_seq;
    ticket.last_public_seq = thread.last_public_seq;
    ticket.unread_by_agent = thread.unread_by_agent;
    ticket.unread_by_customer = thread.unread_by_customer;
    ticket.last_message_at = thread.latest.as_ref().map(|(_, at)| *at);
    ticket.activity_at = ticket.last_message_at.map_or(ticket.created_at, |at| at.max(ticket.created_at));
    ticket.preview = thread.latest.map(|(body, _)| text::preview(&body)).unwrap_or_default();
}

fn extend<T: PartialEq + Clone>(ours: &mut Vec<T>, theirs: &[T]) {
    for item in theirs {
        if !ours.contains(item) {
            ours.push(item.clone());
        }
    }
}
