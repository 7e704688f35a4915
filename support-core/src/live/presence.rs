//! Who is writing and who looks at what: in memory, for seconds.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Hub;
use crate::{
    desk::Audience,
    model::{Actor, PersonId, Scope, TenantId, TicketId, TicketRecord},
    protocol::{Frame, FrameData, Presence as Viewer, frame_type},
};

/// A look that is not renewed ends.
const VIEW_TIME: Duration = Duration::from_secs(30);
/// Typing that is not renewed ends.
const TYPING_TIME: Duration = Duration::from_secs(6);
/// Typing counts at most this often for one person and ticket.
const TYPING_EVERY: Duration = Duration::from_secs(3);

/// Something that nobody stores.
#[derive(Debug)]
pub(crate) struct Ephemeral {
    pub(crate) kind: EphemeralKind,
    tenant: TenantId,
    json: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EphemeralKind {
    /// Somebody writes; never echoed to them.
    Typing { from: Option<PersonId>, ticket: TicketId, requester: PersonId, side: Audience },
    /// Who looks at a ticket; for the desk alone.
    Presence,
    /// A person has other rights: their streams end and start anew with those.
    Revoked(PersonId),
    /// A session or link of a person has ended: each of their streams asks whether it may go on.
    Recheck(PersonId),
}

impl Ephemeral {
    pub(super) fn for_actor(&self, actor: &Actor) -> Option<Arc<str>> {
        if self.tenant != actor.tenant {
            return None;
        }
        let wanted = match self.kind {
            EphemeralKind::Typing { from, ticket, requester, side } => match actor.scope {
                Scope::Desk => from != actor.person,
                Scope::Requester(person) => side == Audience::Staff && person == requester,
                Scope::Ticket(own) => side == Audience::Staff && own == ticket,
                Scope::Nothing => false,
                // Which tickets carry the link is not known here.
                Scope::Link(_) => false,
            },
            EphemeralKind::Presence => actor.is_staff() && actor.scope != Scope::Nothing,
            EphemeralKind::Revoked(_) | EphemeralKind::Recheck(_) => false,
        };
        wanted.then(|| Arc::clone(&self.json))
    }
}

#[derive(Debug)]
struct Look {
    name: String,
    until: Instant,
    typing_until: Option<Instant>,
}

#[derive(Debug, Default)]
pub(super) struct Presence {
    viewers: Mutex<HashMap<(TenantId, TicketId), HashMap<PersonId, Look>>>,
    typed: Mutex<HashMap<(PersonId, TicketId), Instant>>,
}

impl Hub {
    /// Tells the other side and the desk that somebody writes. The caller has already been authorised for the ticket.
    pub(crate) fn typing(&self, actor: &Actor, ticket: &TicketRecord) {
        let Some(person) = actor.person else { return };
        let now = Instant::now();
        {
            let mut typed = self.presence.typed.lock().unwrap_or_else(PoisonError::into_inner);
            typed.retain(|_, at| now - *at < TYPING_EVERY);
            // What does not count must not push the next one that does further away.
            match typed.entry((person, ticket.id)) {
                Entry::Occupied(_) => return,
                Entry::Vacant(vacant) => vacant.insert(now),
            };
        }
        let side = Audience::of(actor);
        let data = FrameData { name: Some(actor.name.clone()), kind: Some(actor.kind), ..FrameData::default() };
        let kind =
            EphemeralKind::Typing { from: actor.person, ticket: ticket.id, requester: ticket.requester.id, side };
        self.send(kind, actor.tenant, frame(frame_type::TYPING, ticket.id, data));
        if side == Audience::Staff {
            let mut viewers = self.presence.viewers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(look) = viewers.get_mut(&(actor.tenant, ticket.id)).and_then(|looks| looks.get_mut(&person)) {
                look.typing_until = Some(now + TYPING_TIME);
            }
            drop(viewers);
            self.tell(actor.tenant, ticket.id);
        }
    }

    /// Notes that an agent looks at a ticket, or stops looking at `before`.
    pub(crate) fn view(&self, actor: &Actor, before: Option<TicketId>, ticket: Option<TicketId>) {
        let Some(person) = actor.person.filter(|_| actor.is_staff()) else { return };
        let mut changed = Vec::new();
        {
            let mut viewers = self.presence.viewers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(before) = before.filter(|before| Some(*before) != ticket)
                && viewers.get_mut(&(actor.tenant, before)).is_some_and(|looks| looks.remove(&person).is_some())
            {
                changed.push(before);
            }
            if let Some(ticket) = ticket {
                let looks = viewers.entry((actor.tenant, ticket)).or_default();
                let until = Instant::now() + VIEW_TIME;
                match looks.get_mut(&person) {
                    Some(look) => look.until = until,
                    None => {
                        looks.insert(person, Look { name: actor.name.clone(), until, typing_until: None });
                        changed.push(ticket);
                    }
                }
            }
        }
        for ticket in changed {
            self.tell(actor.tenant, ticket);
        }
    }

    /// Who looks at a ticket now, as a frame for somebody who just came.
    pub(crate) fn viewers(&self, tenant: TenantId, ticket: TicketId) -> Arc<str> {
        let viewers = self.presence.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        let looks = viewers.get(&(tenant, ticket));
        let now = Instant::now();
        let viewer = |(id, look): (&PersonId, &Look)| Viewer {
            id: *id,
            name: look.name.clone(),
            typing: look.typing_until.is_some_and(|until| until > now),
        };
        let mut list: Vec<_> = looks.into_iter().flatten().map(viewer).collect();
        list.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        frame(frame_type::PRESENCE, ticket, FrameData { viewers: Some(list), ..FrameData::default() })
    }

    fn tell(&self, tenant: TenantId, ticket: TicketId) {
        self.send(EphemeralKind::Presence, tenant, self.viewers(tenant, ticket));
    }

    /// Ends the streams of a person whose rights were taken away.
    pub(crate) fn revoke(&self, tenant: TenantId, person: PersonId) {
        self.send(EphemeralKind::Revoked(person), tenant, Arc::from(""));
    }

    /// Has the streams of a person ask whether they may go on.
    pub(crate) fn recheck(&self, tenant: TenantId, person: PersonId) {
        self.send(EphemeralKind::Recheck(person), tenant, Arc::from(""));
    }

    fn send(&self, kind: EphemeralKind, tenant: TenantId, json: Arc<str>) {
        // Nobody listening is fine.
        let _ = self.ephemeral.send(Arc::new(Ephemeral { kind, tenant, json }));
    }
}

impl Presence {
    /// Forgets looks and typing that were not renewed.
    pub(super) fn expire(&self, hub: &Hub) {
        let now = Instant::now();
        let mut changed = Vec::new();
        {
            let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
            viewers.retain(|(tenant, ticket), looks| {
                let before = looks.len();
                looks.retain(|_, look| look.until > now);
                let mut stopped_typing = false;
                for look in looks.values_mut().filter(|look| look.typing_until.is_some_and(|until| until <= now)) {
                    look.typing_until = None;
                    stopped_typing = true;
                }
                if looks.len() != before || stopped_typing {
                    changed.push((*tenant, *ticket));
                }
                !looks.is_empty()
            });
        }
        for (tenant, ticket) in changed {
            hub.tell(tenant, ticket);
        }
    }
}

fn frame(kind: &str, ticket: TicketId, data: FrameData) -> Arc<str> {
    let frame = Frame { seq: None, kind: kind.to_owned(), ticket: Some(ticket), conversation: Some(ticket), data };
    serde_json::to_string(&frame).unwrap_or_default().into()
}
