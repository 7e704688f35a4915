//! What is before somebody's eyes counts as read.

use leptos::{prelude::*, task::spawn_local};
use support_core::protocol::Ticket;

use super::{Desk, browser};
use crate::api::Api;

/// Leafing past a ticket is not reading it.
const DWELL: std::time::Duration = std::time::Duration::from_millis(600);

impl Desk {
    /// Marks the open thread as read when it stays before somebody's eyes.
    pub(super) fn mark_read_soon(self) {
        let Some((id, last)) = self.unread() else { return };
        set_timeout(
            move || {
                if self.unread() != Some((id, last)) || !browser::is_visible() {
                    return;
                }
                self.thread.update(|thread| {
                    if let Some(thread) = thread {
                        thread.ticket.unread_by_agent = 0;
                    }
                });
                let ticket = self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.clone()));
                if let Some(ticket) = ticket {
                    self.list.update(|list| list.apply(&ticket, self.me().id));
                }
                let api = self.api();
                spawn_local(async move {
                    // A failure leaves it unread on the server; the next look tries again.
                    if let Ok(ticket) = api.read(id, last).await {
                        self.take_read_ticket(&ticket);
                    }
                });
            },
            DWELL,
        );
    }

    fn take_read_ticket(self, ticket: &Ticket) {
        self.list.update(|list| list.apply(ticket, self.me().id));
        self.thread.update(|thread| {
            if let Some(thread) = thread {
                thread.take_ticket(ticket);
            }
        });
    }

    /// The open thread and its last message, while something in it is unread.
    fn unread(self) -> Option<(support_core::model::TicketId, i64)> {
        self.thread.with_untracked(|thread| {
            let thread = thread.as_ref()?;
            (thread.ticket.unread_by_agent > 0).then(|| (thread.ticket.id, thread.last_seq()))
        })
    }
}
