//! Changing a ticket's plain fields.

use super::{Circumstance, changed, next, update};
use crate::model::{ChangeSet, EventType, Priority, TicketRecord};

/// The fields to change; what is none stays. Texts are already validated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// One line.
    pub subject: Option<String>,
    /// Longer text; inner none takes it away.
    pub description: Option<Option<String>>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// The desk's own word; inner none takes it away.
    pub category: Option<Option<String>>,
}

/// Applies the patch as one `ticket.updated`. None when every field is so already.
pub fn change(around: &mut Circumstance<'_>, ticket: &TicketRecord, patch: Patch) -> Option<ChangeSet> {
    let mut after = next(ticket, around.now);
    let mut event = around.event(EventType::TicketUpdated, ticket);
    if let Some(subject) = patch.subject.filter(|subject| *subject != ticket.subject) {
        event.changes.insert("subject".into(), changed(Some(ticket.subject.clone()), Some(subject.clone())));
        after.subject = subject;
    }
    if let Some(description) = patch.description.filter(|description| *description != ticket.description) {
        // The texts themselves stay out of the log: they may be long, and erasing a person must not search it.
        event.changes.insert("description".into(), changed(None, None));
        after.description = description;
    }
    if let Some(priority) = patch.priority.filter(|priority| *priority != ticket.priority) {
        event.changes.insert("priority".into(), changed(Some(ticket.priority.to_string()), Some(priority.to_string())));
        after.priority = priority;
    }
    if let Some(category) = patch.category.filter(|category| *category != ticket.category) {
        event.changes.insert("category".into(), changed(ticket.category.clone(), category.clone()));
        after.category = category;
    }
    if event.changes.is_empty() {
        return None;
    }
    Some(update(ticket, after, vec![event]))
}
