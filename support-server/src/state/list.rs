//! The tickets that a filter finds: paged in from behind, moved by the live feed.

use std::cmp::Ordering;

use support_core::{
    model::{PersonId, TicketId},
    protocol::{Page, Ticket},
};

use super::Filter;

/// The rows of one filter, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketList {
    filter: Filter,
    rows: Vec<Ticket>,
    next: Option<String>,
}

impl TicketList {
    /// The first page.
    #[must_use]
    pub fn new(filter: Filter, page: Page<Ticket>) -> Self {
        Self { filter, rows: page.data, next: page.next }
    }

    /// What it shows.
    #[must_use]
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The rows that were loaded.
    #[must_use]
    pub fn rows(&self) -> &[Ticket] {
        &self.rows
    }

    /// Where the next page starts; `None`: everything is here.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// One row.
    #[must_use]
    pub fn get(&self, id: TicketId) -> Option<&Ticket> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// Adds the page that `cursor` asked for. A page that was asked for before the list was replaced is dropped.
    pub fn append(&mut self, cursor: &str, page: Page<Ticket>) {
        if self.next.as_deref() != Some(cursor) {
            return;
        }
        for row in page.data {
            // The feed may have brought rows of this page already; what is here is newer.
            if self.get(row.id).is_none() {
                self.rows.insert(self.target(&row), row);
            }
        }
        self.next = page.next;
    }

    /// Takes a ticket as it is now: it enters, moves, changes in place, or leaves.
    pub fn apply(&mut self, ticket: &Ticket, me: PersonId) {
        let place = self.rows.iter().position(|row| row.id == ticket.id);
        if let Some(place) = place {
            if self.rows[place].version > ticket.version {
                return;
            }
            self.rows.remove(place);
        }
        // What only the server can tell, it has told of the rows that are here.
        if !self.filter.admits(ticket, me).unwrap_or(place.is_some()) {
            return;
        }
        let target = self.target(ticket);
        // Behind the last loaded row it comes with its page, unless everything is loaded.
        if target < self.rows.len() || self.next.is_none() || place.is_some() {
            self.rows.insert(target, ticket.clone());
        }
    }

    /// Where a ticket belongs among the rows.
    fn target(&self, ticket: &Ticket) -> usize {
        self.rows.partition_point(|row| self.filter.compare(row, ticket) == Ordering::Less)
    }

    /// The row above or below the one at `place`; at the ends it stays. Without a place: the first.
    #[must_use]
    pub fn step(&self, place: Option<usize>, forward: bool) -> Option<TicketId> {
        let last = self.rows.len().checked_sub(1)?;
        let target = match (place, forward) {
            (None, _) => 0,
            (Some(place), true) => (place + 1).min(last),
            (Some(place), false) => place.saturating_sub(1).min(last),
        };
        Some(self.rows[target].id)
    }

    /// The rows around one, nearest first: what is likely to be opened next.
    #[must_use]
    pub fn around(&self, id: TicketId, reach: usize) -> Vec<TicketId> {
        let Some(place) = self.rows.iter().position(|row| row.id == id) else { return Vec::new() };
        (1..=reach)
            .flat_map(|distance| [place.checked_add(distance), place.checked_sub(distance)])
            .filter_map(|place| self.rows.get(place?).map(|row| row.id))
            .collect()
    }

    /// Where a row stands.
    #[must_use]
    pub fn place(&self, id: TicketId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }

    /// How many loaded tickets hold unread messages.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.rows.iter().filter(|row| row.unread_by_agent > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::BuiltIn;
    use crate::state::fake::{ME, OTHER, assigned, page, ticket};
    use support_core::model::Status;

    fn open() -> Filter {
        Filter::parse(BuiltIn::Open.query())
    }

    fn mine() -> Filter {
        Filter::parse(BuiltIn::Mine.query())
    }

    fn numbers(list: &TicketList) -> Vec<i64> {
        list.rows().iter().map(|row| row.number).collect()
    }

    #[test]
    fn a_ticket_with_a_new_message_moves_to_the_top() {
        let mut list = TicketList::new(open(), page([ticket(3, 30), ticket(2, 20), ticket(1, 10)], None));
        list.apply(&Ticket { version: 2, ..ticket(1, 40) }, ME);
        assert_eq!(numbers(&list), [1, 3, 2]);
    }

    #[test]
    fn an_older_version_changes_nothing() {
        let mut list = TicketList::new(open(), page([Ticket { version: 5, ..ticket(1, 10) }], None));
        list.apply(&Ticket { version: 4, subject: "old".into(), ..ticket(1, 10) }, ME);
        assert_ne!(list.rows()[0].subject, "old");
    }

    #[test]
    fn a_ticket_enters_and_leaves_its_view() {
        let mut list = TicketList::new(mine(), page([], None));
        list.apply(&assigned(ticket(1, 10), ME), ME);
        assert_eq!(numbers(&list), [1]);
        list.apply(&Ticket { version: 2, ..assigned(ticket(1, 10), OTHER) }, ME);
        assert_eq!(numbers(&list), [] as [i64; 0]);
        list.apply(&Ticket { version: 3, status: Status::Resolved, ..assigned(ticket(1, 10), ME) }, ME);
        assert_eq!(numbers(&list), [] as [i64; 0]);
    }

    #[test]
    fn a_ticket_behind_the_loaded_rows_waits_for_its_page_and_comes_once() {
        let mut list = TicketList::new(open(), page([ticket(3, 30)], Some("c1")));
        list.apply(&ticket(1, 10), ME);
        assert_eq!(numbers(&list), [3]);
        list.apply(&ticket(4, 35), ME);
        list.append("c1", page([ticket(4, 25), ticket(1, 10)], None));
        assert_eq!(numbers(&list), [4, 3, 1]);
    }

    #[test]
    fn a_page_for_another_list_is_dropped() {
        let mut list = TicketList::new(open(), page([ticket(3, 30)], Some("new")));
        list.append("old", page([ticket(1, 10)], None));
        assert_eq!(numbers(&list), [3]);
        assert_eq!(list.next(), Some("new"));
    }

    #[test]
    fn stepping_stops_at_the_ends() {
        let list = TicketList::new(open(), page([ticket(3, 30), ticket(2, 20)], None));
        let (first, last) = (ticket(3, 30).id, ticket(2, 20).id);
        assert_eq!(list.step(None, true), Some(first));
        assert_eq!(list.step(Some(0), true), Some(last));
        assert_eq!(list.step(Some(1), true), Some(last));
        assert_eq!(list.step(Some(0), false), Some(first));
        assert_eq!(list.step(Some(9), false), Some(last));
        assert_eq!(list.around(first, 2), [last]);
        let empty = TicketList::new(open(), page([], None));
        assert_eq!(empty.step(None, true), None);
        assert_eq!(empty.step(Some(0), true), None);
    }
}
