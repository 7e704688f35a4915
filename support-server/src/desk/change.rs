//! Changes to a ticket: shown at once, taken back when the server refuses, and undone on request.

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{PersonId, Status, TicketId},
    protocol::{PersonRef, Ticket},
};

use super::Desk;
use crate::{
    api::{Api, Failure},
    state::{Undo, person_name},
};

impl Desk {
    /// A ticket as it is now, wherever it is shown.
    pub(super) fn take_ticket(self, ticket: &Ticket) {
        let me = self.me().id;
        self.remember_place();
        self.list.update(|list| list.apply(ticket, me));
        if self.open_id() == Some(ticket.id) {
            self.thread.update(|thread| {
                if let Some(thread) = thread {
                    thread.take_ticket(ticket);
                }
            });
        }
        let is_past = self.customer.with_untracked(|customer| {
            customer.as_ref().is_some_and(|customer| customer.tickets.iter().any(|past| past.id == ticket.id))
        });
        if is_past {
            self.customer.update(|customer| {
                let tickets = customer.iter_mut().flat_map(|customer| &mut customer.tickets);
                for past in tickets.filter(|past| past.id == ticket.id) {
                    past.clone_from(ticket);
                }
            });
        }
        self.refresh_counts();
    }

    fn known(self, id: TicketId) -> Option<Ticket> {
        let open = self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.clone()));
        open.filter(|ticket| ticket.id == id).or_else(|| self.list.with_untracked(|list| list.get(id).cloned()))
    }

    /// Shows `after` at once, and what the server says when it has said it.
    fn change<F>(self, before: Ticket, after: &Ticket, asked: F, told: String, undo: Option<Undo>)
    where
        F: Future<Output = Result<Ticket, Failure>> + 'static,
    {
        self.take_ticket(after);
        spawn_local(async move {
            match asked.await {
                Ok(ticket) => {
                    self.take_ticket(&ticket);
                    self.refresh_facts(ticket.id);
                    if undo.is_some() {
                        self.tell(told, undo);
                    }
                }
                Err(failure) => {
                    // The feed may have brought something newer meanwhile; it wins over what was before.
                    self.take_ticket(&before);
                    self.tell_failure(format!("#{} was not changed. {}", before.number, failure.sentence()));
                }
            }
        });
    }

    /// Resolves the open ticket, or opens it again.
    pub fn toggle_resolved(self) {
        let Some(ticket) = self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.clone()))
        else {
            return;
        };
        if ticket.status.is_done() {
            self.reopen(ticket.id, Some(Undo::Resolve(ticket.id)));
        } else {
            self.resolve(ticket.id, Some(Undo::Reopen(ticket.id)));
        }
    }

    /// Resolves a ticket.
    pub(super) fn resolve(self, id: TicketId, undo: Option<Undo>) {
        let Some(before) = self.known(id) else { return };
        let after = Ticket { status: Status::Resolved, ..before.clone() };
        let (api, told) = (self.api(), format!("Resolved #{}", before.number));
        self.change(before, &after, async move { api.resolve(id).await }, told, undo);
    }

    fn reopen(self, id: TicketId, undo: Option<Undo>) {
        let Some(before) = self.known(id) else { return };
        let after = Ticket { status: Status::Open, ..before.clone() };
        let (api, told) = (self.api(), format!("Reopened #{}", before.number));
        self.change(before, &after, async move { api.reopen(id).await }, told, undo);
    }

    /// Gives the open ticket to somebody, or to nobody.
    pub fn assign(self, to: Option<PersonId>) {
        let Some(ticket) = self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.clone()))
        else {
            return;
        };
        let had = ticket.assigned_to.as_ref().map(|person| person.id);
        if had != to {
            self.hand_over(ticket.id, to, Some(Undo::Assign(ticket.id, had)));
        }
    }

    fn hand_over(self, id: TicketId, to: Option<PersonId>, undo: Option<Undo>) {
        let Some(before) = self.known(id) else { return };
        let assignee = to.and_then(|to| {
            self.team.with_untracked(|team| {
                team.iter().find(|user| user.id == to).map(|user| PersonRef {
                    id: user.id,
                    name: user.name.clone(),
                    email: user.email.clone(),
                })
            })
        });
        let told = match &assignee {
            Some(person) if person.id == self.me().id => format!("#{} is yours", before.number),
            Some(person) => format!("Assigned #{} to {}", before.number, person_name(person)),
            None => format!("Nobody looks after #{} now", before.number),
        };
        let after = Ticket { assigned_to: assignee, ..before.clone() };
        let api = self.api();
        self.change(before, &after, async move { api.assign(id, to).await }, told, undo);
    }

    /// Takes back the last action that can be.
    pub fn undo_last(self) {
        if let Some(undo) = self.toasts.try_update(|toasts| toasts.take_undo()).flatten() {
            self.undo(undo);
        }
    }

    /// Takes an action back.
    pub fn undo(self, undo: Undo) {
        match undo {
            Undo::Reopen(id) => self.reopen(id, None),
            Undo::Resolve(id) => self.resolve(id, None),
            Undo::Assign(id, to) => self.hand_over(id, to, None),
        }
    }

    /// Counts the views anew, once for many changes in a row.
    pub(super) fn refresh_counts(self) {
        let is_due = self.backstage.try_update_value(|backstage| std::mem::replace(&mut backstage.counts_due, true));
        if is_due == Some(true) {
            return;
        }
        let later = move || {
            self.backstage.update_value(|backstage| backstage.counts_due = false);
            let api = self.api();
            spawn_local(async move {
                if let Ok(counts) = api.counts().await {
                    self.counts.set(counts);
                }
            });
        };
        set_timeout(later, std::time::Duration::from_millis(500));
    }

    /// Reads the story of the open thread anew.
    pub(super) fn refresh_facts(self, id: TicketId) {
        if self.open_id() != Some(id) {
            return;
        }
        let api = self.api();
        spawn_local(async move {
            let Ok(events) = api.events(id).await else { return };
            self.thread.update(|thread| {
                if let Some(thread) = thread.as_mut().filter(|thread| thread.ticket.id == id) {
                    thread.take_events(events.data);
                }
            });
        });
    }
}
