//! Making the open ticket a part of another one, and taking it out again.

use leptos::{prelude::*, task::spawn_local};
use support_core::{model::TicketId, protocol::Ticket};

use super::Desk;
use crate::{api::Api, state::Undo};

impl Desk {
    /// Makes the open ticket a part of another one, which is opened.
    pub fn merge_into(self, into: &Ticket) {
        let Some(ticket) = self.thread.with_untracked(|thread| thread.as_ref().map(|it| it.ticket.clone())) else {
            return;
        };
        let (api, target, number) = (self.api(), into.id, into.number);
        spawn_local(async move {
            match api.merge(ticket.id, target).await {
                Ok(merged) => {
                    self.take_ticket(&merged);
                    self.forget_all();
                    self.go_to_ticket(Some(target));
                    self.tell(format!("Merged #{} into #{number}", ticket.number), Some(Undo::Unmerge(ticket.id)));
                }
                Err(failure) => self.tell_failure(format!("Not merged. {}", failure.sentence())),
            }
        });
    }

    /// Takes a ticket out of the one that it became a part of, and opens it.
    pub fn unmerge(self, id: TicketId) {
        let api = self.api();
        spawn_local(async move {
            match api.unmerge(id).await {
                Ok(ticket) => {
                    self.forget_all();
                    self.take_ticket(&ticket);
                    if self.open_id() == Some(id) {
                        self.refresh_thread(id);
                    } else {
                        self.go_to_ticket(Some(id));
                    }
                }
                Err(failure) => self.tell_failure(format!("Still merged. {}", failure.sentence())),
            }
        });
    }
}
