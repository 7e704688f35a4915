//! Who is told of a fact, by which ways, and when.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use uuid::Uuid;

use super::super::{Call, Desk, TeamSetting};
use crate::{
    error::Result,
    model::{
        Actor, DeliveryId, EventId, EventType, NewDelivery, NotificationId, NotificationKind, NotificationRecord,
        NotificationWay, Permission, PersonId, PersonKind, PersonRecord, SettingId, TenantId, Timestamp,
        notification::{Group, Preferences, whom},
    },
    storage::{FeedEntry, PersonFilter, WriteTx},
};

/// People who are told of one fact at most.
const PEOPLE_MAX: usize = 1_000;
/// What is due later than this gets no mail of its own where one is on its way already: by then all of it is decided.
const SHARED_AFTER: TimeDelta = TimeDelta::minutes(1);
/// Where logs name no request, this stands for it.
const REQUEST: &str = "notifications";

/// Whether what is due then waits long enough to be told together with others.
pub(super) fn is_shared(notification: &NotificationRecord, due_at: Timestamp) -> bool {
    due_at - notification.created_at > SHARED_AFTER
}

/// Somebody who is to be told.
struct Reader {
    person: PersonRecord,
    kind: NotificationKind,
    preferences: Preferences,
}

impl Desk {
    /// Tells those whom the fact concerns, and who may know of it now. Doing it again tells nobody twice. Returns how many were told.
    ///
    /// # Errors
    /// When the storage fails: nobody was told then.
    pub(crate) async fn notify(&self, about: &FeedEntry) -> Result<usize> {
        let tenant = about.event.tenant;
        let readers = self.readers_of(about).await?;
        let now = self.now();
        let call = Call::new(Actor::system(tenant), REQUEST);
        let mut tx = self.storage().write().await?;
        let (mut told, mut shown) = (0, Vec::new());
        for reader in &readers {
            let Some(notification) = self.tell(tx.as_write(), about, reader, now).await? else { continue };
            told += 1;
            if notification.is_shown {
                shown.push(notification.person);
            }
        }
        if told == 0 {
            return Ok(0);
        }
        if !shown.is_empty() {
            self.wake(&call, tx.as_write(), EventType::NotificationCreated, &shown).await?;
        }
        tx.commit().await?;
        Ok(told)
    }

    /// Those whom the fact concerns, who may know of it, and who want to be told by some way.
    async fn readers_of(&self, about: &FeedEntry) -> Result<Vec<Reader>> {
        let event = &about.event;
        let mentions = about.message.as_ref().map_or(&[][..], |message| &message.details.mentions);
        let whom = whom(event.kind, event.actor, &event.changes, about.ticket.as_ref(), mentions);
        let mut people: BTreeMap<PersonId, NotificationKind> = whom.people;
        if let Some((group, kind)) = whom.group {
            for person in self.members_of(event.tenant, group).await? {
                if Some(person) != event.actor {
                    people.entry(person).and_modify(|reason| *reason = kind.min(*reason)).or_insert(kind);
                }
            }
        }
        let mut tx = self.reader().await?;
        let mut readers = Vec::new();
        for (person, kind) in people.into_iter().take(PEOPLE_MAX) {
            let Some(person) = tx.find_person(event.tenant, person).await? else { continue };
            let may_know = person.is_active && person.is_user() && self.may_know(&self.actor(&person).await?, about);
            if !may_know {
                continue;
            }
            let preferences = tx.find_preferences(event.tenant, person.id).await?.unwrap_or_default();
            if preferences.kinds.of(kind).any() {
                readers.push(Reader { person, kind, preferences });
            }
        }
        Ok(readers)
    }

    /// An id that stands among others as the event does among events: decisions overtake one another.
    fn id_after(&self, event: EventId, now: Timestamp) -> NotificationId {
        let ((head, _), (_, tail)) = (event.0.as_u64_pair(), self.fresh_id(now).as_u64_pair());
        NotificationId(Uuid::from_u64_pair(head, tail))
    }

    async fn members_of(&self, tenant: TenantId, group: Group) -> Result<Vec<PersonId>> {
        match group {
            Group::Team(team) => self.team_members(tenant, team).await,
            Group::Leads => self.holders_of(tenant, Permission::TicketsOverride).await,
            Group::WebhookKeepers => self.holders_of(tenant, Permission::WebhooksManage).await,
        }
    }

    async fn team_members(&self, tenant: TenantId, team: SettingId) -> Result<Vec<PersonId>> {
        let teams = self.settings_of::<TeamSetting>(tenant).await?;
        Ok(teams.iter().find(|one| one.id == team).map(|one| one.value.members.clone()).unwrap_or_default())
    }

    async fn holders_of(&self, tenant: TenantId, permission: Permission) -> Result<Vec<PersonId>> {
        let staff = PersonFilter { is_active: Some(true), known_as: Some(""), ..PersonFilter::of(PersonKind::Agent) };
        let limit = u32::try_from(PEOPLE_MAX).unwrap_or(u32::MAX);
        let people = self.reader().await?.list_people(tenant, &staff, None, limit).await?;
        let mut holders = Vec::new();
        for person in people {
            if self.actor(&person).await?.may(permission) {
                holders.push(person.id);
            }
        }
        Ok(holders)
    }

    /// Notes that somebody is told, and puts what has to leave into the outbox. None when they were told before.
    async fn tell(
        &self,
        tx: &mut dyn WriteTx,
        about: &FeedEntry,
        reader: &Reader,
        now: Timestamp,
    ) -> Result<Option<NotificationRecord>> {
        let Reader { person, kind, preferences } = reader;
        let ways = preferences.kinds.of(*kind);
        let notification = NotificationRecord {
            id: self.id_after(about.event.id, now),
            tenant: person.tenant,
            person: person.id,
            kind: *kind,
            event: about.event.id,
            ticket: about.event.conversation,
            is_shown: ways.in_app,
            mail_due_at: (ways.mail && person.email.is_some()).then(|| preferences.mail_due(now)),
            push_due_at: ways.push.then(|| preferences.push_due(now)),
            created_at: now,
            read_at: None,
        };
        if !tx.insert_notification(&notification).await? {
            return Ok(None);
        }
        for handler in &self.inner.hooks.handlers {
            let Some((way, purpose)) = handler.notifies() else { continue };
            let due = match way {
                NotificationWay::InApp => None,
                NotificationWay::Mail => notification.mail_due_at,
                NotificationWay::Push => notification.push_due_at,
            };
            let Some(due_at) = due else { continue };
            if is_shared(&notification, due_at)
                && tx.notifications_due(person.tenant, person.id, way, due_at, 2).await?.len() > 1
            {
                continue;
            }
            let delivery = |recipient: &str, lane: String| NewDelivery {
                id: DeliveryId(self.fresh_id(now)),
                tenant: person.tenant,
                handler: handler.id().to_owned(),
                event: about.event.id,
                purpose: purpose.to_owned(),
                recipient: recipient.to_owned(),
                lane: Some(lane),
                due_at,
                created_at: now,
            };
            if way == NotificationWay::Push {
                for browser in tx.list_push_subscriptions(person.tenant, person.id).await? {
                    tx.append_delivery(&delivery(&browser.host, browser.id.to_string())).await?;
                }
            } else {
                let address = person.email.as_deref().unwrap_or_default();
                tx.append_delivery(&delivery(address, person.id.to_string())).await?;
            }
        }
        Ok(Some(notification))
    }
}
