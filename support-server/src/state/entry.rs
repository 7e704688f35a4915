//! A thread as lines on the screen: days, messages, facts, and what is still on its way.

use chrono::{Datelike, NaiveDate, TimeDelta};
use support_core::{
    model::AuthorKind,
    protocol::{Event, Message},
};

use super::{Clock, Mode, Outgoing, Thread, is_shown};

/// One line of a thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A new day.
    Day(NaiveDate),
    /// What the ticket says of itself, above everything else; with the ticket's version.
    Description(String, i64),
    /// What follows was not read before the thread was opened.
    Unread,
    /// A message; `joined`: it follows one by the same author and needs no head.
    Message {
        /// The message.
        message: Message,
        /// Without its head.
        joined: bool,
    },
    /// A fact, such as an assignment.
    Fact(Event),
    /// A message that the server has not taken yet.
    Outgoing(Outgoing),
}

impl Entry {
    /// What makes it another line than any other. It holds all that may change about it, so that a change draws it anew.
    #[must_use]
    pub fn key(&self) -> u128 {
        match self {
            Self::Unread => 0,
            // Above all days and below all ids.
            Self::Description(_, version) => 1 << 64 | u128::from(version.unsigned_abs()),
            Self::Day(day) => 1 + u128::from(day.num_days_from_ce().unsigned_abs()),
            Self::Fact(event) => event.id.0.as_u128(),
            Self::Message { message, joined } => {
                let flags = [*joined, message.receipts.delivered, message.receipts.read, message.deleted_at.is_some()];
                let flags = flags.into_iter().fold(0, |flags, flag| flags << 1 | u128::from(flag));
                // The text of now, by the time of its writing, and the signs below it.
                let edited = message.edited_at.map_or(0, |at| at.timestamp_micros().unsigned_abs());
                let signs = message.reactions.iter().map(|sign| sign.people.len() as u64).sum::<u64>()
                    + message.reply_count.unsigned_abs();
                // Into the digit of the version, which is the same in all ids, and over the random ones.
                message.id.0.as_u128() ^ flags << 76 ^ u128::from(edited ^ signs << 52)
            }
            // Our own ids are 128 random bits.
            Self::Outgoing(outgoing) => u128::from_str_radix(&outgoing.client_id, 16).unwrap_or(u128::MAX),
        }
    }
}

/// Messages of one author within this time share a head.
const JOIN: TimeDelta = TimeDelta::minutes(5);

/// The lines of a thread, oldest first. `unread_from`: the first message that was unread when the thread was opened.
#[must_use]
pub fn entries(thread: &Thread, outgoing: &[Outgoing], unread_from: Option<i64>, clock: Clock) -> Vec<Entry> {
    let mut lines = Vec::with_capacity(thread.messages().len() + 8);
    let description = thread.ticket.description.as_ref().filter(|text| thread.older().is_none() && !text.is_empty());
    lines.extend(description.map(|text| Entry::Description(text.clone(), thread.ticket.version)));
    let mut story = Story { lines, day: None, before: None };
    // Facts older than the oldest loaded message come with its page.
    let oldest = thread.messages().first().filter(|_| thread.older().is_some()).map(|message| message.created_at);
    let mut facts = thread
        .events()
        .iter()
        .filter(|event| is_shown(event) && oldest.is_none_or(|oldest| event.occurred_at >= oldest))
        .peekable();

    for message in thread.messages() {
        while let Some(fact) = facts.next_if(|fact| fact.occurred_at < message.created_at) {
            story.fact(fact, clock);
        }
        story.message(message, unread_from, clock);
    }
    facts.for_each(|fact| story.fact(fact, clock));
    let mut lines = story.lines;
    let here = outgoing.iter().filter(|outgoing| outgoing.ticket == thread.ticket.id);
    lines.extend(here.filter(|outgoing| !has_arrived(thread, outgoing)).cloned().map(Entry::Outgoing));
    lines
}

/// Messages alone as lines.
pub(super) fn lines_of(messages: &[Message], unread_from: Option<i64>, clock: Clock) -> Vec<Entry> {
    let mut story = Story { lines: Vec::with_capacity(messages.len() + 8), day: None, before: None };
    messages.iter().for_each(|message| story.message(message, unread_from, clock));
    story.lines
}

/// Lines that are being written down.
struct Story<'m> {
    lines: Vec<Entry>,
    day: Option<NaiveDate>,
    /// The message right above, where nothing stands between.
    before: Option<&'m Message>,
}

impl<'m> Story<'m> {
    fn fact(&mut self, fact: &Event, clock: Clock) {
        self.turn(clock.day(fact.occurred_at));
        self.lines.push(Entry::Fact(fact.clone()));
        self.before = None;
    }

    fn message(&mut self, message: &'m Message, unread_from: Option<i64>, clock: Clock) {
        self.turn(clock.day(message.created_at));
        if unread_from == Some(message.seq) && self.before.is_some() {
            self.lines.push(Entry::Unread);
            self.before = None;
        }
        let joined = self.before.is_some_and(|before| follows(before, message));
        self.lines.push(Entry::Message { message: message.clone(), joined });
        self.before = Some(message);
    }

