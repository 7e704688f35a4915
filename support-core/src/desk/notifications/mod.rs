//! What people of the desk are told of: the list in the dashboard, and what leads there.

mod decide;
mod letter;
mod preferences;
mod push;

pub use self::letter::{LetterItem, NotificationLetter};
pub(crate) use self::push::PushOutcome;
use super::{
    Call, Desk, Done, actor_view, found,
    list::place,
    work::{Begun, Work},
};
use crate::{
    error::{Error, Result},
    markup,
    model::{
        Action, Actor, ActorKind, EventType, MessageFormat, NotificationId, NotificationRecord, Permission, PersonId,
        Scope, Verdict, limits, text,
    },
    protocol::{Change, Notification, NotificationPage, NotificationTicket, NotificationsRead, ReadNotifications},
    storage::{FeedEntry, NotificationEntry, NotificationFilter, ReadTx, WriteTx},
};

/// As many unread ones as are counted.
const COUNTED: u32 = 100;

/// Which notifications a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationQuery {
    /// Those that were not seen yet.
    pub only_unread: bool,
    /// 1 to 100; 25 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

/// The agent who calls. Customers and programs are told of nothing here.
fn reader_of(call: &Call) -> Result<PersonId> {
    call.actor.person.filter(|_| call.actor.kind == ActorKind::Agent).ok_or(Error::Forbidden)
}

impl Desk {
    /// Whether somebody may know of a fact: asked when they are told, and again whenever they look.
    fn may_know(&self, actor: &Actor, about: &FeedEntry) -> bool {
        match &about.ticket {
            Some(ticket) => {
                actor.kind == ActorKind::Agent
                    && actor.scope == Scope::Desk
                    && self.can(actor, Action::Read, ticket) == Verdict::Allow
            }
            None => about.event.kind == EventType::WebhookDisabled && actor.may(Permission::WebhooksManage),
        }
    }

    /// What the caller was told of, newest first.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `BadRequest` for a cursor of another list.
    pub async fn list_notifications(&self, call: &Call, query: &NotificationQuery) -> Result<NotificationPage> {
        let person = reader_of(call)?;
        let tenant = call.actor.tenant;
        let list = format!("notifications {tenant} {person} {}", query.only_unread);
        let before = match &query.cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let mut tx = self.reader().await?;
        let mut entries = tx.list_notifications(tenant, person, query.only_unread, before, limit + 1).await?;
        let full = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let last = entries.last().filter(|_| full).map(|last| last.notification.id);
        let shown = entries.iter().filter(|entry| self.may_know(&call.actor, &entry.about));
        Ok(NotificationPage {
            data: shown.map(notification_view).collect(),
            next: last.map(|last| self.inner.cursors.write(&list, &last.to_string())),
            previous: None,
            unread: self.count_unread(&mut *tx, &call.actor, person).await?,
        })
    }

    /// Notes that the caller has seen one. Seeing it twice changes nothing.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `NotFound` when the caller was not told of it, or may no longer know.
    pub async fn read_notification(&self, call: &Call, id: NotificationId) -> Result<Done<Notification>> {
        let person = reader_of(call)?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let entry = work.tx().find_notification(call.actor.tenant, person, id).await?;
        let entry = entry.filter(|entry| entry.notification.is_shown && self.may_know(&call.actor, &entry.about));
        let mut entry = found(entry)?;
        if entry.notification.read_at.is_none() {
            entry.notification.read_at = Some(work.now);
            let filter = NotificationFilter { ids: vec![id], ..NotificationFilter::default() };
            self.note_seen(&mut work, person, &filter).await?;
        }
        work.commit(notification_view(&entry)).await
    }

    /// Notes that the caller has seen all that the wish means, and says how many are left.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent.
    pub async fn read_notifications(&self, call: &Call, wish: &ReadNotifications) -> Result<Done<NotificationsRead>> {
        let person = reader_of(call)?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let filter = NotificationFilter { ids: Vec::new(), ticket: wish.ticket, up_to: wish.up_to };
        self.note_seen(&mut work, person, &filter).await?;
        let unread = self.count_unread(work.tx(), &call.actor, person).await?;
        work.commit(NotificationsRead { unread }).await
    }

    async fn note_seen(&self, work: &mut Work<'_>, person: PersonId, filter: &NotificationFilter) -> Result<()> {
        let (call, now) = (work.call, work.now);
        if work.tx().read_notifications(call.actor.tenant, person, filter, now).await? > 0 {
            self.wake(call, work.tx(), EventType::NotificationRead, &[person]).await?;
        }
        Ok(())
    }

    /// Lets the streams of these people know that something changed for them.
    async fn wake(&self, call: &Call, tx: &mut dyn WriteTx, kind: EventType, people: &[PersonId]) -> Result<()> {
        let names = people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let change = Change { from: None, to: Some(names) };
        let event = self.fact(call, self.now(), kind, None, [(WOKEN.to_owned(), change)].into());
        Ok(tx.append_event(&event).await?)
    }

    async fn count_unread(&self, tx: &mut dyn ReadTx, actor: &Actor, person: PersonId) -> Result<u32> {
        let unread = tx.list_notifications(actor.tenant, person, true, None, COUNTED).await?;
        let known = unread.iter().filter(|entry| self.may_know(actor, &entry.about)).count();
        Ok(u32::try_from(known).unwrap_or(COUNTED))
    }
}

/// The member of a wake-up's changes that names whom it wakes.
const WOKEN: &str = "people";

/// Whose streams a wake-up is for.
pub(crate) fn woken(changes: &std::collections::BTreeMap<String, Change>) -> Vec<PersonId> {
    let names = changes.get(WOKEN).and_then(|change| change.to.as_deref()).unwrap_or_default();
    names.split(' ').filter_map(|name| name.parse().ok()).collect()
}

/// How the message begins that it is about, if it has a text still.
fn preview(about: &FeedEntry) -> Option<String> {
    let message = about.message.as_ref()?;
    let preview = match message.format {
        MessageFormat::Text => text::preview(&message.body),
        MessageFormat::Markdown => text::preview(&markup::markdown(&message.body).plain),
    };
    Some(preview).filter(|preview| !preview.is_empty())
}

/// What became of the ticket, in a word or two: a status, a priority, an assignee, or the promise that is meant.
fn becoming(about: &FeedEntry) -> Option<String> {
    let changes = &about.event.changes;
    let to = |field: &str| changes.get(field).and_then(|change| change.to.clone()).map(|to| to.replace('_', " "));
    if let Some(change) = changes.get("assigned_to") {
        return Some(change.to.as_ref().map_or("assigned to nobody".to_owned(), |name| format!("assigned to {name}")));
    }
    to("status").or_else(|| to("priority").map(|priority| format!("priority {priority}"))).or_else(|| to("target"))
}

/// What happened, for mail and push.
fn sentence(notification: &NotificationRecord, about: &FeedEntry) -> String {
    notification.kind.sentence(&about.event.actor_name, becoming(about).as_deref())
}

fn notification_view(entry: &NotificationEntry) -> Notification {
    let NotificationEntry { notification, about } = entry;
    let event = &about.event;
    let ticket = about.ticket.as_ref();
    Notification {
        id: notification.id,
        kind: notification.kind,
        ticket: ticket.map(|ticket| NotificationTicket {
            id: ticket.id,
            number: ticket.number,
            subject: ticket.subject.clone(),
        }),
        message: event.message,
        preview: preview(about),
        change: becoming(about),
        resource: event.resource.clone(),
        actor: actor_view(event.actor_kind, event.actor, &event.actor_name),
        created_at: event.occurred_at,
        read_at: notification.read_at,
    }
}
