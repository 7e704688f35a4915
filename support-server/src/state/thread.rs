//! One open thread: its ticket, messages and story, kept in step by the live feed.

use support_core::{
    model::{AuthorKind, PersonId},
    protocol::{Event, Message, Page, Ticket},
};

use super::{Arrival, Messages};

/// What a ticket's pane shows.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Thread {
    /// The ticket as it is now.
    pub ticket: Ticket,
    messages: Messages,
    events: Vec<Event>,
}

impl Thread {
    /// A thread from what the API answered: the newest messages ascending, the events in any order.
    #[must_use]
    pub fn new(ticket: Ticket, messages: Page<Message>, events: Page<Event>) -> Self {
        let mut thread = Self { ticket, messages: Messages::new(messages), events: Vec::new() };
        thread.take_events(events.data);
        thread
    }

    /// The messages that are loaded, ascending.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        self.messages.all()
    }

    /// The facts that are loaded, ascending.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Where older messages end; `None`: the first one is here.
    #[must_use]
    pub fn older(&self) -> Option<&str> {
        self.messages.older()
    }

    /// The newest message that is here.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        self.messages.last_seq()
    }

    /// The first message of the customer that no agent has read.
    #[must_use]
    pub fn first_unread(&self) -> Option<i64> {
        let unread = usize::try_from(self.ticket.unread_by_agent).ok()?.checked_sub(1)?;
        let mut inbound = self.messages().iter().rev().filter(|message| message.author.kind == AuthorKind::Customer);
        inbound.nth(unread).or_else(|| self.messages().first()).map(|message| message.seq)
    }

    /// Takes a message from the feed or from an answer.
    pub fn take(&mut self, message: Message) -> Arrival {
        self.messages.take(message)
    }

    /// Takes what became of a message that is here.
    pub fn renew(&mut self, message: Message) {
        self.messages.renew(message);
    }

    /// Takes messages that were asked for, ascending.
    pub fn take_all(&mut self, messages: Vec<Message>) {
        self.messages.take_all(messages);
    }

    /// Puts the page that `cursor` asked for in front.
    pub fn prepend(&mut self, cursor: &str, page: Page<Message>) {
        self.messages.prepend(cursor, page);
    }

    /// Takes the ticket as it is now, unless it is older than what is known.
    pub fn take_ticket(&mut self, ticket: &Ticket) {
        if ticket.id == self.ticket.id && ticket.version >= self.ticket.version {
            self.ticket = ticket.clone();
        }
    }

    /// Adds facts to the story.
    pub fn take_events(&mut self, events: Vec<Event>) {
        for event in events {
            if let Err(place) =
                self.events.binary_search_by_key(&(event.occurred_at, event.id), |it| (it.occurred_at, it.id))
            {
                self.events.insert(place, event);
            }
        }
    }

    /// The customer, or an agent, has read up to `seq`.
    pub fn read(&mut self, reader: AuthorKind, up_to_seq: i64) {
        for message in self.messages.up_to(up_to_seq) {
            match reader {
                AuthorKind::Customer if message.author.kind != AuthorKind::Customer && !message.is_internal => {
                    message.receipts.delivered = true;
                    message.receipts.read = true;
                }
                AuthorKind::Agent if message.author.kind == AuthorKind::Customer => message.receipts.read = true,
                _ => {}
            }
        }
    }

    /// Whether `person` looks after the ticket.
    #[must_use]
    pub fn is_assigned_to(&self, person: PersonId) -> bool {
        self.ticket.assigned_to.as_ref().is_some_and(|assignee| assignee.id == person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::{inbound, outbound, page, ticket};

    fn thread() -> Thread {
        Thread::new(ticket(1, 10), page([inbound(3), outbound(4)], None), page([], None))
    }

    #[test]
    fn reading_marks_the_other_sides_messages_up_to_the_one_read() {
        let mut thread = thread();
        thread.take(outbound(5));
        thread.read(AuthorKind::Customer, 4);
        let read: Vec<bool> = thread.messages().iter().map(|message| message.receipts.read).collect();
        assert_eq!(read, [false, true, false]);
    }

    #[test]
    fn what_is_unread_begins_with_the_customers_last_messages() {
        let mut thread = thread();
        thread.take(inbound(5));
        assert_eq!(thread.first_unread(), None);
        for (unread, first) in [(1, 5), (2, 3), (9, 3)] {
            thread.ticket.unread_by_agent = unread;
            assert_eq!(thread.first_unread(), Some(first));
        }
    }

    #[test]
    fn an_older_ticket_does_not_win() {
        let mut thread = thread();
        thread.take_ticket(&Ticket { version: 3, subject: "new".into(), ..ticket(1, 10) });
        thread.take_ticket(&Ticket { version: 2, subject: "old".into(), ..ticket(1, 10) });
        assert_eq!(thread.ticket.subject, "new");
    }
}
