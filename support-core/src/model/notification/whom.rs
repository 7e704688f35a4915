//! Who is told of a fact, and why.

use std::collections::BTreeMap;

use super::NotificationKind;
use crate::{
    model::{EventType, PersonId, SettingId, TicketRecord},
    protocol::Change,
};

/// People who are meant together: who they are has to be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The members of a team.
    Team(SettingId),
    /// Those who may take over any ticket.
    Leads,
    /// Those who look after webhooks.
    WebhookKeepers,
}

/// Who is told. Whether they may know of it is asked when they are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whom {
    /// Each with the weightiest reason.
    pub people: BTreeMap<PersonId, NotificationKind>,
    /// And everybody there.
    pub group: Option<(Group, NotificationKind)>,
}

impl Whom {
    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.group.is_none()
    }

    fn add(&mut self, people: impl IntoIterator<Item = PersonId>, kind: NotificationKind) {
        for person in people {
            let reason = self.people.entry(person).or_insert(kind);
            *reason = kind.min(*reason);
        }
    }
}

/// Who is told of a fact about `ticket`. `mentions` are those whom its message addresses. Nobody is told of what they did themselves.
#[must_use]
pub fn whom(
    event: EventType,
    actor: Option<PersonId>,
    changes: &BTreeMap<String, Change>,
    ticket: Option<&TicketRecord>,
    mentions: &[PersonId],
) -> Whom {
    let mut whom = Whom::default();
    if event == EventType::WebhookDisabled {
        whom.group = Some((Group::WebhookKeepers, NotificationKind::WebhookDisabled));
        return whom;
    }
    let Some(ticket) = ticket else { return whom };
    let assignee = ticket.assignee.as_ref().map(|assignee| assignee.id);
    let watchers = ticket.details.watchers.iter().copied();
    let team = ticket.team.map(Group::Team);
    match event {
        EventType::MessageCreated | EventType::NoteCreated => {
            whom.add(mentions.iter().copied(), NotificationKind::Mention);
            whom.add(assignee, NotificationKind::Message);
            whom.add(watchers, NotificationKind::WatchedMessage);
            whom.group = team.filter(|_| assignee.is_none()).map(|team| (team, NotificationKind::Message));
        }
        EventType::TicketAssigned => {
            whom.add(assignee, NotificationKind::Assignment);
            whom.add(watchers, NotificationKind::WatchedChange);
        }
        EventType::SlaWarning | EventType::SlaBreached => {
            let is_breach = event == EventType::SlaBreached;
            let kind = if is_breach { NotificationKind::SlaBreach } else { NotificationKind::SlaWarning };
            whom.add(assignee, kind);
            whom.add(watchers, kind);
            // A promise that nobody looks after is everybody's who could.
            whom.group = assignee.is_none().then(|| (team.unwrap_or(Group::Leads), kind));
        }
        EventType::TicketResolved
        | EventType::TicketClosed
        | EventType::TicketReopened
        | EventType::TicketSnoozed
        | EventType::TicketMerged => whom.add(watchers, NotificationKind::WatchedChange),
        EventType::TicketUpdated if ["status", "priority"].iter().any(|field| changes.contains_key(*field)) => {
            whom.add(watchers, NotificationKind::WatchedChange);
        }
        _ => {}
    }
    if let Some(actor) = actor {
        whom.people.remove(&actor);
    }
    whom
}
