//! Changes to tickets: shown at once, taken back when the server refuses, and undone on request.

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{PersonId, Status, TicketId},
    protocol::{PersonRef, Ticket},
};

use super::Desk;
use crate::{
    api::{Api, problem_sentence},
    state::{Change, Step, Undo, grouped, person_name},
};

/// Tickets in one request: few enough that progress is seen, enough that a thousand take seconds.
const BULK_AT_ONCE: usize = 200;

impl Desk {
    /// A ticket as it is now, wherever it is shown.
    pub(super) fn take_ticket(self, ticket: &Ticket) {
        self.take_tickets(std::slice::from_ref(ticket));
    }

    /// Tickets as they are now, wherever they are shown.
    pub(super) fn take_tickets(self, tickets: &[Ticket]) {
        if tickets.is_empty() {
            return;
        }
        let me = self.me().id;
        self.remember_place();
        self.list.update(|list| tickets.iter().for_each(|ticket| list.apply(ticket, me)));
        tickets.iter().for_each(|ticket| self.take_elsewhere(ticket));
        self.refresh_counts();
    }

    fn take_elsewhere(self, ticket: &Ticket) {
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
    }

    fn known(self, id: TicketId) -> Option<Ticket> {
        let open = self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.clone()));
        open.filter(|ticket| ticket.id == id).or_else(|| self.list.with_untracked(|list| list.get(id).cloned()))
    }

    /// The tickets that a command is about: the marked ones, else the open one.
    #[must_use]
    pub fn targets(self) -> Vec<Ticket> {
        let marks = self.marks.get();
        if marks.count() == 0 {
            return self.thread.with(|thread| thread.iter().map(|it| it.ticket.clone()).collect());
        }
        self.list.with(|list| {
            let ids = marks.among(list.rows().iter().map(|row| row.id));
            ids.into_iter().filter_map(|id| list.get(id).cloned()).collect()
        })
    }

    /// Changes tickets, each in its own way: shown at once, taken back where the server refuses, undone on request.
    pub fn change_each(self, tickets: Vec<Ticket>, change: impl Fn(&Ticket) -> Change) {
        let mut steps = Vec::new();
        for ticket in tickets {
            let change = change(&ticket);
            if change.applied(&ticket) != ticket {
                steps.push((ticket, change));
            }
        }
        self.take_steps(steps, true);
    }

    /// Changes tickets alike.
    pub fn change_all(self, tickets: Vec<Ticket>, change: &Change) {
        self.change_each(tickets, |_| change.clone());
    }

    fn take_steps(self, steps: Vec<Step>, is_undoable: bool) {
        let Some((first, change)) = steps.first() else { return };
        let subject = if steps.len() == 1 { format!("#{}", first.number) } else { format!("{} tickets", steps.len()) };
        let told = match change {
            Change::Assign(Some(person)) if person.id == self.me().id && steps.len() == 1 => {
                format!("{subject} is yours")
            }
            Change::Assign(Some(person)) => format!("Assigned {subject} to {}", person_name(person)),
            change => format!("{} {subject}", change.verb()),
        };
        let after: Vec<Ticket> = steps.iter().map(|(ticket, change)| change.applied(ticket)).collect();
        self.take_tickets(&after);
        spawn_local(async move {
            let (changed, refused) = self.ask_for(&steps).await;
            let failed: Vec<Ticket> = steps
                .iter()
                .filter(|(it, _)| refused.iter().any(|(id, _)| *id == it.id))
                .map(|it| it.0.clone())
                .collect();
            self.take_tickets(&changed);
            // The feed may have brought something newer meanwhile; it wins over what was before.
            self.take_tickets(&failed);
            if let Some(id) = self.open_id().filter(|id| steps.iter().any(|(ticket, _)| ticket.id == *id)) {
                self.refresh_facts(id);
            }
            if let (Some(ticket), Some((_, reason))) = (failed.first(), refused.first()) {
                let which = if failed.len() == 1 {
                    format!("#{} was not changed.", ticket.number)
                } else {
                    format!("{} of {} tickets were not changed.", failed.len(), steps.len())
                };
                self.tell_failure(format!("{which} {reason}"));
            }
            let mut changed: HashMap<TicketId, Ticket> =
                changed.into_iter().map(|ticket| (ticket.id, ticket)).collect();
            let back: Vec<Step> = steps
                .iter()
                .filter_map(|(before, change)| Some((changed.remove(&before.id)?, change.inverse(before)?)))
                .collect();
            if is_undoable && !back.is_empty() {
                self.tell(told, Some(Undo::Steps(back)));
            }
        });
    }

    /// Asks the server for changes: what was changed, and what was refused and why.
    async fn ask_for(self, steps: &[Step]) -> (Vec<Ticket>, Vec<(TicketId, String)>) {
        let (api, mut changed, mut refused) = (self.api(), Vec::new(), Vec::new());
        if let [(ticket, change)] = steps {
            match api.change(ticket.id, change).await {
                Ok(ticket) => changed.push(ticket),
                Err(failure) => refused.push((ticket.id, failure.sentence())),
            }
            return (changed, refused);
        }
        let total = steps.len();
        self.progress.set(Some((0, total)));
        for (change, ids) in grouped(steps.iter().map(|(ticket, change)| (ticket.id, change.clone())).collect()) {
            for ids in ids.chunks(BULK_AT_ONCE) {
                match api.change_many(ids, &change).await {
                    Ok(reply) => {
                        for item in reply.data {
                            match (item.ticket, item.problem) {
                                (_, Some(problem)) => refused.push((item.id, problem_sentence(&problem))),
                                (Some(ticket), None) => changed.push(ticket),
                                (None, None) => {}
                            }
                        }
                    }
                    Err(failure) => refused.extend(ids.iter().map(|id| (*id, failure.sentence()))),
                }
                self.progress.set(Some((changed.len() + refused.len(), total)));
            }
        }
        self.progress.set(None);
        (changed, refused)
    }

    /// Resolves the marked tickets or the open one; opens them again when all are done already.
    pub fn toggle_resolved(self) {
        let tickets = self.targets();
        let to = if tickets.iter().all(|ticket| ticket.status.is_done()) { Status::Open } else { Status::Resolved };
        self.change_all(tickets, &Change::Status(to));
    }

    /// Resolves the open ticket and goes on to the next one.
    pub fn resolve_and_next(self) {
        let Some(ticket) = self.thread.with_untracked(|thread| thread.as_ref().map(|it| it.ticket.clone())) else {
            return;
        };
        self.step(true);
        self.change_all(vec![ticket], &Change::Status(Status::Resolved));
    }

    /// Resolves a ticket wherever it is.
    pub(super) fn resolve(self, id: TicketId) {
        if let Some(ticket) = self.known(id) {
            self.change_all(vec![ticket], &Change::Status(Status::Resolved));
        }
    }

    /// Gives the marked tickets or the open one to somebody, or to nobody.
    pub fn assign(self, to: Option<PersonId>) {
        let person = to.and_then(|to| {
            self.team.with_untracked(|team| {
                let user = team.iter().find(|user| user.id == to)?;
                Some(PersonRef { id: user.id, name: user.name.clone(), email: user.email.clone() })
            })
        });
        self.change_all(self.targets(), &Change::Assign(person));
    }

    /// Follows the open ticket, or no longer.
    pub fn toggle_watch(self) {
        let me = self.me().id;
        let open = self.thread.with_untracked(|thread| thread.iter().map(|it| it.ticket.clone()).collect());
        self.change_each(open, |ticket| {
            let mut watchers = ticket.watchers.clone();
            match watchers.iter().position(|watcher| *watcher == me) {
                Some(place) => drop(watchers.remove(place)),
                None => watchers.push(me),
            }
            Change::Watchers(watchers)
        });
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
            Undo::Steps(steps) => self.take_steps(steps, false),
            Undo::Unmerge(id) => self.unmerge(id),
            Undo::Keep(message) => drop(self.keep_message(message)),
            Undo::Unsend(client_id) => self.unsend(&client_id),
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
                self.refresh_view_counts();
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
