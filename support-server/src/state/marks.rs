//! Which tickets of the list are marked for a common change.

use std::collections::HashSet;

use support_core::model::TicketId;

/// Tickets that one change may touch.
pub const MARKED_MAX: usize = 1_000;

/// The marked tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    marked: HashSet<TicketId>,
    /// The row that was marked last, from which a range is marked.
    anchor: Option<TicketId>,
}

impl Marks {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.marked.len()
    }

    /// Whether a ticket is marked.
    #[must_use]
    pub fn has(&self, id: TicketId) -> bool {
        self.marked.contains(&id)
    }

    /// The marked ones in the order of the list.
    #[must_use]
    pub fn among(&self, rows: impl Iterator<Item = TicketId>) -> Vec<TicketId> {
        rows.filter(|id| self.has(*id)).take(MARKED_MAX).collect()
    }

    /// Marks a ticket, or takes its mark away.
    pub fn toggle(&mut self, id: TicketId) {
        if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
        self.anchor = Some(id);
    }

    /// Marks everything from the last marked row to this one.
    pub fn extend(&mut self, rows: &[TicketId], id: TicketId) {
        let place = |id| rows.iter().position(|row| *row == id);
        match (self.anchor.and_then(place), place(id)) {
            (Some(from), Some(to)) => self.marked.extend(&rows[from.min(to)..=from.max(to)]),
            _ => drop(self.marked.insert(id)),
        }
        self.anchor = Some(id);
    }

    /// Marks all rows that are loaded, or none if all are.
    pub fn toggle_all(&mut self, rows: &[TicketId]) {
        if rows.iter().take(MARKED_MAX).all(|id| self.has(*id)) {
            self.clear();
        } else {
            self.marked = rows.iter().copied().take(MARKED_MAX).collect();
        }
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        self.marked.clear();
        self.anchor = None;
    }

    /// Forgets tickets that have left the list: what is not seen is not changed.
    pub fn keep(&mut self, is_here: impl Fn(TicketId) -> bool) {
        self.marked.retain(|id| is_here(*id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::ticket;

    #[test]
    fn a_range_is_marked_from_the_last_mark_in_either_direction() {
        let rows: Vec<_> = (1..=6).map(|number| ticket(number, 0).id).collect();
        let mut marks = Marks::default();
        marks.toggle(rows[3]);
        marks.extend(&rows, rows[1]);
        assert_eq!(marks.among(rows.iter().copied()), rows[1..=3]);
        marks.toggle(rows[2]);
        assert_eq!(marks.count(), 2);
    }

    #[test]
    fn all_are_marked_and_unmarked_and_what_left_the_list_is_forgotten() {
        let rows: Vec<_> = (1..=3).map(|number| ticket(number, 0).id).collect();
        let mut marks = Marks::default();
        marks.toggle(rows[0]);
        marks.toggle_all(&rows);
        assert_eq!(marks.count(), 3);
        marks.keep(|id| id != rows[1]);
        assert_eq!(marks.count(), 2);
        marks.toggle_all(&rows);
        marks.toggle_all(&rows);
        assert_eq!(marks.count(), 0);
    }

    #[test]
    fn no_more_are_marked_than_one_change_may_touch() {
        let rows: Vec<_> = (1..=1_200).map(|number| ticket(number, 0).id).collect();
        let mut marks = Marks::default();
        marks.toggle_all(&rows);
        assert_eq!(marks.count(), MARKED_MAX);
    }
}
