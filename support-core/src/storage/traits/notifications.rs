//! What people were told of, in the storage.

use async_trait::async_trait;

use super::FeedEntry;
use crate::{
    model::{
        DeliveryId, EventId, NotificationId, NotificationRecord, PersonId, PushSubscriptionId, PushSubscriptionRecord,
        TenantId, TicketId, Timestamp,
        notification::{NotificationWay, Preferences},
    },
    storage::Result,
};

/// Something that somebody was told of, and what it is about as that is now.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationEntry {
    /// That they were told.
    pub notification: NotificationRecord,
    /// Of what.
    pub about: FeedEntry,
}

/// Which of somebody's notifications are meant. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// These.
    pub ids: Vec<NotificationId>,
    /// About this ticket.
    pub ticket: Option<TicketId>,
    /// This one and those before it.
    pub up_to: Option<NotificationId>,
}

/// Reading what people were told of.
#[async_trait]
pub trait Notifications: Send {
    /// What the dashboard shows to a person, newest first, before `before`.
    async fn list_notifications(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        only_unread: bool,
        before: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>>;

    /// One of a person's, shown or not.
    async fn find_notification(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: NotificationId,
    ) -> Result<Option<NotificationEntry>>;

    /// Of what a person was told about this event.
    async fn find_notification_of(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        event: EventId,
    ) -> Result<Option<NotificationEntry>>;

    /// What is due to a person at this very time by this way, unread and in no mail yet, oldest first.
    async fn notifications_due(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        way: NotificationWay,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>>;

    /// What a person has said about being told; none where they never did.
    async fn find_preferences(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<Preferences>>;

    /// A person's browsers, oldest first.
    async fn list_push_subscriptions(
        &mut self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Vec<PushSubscriptionRecord>>;

    /// One browser, whosever it is.
    async fn find_push_subscription(
        &mut self,
        tenant: TenantId,
        id: PushSubscriptionId,
    ) -> Result<Option<PushSubscriptionRecord>>;
}

/// Writing down what people were told of.
#[async_trait]
pub trait NotificationsMut: Send {
    /// Adds one. False when the person was told of that event before: nothing is written then.
    async fn insert_notification(&mut self, notification: &NotificationRecord) -> Result<bool>;

    /// Notes that a person has seen those that the filter means. Returns how many were unread.
    async fn read_notifications(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        filter: &NotificationFilter,
        now: Timestamp,
    ) -> Result<u64>;

    /// Puts everything unread whose mail is due, and that is in no other mail, into the mail of this delivery, and returns what is in
    /// it, oldest first. The same delivery gets the same again, without what was read meanwhile.
    async fn claim_mail(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        delivery: DeliveryId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<NotificationEntry>>;

    /// Keeps what a person has said about being told.
    async fn put_preferences(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        preferences: &Preferences,
        now: Timestamp,
    ) -> Result<()>;

    /// Adds a browser. One that is known by the SHA-256 of its address becomes this person's, under the id that it has, which is
    /// returned.
    async fn put_push_subscription(
        &mut self,
        subscription: &PushSubscriptionRecord,
        endpoint_hash: &[u8; 32],
    ) -> Result<PushSubscriptionId>;

    /// Forgets a browser of a person. False when it is not theirs.
    async fn delete_push_subscription(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: PushSubscriptionId,
    ) -> Result<bool>;

    /// Forgets all that is kept here about a person.
    async fn forget_notifications_of(&mut self, tenant: TenantId, person: PersonId) -> Result<()>;

    /// Deletes what was decided before that, in any tenant; at most `limit` of it, and says how much that was.
    async fn purge_notifications(&mut self, before: Timestamp, limit: u32) -> Result<u64>;
}
