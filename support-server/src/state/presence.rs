//! Who looks at which ticket, and who is writing.

use std::collections::HashMap;

use support_core::{
    model::{ActorKind, PersonId, TicketId},
    protocol::Presence,
};

/// How long a sign of typing counts.
pub const TYPING_MS: f64 = 6_000.0;

/// Somebody who is writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Typist {
    /// The name to show.
    pub name: String,
    /// On which side of the desk.
    pub kind: ActorKind,
    until_ms: f64,
}

/// Everybody's presence, by ticket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presences {
    viewers: HashMap<TicketId, Vec<Presence>>,
    typists: HashMap<TicketId, Vec<Typist>>,
}

impl Presences {
    /// All agents who look at a ticket now; `me` is left out.
    pub fn see(&mut self, ticket: TicketId, viewers: Vec<Presence>, me: PersonId) {
        let others: Vec<Presence> = viewers.into_iter().filter(|viewer| viewer.id != me).collect();
        if others.is_empty() {
            self.viewers.remove(&ticket);
        } else {
            self.viewers.insert(ticket, others);
        }
    }

    /// Somebody gave a sign of typing.
    pub fn type_in(&mut self, ticket: TicketId, name: String, kind: ActorKind, now_ms: f64) {
        let typists = self.typists.entry(ticket).or_default();
        typists.retain(|typist| (&typist.name, typist.kind) != (&name, kind));
        typists.push(Typist { name, kind, until_ms: now_ms + TYPING_MS });
    }

    /// A customer's message ends that customer's typing.
    pub fn stop_typing(&mut self, ticket: TicketId, name: &str) {
        if let Some(typists) = self.typists.get_mut(&ticket) {
            typists.retain(|typist| typist.name != name);
        }
    }

    /// Drops what no longer counts; whether anything was dropped.
    pub fn expire(&mut self, now_ms: f64) -> bool {
        let count = |typists: &HashMap<TicketId, Vec<Typist>>| typists.values().map(Vec::len).sum::<usize>();
        let before = count(&self.typists);
        self.typists.retain(|_, typists| {
            typists.retain(|typist| typist.until_ms > now_ms);
            !typists.is_empty()
        });
        count(&self.typists) != before
    }

    /// The connection is lost: nothing is known of anybody.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Who looks at a ticket.
    #[must_use]
    pub fn viewers(&self, ticket: TicketId) -> &[Presence] {
        self.viewers.get(&ticket).map_or(&[], Vec::as_slice)
    }

    /// Who is writing in a ticket.
    #[must_use]
    pub fn typists(&self, ticket: TicketId) -> &[Typist] {
        self.typists.get(&ticket).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::{ME, OTHER, ticket};

    #[test]
    fn one_does_not_see_oneself() {
        let here = |id, name: &str| Presence { id, name: name.into(), typing: false };
        let mut presences = Presences::default();
        presences.see(ticket(1, 1).id, vec![here(ME, "Me"), here(OTHER, "Ben")], ME);
        assert_eq!(presences.viewers(ticket(1, 1).id), [here(OTHER, "Ben")]);
        presences.see(ticket(1, 1).id, vec![here(ME, "Me")], ME);
        assert!(presences.viewers(ticket(1, 1).id).is_empty());
    }

    #[test]
    fn typing_counts_for_six_seconds_and_is_told_once() {
        let id = ticket(1, 1).id;
        let mut presences = Presences::default();
        presences.type_in(id, "Mia".into(), ActorKind::Visitor, 0.0);
        presences.type_in(id, "Mia".into(), ActorKind::Visitor, 3_000.0);
        assert_eq!(presences.typists(id).len(), 1);
        assert!(!presences.expire(8_999.0));
        assert!(presences.expire(9_000.0));
        assert!(presences.typists(id).is_empty());
    }

    #[test]
    fn a_message_ends_its_authors_typing() {
        let id = ticket(1, 1).id;
        let mut presences = Presences::default();
        presences.type_in(id, "Mia".into(), ActorKind::Visitor, 0.0);
        presences.stop_typing(id, "Mia");
        assert!(presences.typists(id).is_empty());
    }
}
