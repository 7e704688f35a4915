//! What was done, and how to take it back.

use support_core::model::{MessageId, TicketId};

use super::Step;

/// What takes an action back.
#[derive(Debug, Clone, PartialEq)]
pub enum Undo {
    /// Change tickets back.
    Steps(Vec<Step>),
    /// Take a ticket out of the one that it was merged into.
    Unmerge(TicketId),
    /// Do not delete this message after all.
    Keep(MessageId),
    /// Do not send the message with this client id after all.
    Unsend(String),
}

/// One line at the foot of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Tells toasts apart.
    pub id: u64,
    /// One sentence.
    pub text: String,
    /// Whether it tells of a failure.
    pub is_bad: bool,
    /// How to take it back.
    pub undo: Option<Undo>,
}

/// The toasts that stand there, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Toasts {
    shown: Vec<Toast>,
    count: u64,
}

/// Toasts shown at once.
const SHOWN_MAX: usize = 3;

impl Toasts {
    /// Shows a toast and answers its id.
    pub fn show(&mut self, text: String, is_bad: bool, undo: Option<Undo>) -> u64 {
        self.count += 1;
        self.shown.push(Toast { id: self.count, text, is_bad, undo });
        if self.shown.len() > SHOWN_MAX {
            self.shown.remove(0);
        }
        self.count
    }

    /// Takes a toast away.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|toast| toast.id != id);
    }

    /// The newest action that can be taken back; its toast goes.
    pub fn take_undo(&mut self) -> Option<Undo> {
        let place = self.shown.iter().rposition(|toast| toast.undo.is_some())?;
        self.shown.remove(place).undo
    }

    /// All of them.
    #[must_use]
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::ticket;

    #[test]
    fn the_newest_action_is_taken_back_first_and_once() {
        let (a, b) = (ticket(1, 1).id, ticket(2, 1).id);
        let mut toasts = Toasts::default();
        toasts.show("Resolved".into(), false, Some(Undo::Unmerge(a)));
        toasts.show("Resolved".into(), false, Some(Undo::Unmerge(b)));
        toasts.show("Copied".into(), false, None);
        assert_eq!(toasts.take_undo(), Some(Undo::Unmerge(b)));
        assert_eq!(toasts.take_undo(), Some(Undo::Unmerge(a)));
        assert_eq!(toasts.take_undo(), None);
        assert_eq!(toasts.shown().len(), 1);
    }

    #[test]
    fn a_dismissed_toast_goes_and_a_fourth_pushes_the_first_out() {
        let mut toasts = Toasts::default();
        let first = toasts.show("1".into(), false, None);
        toasts.dismiss(first);
        assert!(toasts.shown().is_empty());
        for text in ["2", "3", "4", "5"] {
            toasts.show(text.into(), false, None);
        }
        let texts: Vec<&str> = toasts.shown().iter().map(|toast| toast.text.as_str()).collect();
        assert_eq!(texts, ["3", "4", "5"]);
    }
}
