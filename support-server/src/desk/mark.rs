//! Marking rows for a common change.

use leptos::prelude::*;
use support_core::model::TicketId;

use super::Desk;

impl Desk {
    fn row_ids(self) -> Vec<TicketId> {
        self.list.with_untracked(|list| list.rows().iter().map(|row| row.id).collect())
    }

    /// The row that a key is about: the one with the focus, else the open one, else the first.
    fn row_at_hand(self) -> Option<TicketId> {
        let focused = document().active_element().and_then(|row| row.id().strip_prefix("ticket-")?.parse().ok());
        focused.or_else(|| self.open_id()).or_else(|| self.row_ids().first().copied())
    }

    /// Marks the row at hand, or no longer; with `range` everything from the last marked row.
    pub fn mark(self, range: bool) {
        let Some(id) = self.row_at_hand() else { return };
        self.mark_row(id, range);
    }

    /// Marks a row, or no longer; with `range` everything from the last marked row.
    pub fn mark_row(self, id: TicketId, range: bool) {
        let rows = if range { self.row_ids() } else { Vec::new() };
        self.marks.update(|marks| if range { marks.extend(&rows, id) } else { marks.toggle(id) });
    }

    /// Marks all rows that are loaded, or none if all are.
    pub fn mark_all(self) {
        let rows = self.row_ids();
        self.marks.update(|marks| marks.toggle_all(&rows));
    }

    /// Takes all marks away.
    pub fn unmark(self) {
        self.marks.update(|marks| marks.clear());
    }
}