    fn turn(&mut self, to: NaiveDate) {
        if self.day != Some(to) {
            self.day = Some(to);
            self.lines.push(Entry::Day(to));
            self.before = None;
        }
    }
}

/// Whether a message has come back by the feed before its own answer did. The feed's copy may lack the sender's id.
fn has_arrived(thread: &Thread, outgoing: &Outgoing) -> bool {
    thread.messages().iter().rev().take_while(|message| message.seq > outgoing.last_seen_seq).any(|message| {
        message.client_id.as_ref().is_some_and(|id| *id == outgoing.client_id)
            || (message.author.kind == AuthorKind::Agent
                && message.is_internal == (outgoing.mode == Mode::Note)
                && message.body == outgoing.body)
    })
}

fn follows(before: &Message, message: &Message) -> bool {
    before.author.id == message.author.id
        && before.author.kind == message.author.kind
        && message.author.kind != AuthorKind::System
        && before.is_internal == message.is_internal
        && message.created_at - before.created_at < JOIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Zone,
        fake::{at, fact, inbound, outbound, page, sending, ticket},
    };
    use support_core::{model::EventType, protocol::Page};

    fn clock() -> Clock {
        Clock { now: at(1_000), zone: Zone::Utc }
    }

    fn sketch(lines: &[Entry]) -> String {
        let words: Vec<String> = lines
            .iter()
            .map(|line| match line {
                Entry::Day(_) => "day".into(),
                Entry::Unread => "new".into(),
                Entry::Description(..) => "about".into(),
                Entry::Message { message, joined } => format!("{}{}", message.seq, if *joined { "+" } else { "" }),
                Entry::Fact(event) => event.kind.to_string(),
                Entry::Outgoing(outgoing) => format!("({})", outgoing.client_id),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn messages_of_one_author_share_a_head_until_something_stands_between() {
        let note = Message { is_internal: true, ..outbound(5) };
        let thread = Thread::new(
            ticket(1, 10),
            page([inbound(1), inbound(2), outbound(3), outbound(4), note], None),
            page([fact(EventType::TicketAssigned, 3)], None),
        );
        assert_eq!(sketch(&entries(&thread, &[], None, clock())), "day 1 2+ 3 ticket.assigned 4 5");
    }

    #[test]
    fn no_two_lines_share_a_key_and_a_receipt_makes_another_line() {
        let mut thread = Thread::new(
            ticket(1, 10),
            page([inbound(1), inbound(2), outbound(3)], None),
            page([fact(EventType::TicketAssigned, 3)], None),
        );
        let keys = |thread: &Thread| -> Vec<u128> {
            entries(thread, &[sending("ab", &ticket(1, 10))], Some(2), clock()).iter().map(Entry::key).collect()
        };
        let before = keys(&thread);
        let unique: std::collections::HashSet<_> = before.iter().collect();
        assert_eq!(unique.len(), before.len());
        thread.read(AuthorKind::Customer, 3);
        assert_ne!(keys(&thread), before);
    }

    #[test]
    fn facts_stand_in_time_and_not_above_what_is_not_loaded() {
        let events = || page([fact(EventType::TicketAssigned, -5), fact(EventType::TicketResolved, 100)], None);
        let whole = Thread::new(ticket(1, 10), page([inbound(1)], None), events());
        assert_eq!(sketch(&entries(&whole, &[], None, clock())), "day ticket.assigned 1 ticket.resolved");
        let partly =
            Thread::new(ticket(1, 10), Page { previous: Some("p".into()), ..page([inbound(1)], None) }, events());
        assert_eq!(sketch(&entries(&partly, &[], None, clock())), "day 1 ticket.resolved");
    }

    #[test]
    fn the_line_above_what_is_new_stands_before_the_first_unread_message_but_not_on_top() {
        let thread = Thread::new(ticket(1, 10), page([outbound(1), inbound(2), inbound(3)], None), page([], None));
        assert_eq!(sketch(&entries(&thread, &[], Some(2), clock())), "day 1 new 2 3+");
        assert_eq!(sketch(&entries(&thread, &[], Some(1), clock())), "day 1 2 3+");
    }

    #[test]
    fn what_a_ticket_says_of_itself_stands_above_its_oldest_message() {
        let described = support_core::protocol::Ticket { description: Some("The long story".into()), ..ticket(1, 10) };
        let whole = Thread::new(described.clone(), page([inbound(1)], None), page([], None));
        assert_eq!(sketch(&entries(&whole, &[], None, clock())), "about day 1");
        let partly = Page { previous: Some("p".into()), ..page([inbound(1)], None) };
        let partly = Thread::new(described, partly, page([], None));
        assert_eq!(sketch(&entries(&partly, &[], None, clock())), "day 1");
    }

    #[test]
    fn a_message_on_its_way_stands_last_until_it_has_arrived() {
        let ours = Message { body: "On its way".into(), ..outbound(2) };
        let mut thread = Thread::new(ticket(1, 10), page([inbound(1)], None), page([], None));
        let on_the_way = [sending("a", &thread.ticket), sending("b", &ticket(2, 10))];
        assert_eq!(sketch(&entries(&thread, &on_the_way, None, clock())), "day 1 (a)");
        thread.take(ours);
        assert_eq!(sketch(&entries(&thread, &on_the_way, None, clock())), "day 1 2");
    }
}
