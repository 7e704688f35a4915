//! The names of the facts in the event log.

use super::choice::choice;

choice!(
    /// What happened. `noun.verb`, as webhooks and timelines name it.
    EventType {
        /// A ticket was opened.
        TicketCreated = "ticket.created",
        /// Fields of a ticket changed.
        TicketUpdated = "ticket.updated",
        /// The assignee changed.
        TicketAssigned = "ticket.assigned",
        /// A ticket was resolved.
        TicketResolved = "ticket.resolved",
        /// A ticket was closed.
        TicketClosed = "ticket.closed",
        /// A done ticket is open again.
        TicketReopened = "ticket.reopened",
        /// A public message was written.
        MessageCreated = "message.created",
        /// Somebody read up to a message.
        MessageRead = "message.read",
        /// An internal note was written.
        NoteCreated = "note.created",
        /// A contact's details changed.
        ContactUpdated = "contact.updated",
    }
);

impl EventType {
    /// Whether only the desk may ever learn of it, whatever ticket it belongs to.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::NoteCreated | Self::TicketAssigned | Self::ContactUpdated)
    }
}
