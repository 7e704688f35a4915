//! A tenant with an agent, a customer and an inbox, and the few things that every case does with them.

use chrono::Duration;

use super::World;
use crate::{
    model::{
        Actor, ActorKind, ChangeSet, Channel, DeliveryId, EventId, InboxRecord, MessageId, NewDelivery, Permissions,
        PersonBrief, PersonKind, PersonRecord, Priority, Role, Scope, TenantId, TicketId, TicketRecord, Timestamp,
        decide::{self, Opening, Posting},
    },
    storage::{Result, StorageError, WriteTx},
};

/// One tenant's people and inbox.
#[derive(Debug, Clone)]
pub struct Desk {
    pub(super) tenant: TenantId,
    pub(super) agent: PersonRecord,
    pub(super) customer: PersonRecord,
    pub(super) inbox: InboxRecord,
}

impl Desk {
    pub(super) fn agent(&self) -> Actor {
        actor(&self.agent, ActorKind::Agent, Scope::Desk)
    }

    pub(super) fn customer(&self) -> Actor {
        actor(&self.customer, ActorKind::Customer, Scope::Requester(self.customer.id))
    }
}

fn actor(person: &PersonRecord, kind: ActorKind, scope: Scope) -> Actor {
    Actor {
        tenant: person.tenant,
        kind,
        person: Some(person.id),
        name: person.name.clone(),
        email: person.email.clone(),
        role: person.role,
        permissions: Permissions::AGENT,
        scope,
        can: Vec::new(),
        link: None,
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Posted {
    /// It stands at this place.
    Now(MessageId, i64),
    /// The same client id had brought this one before.
    Before(MessageId),
}

impl World {
    /// A new tenant.
    pub(super) async fn desk(&self) -> Desk {
        let tenant = self.id();
        let agent = self.person(tenant, PersonKind::Agent, Role::Agent, "Ada Alder", "agent-1");
        let customer = self.person(tenant, PersonKind::Contact, Role::Customer, "Cem Cedar", "customer-1");
        let inbox = InboxRecord {
            id: self.id(),
            tenant,
            name: "Shop".into(),
            public_key: format!("pk_{tenant}"),
            greeting: "Hello".into(),
            accent: "#2f6f4f".into(),
            allowed_origins: vec!["https://shop.example".into(), "https://www.shop.example".into()],
            identity_secret: Some("signing".into()),
            created_at: self.now(),
        };
        let mut tx = self.write().await;
        tx.upsert_person(&agent).await.unwrap();
        tx.upsert_person(&customer).await.unwrap();
        tx.put_inbox(&inbox).await.unwrap();
        tx.commit().await.unwrap();
        Desk { tenant, agent, customer, inbox }
    }

    pub(super) fn person(
        &self,
        tenant: TenantId,
        kind: PersonKind,
        role: Role,
        name: &str,
        subject: &str,
    ) -> PersonRecord {
        let now = self.now();
        PersonRecord {
            id: self.id(),
            tenant,
            kind,
            subject: Some(subject.into()),
            name: name.into(),
            email: Some(format!("{subject}@example.com")),
            phone: Some("+49 30 1234".into()),
            verified: true,
            role,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        }
    }

    pub(super) fn opening(&self, desk: &Desk, number: i64) -> Opening {
        Opening {
            subject: format!("Order {number} is late"),
            description: None,
            priority: Priority::Medium,
            category: None,
            channel: Channel::CHAT,
            inbox: Some(desk.inbox.id),
            requester: PersonBrief::from(&desk.customer),
            message: Some(posting("My order is late", None)),
            details: crate::model::Details::default(),
            number,
        }
    }

    /// One piece of work for the outbox.
    pub(super) fn delivery(&self, tenant: TenantId, event: EventId, due_at: Timestamp) -> NewDelivery {
        NewDelivery {
            id: self.id::<DeliveryId>(),
            tenant,
            handler: "email".into(),
            event,
            purpose: "new_message".into(),
            lane: None,
            recipient: "team@example.com".into(),
            due_at,
            created_at: due_at,
        }
    }

    /// The decision to open a ticket, with one delivery an event.
    pub(super) async fn decide_open(&self, tx: &mut dyn WriteTx, desk: &Desk) -> Result<ChangeSet> {
        let number = tx.next_ticket_number(desk.tenant).await?;
        let mut change = self.decide(&desk.customer(), |around| decide::open(around, self.opening(desk, number)));
        self.notify(&mut change);
        Ok(change)
    }

    pub(super) fn notify(&self, change: &mut ChangeSet) {
        change.deliveries =
            change.events.iter().map(|event| self.delivery(event.tenant, event.id, event.occurred_at)).collect();
    }

    /// Opens a ticket with one message.
    pub(super) async fn open(&self, desk: &Desk) -> TicketRecord {
        self.try_open(desk, None).await.unwrap()
    }

    pub(super) async fn try_open(&self, desk: &Desk, client_id: Option<&str>) -> Result<TicketRecord> {
        let mut tx = self.storage.write().await?;
        let change = self.decide_open(tx.as_write(), desk).await?;
        tx.apply(&change, client_id).await?;
        tx.commit().await?;
        Ok(change.ticket.ticket().clone())
    }

    /// Writes into a ticket as the desk's verb does: load under lock, decide, apply.
    pub(super) async fn post(
        &self,
        tx: &mut dyn WriteTx,
        actor: &Actor,
        ticket: TicketId,
        posting: Posting,
    ) -> Result<Posted> {
        let client_id = posting.client_id.as_deref();
        let context = tx.load_for_post(actor.tenant, actor.scope, ticket, actor.person, client_id).await?;
        let Some(context) = context else { return Err(StorageError::other("no such ticket")) };
        if let Some(earlier) = context.earlier {
            return Ok(Posted::Before(earlier));
        }
        let mut change = self.decide(actor, |around| decide::post(around, &context.ticket, posting, None));
        self.notify(&mut change);
        tx.apply(&change, None).await?;
        Ok(Posted::Now(change.messages[0].id, change.messages[0].seq))
    }

    /// Writes one message and commits.
    pub(super) async fn try_say(&self, actor: &Actor, ticket: TicketId, posting: Posting) -> Result<Posted> {
        let mut tx = self.storage.write().await?;
        let posted = self.post(tx.as_write(), actor, ticket, posting).await?;
        tx.commit().await?;
        Ok(posted)
    }

    pub(super) async fn say(&self, actor: &Actor, ticket: TicketId, body: &str) -> Posted {
        self.try_say(actor, ticket, posting(body, None)).await.unwrap()
    }

    pub(super) async fn note(&self, actor: &Actor, ticket: TicketId, body: &str) -> Posted {
        self.try_say(actor, ticket, Posting { is_internal: true, ..posting(body, None) }).await.unwrap()
    }

    /// The ticket as it is stored.
    pub(super) async fn ticket(&self, desk: &Desk, id: TicketId) -> TicketRecord {
        self.read().await.find_ticket(desk.tenant, Scope::Desk, id).await.unwrap().unwrap()
    }

    /// Numbers all committed events.
    pub(super) async fn number_all(&self) {
        while self.storage.number_events().await.unwrap() > 0 {}
    }

    /// A time that far after all times so far.
    pub(super) fn in_seconds(&self, seconds: i64) -> Timestamp {
        self.now() + Duration::seconds(seconds)
    }
}

pub(super) fn posting(body: &str, client_id: Option<&str>) -> Posting {
    Posting { client_id: client_id.map(str::to_owned), ..Posting::text(body.into(), Channel::CHAT) }
}
