//! The outbox in the storage.

use async_trait::async_trait;

use crate::{
    model::{DeliveryId, DeliveryRecord, DeliveryState, EventId, NewDelivery, PersonRecord, TenantId, Timestamp},
    storage::Result,
};

/// Which deliveries a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// By this handler.
    pub handler: Option<String>,
    /// In this lane.
    pub lane: Option<String>,
}

/// Handlers and lanes that can take no more at the moment: their deliveries stand back for those of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Engaged {
    /// By name.
    pub handlers: Vec<String>,
    /// By name.
    pub lanes: Vec<String>,
}

/// A delivery that waits for a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// Who carries it out.
    pub handler: String,
    /// The receiver that it goes to, where the handler tells them apart.
    pub lane: Option<String>,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// Handed over.
    Done,
    /// Not needed any more, and why.
    Skipped(String),
    /// To be tried again at that time, and why.
    Retry(Timestamp, String),
    /// To be tried at that time, since this time it came to no try, and why.
    Untried(Timestamp, String),
    /// No more tries, and why.
    Dead(String),
}

/// Reading the outbox.
#[async_trait]
pub trait Deliveries: Send {
    /// Deliveries, newest first, before `before`.
    async fn list_deliveries(
        &mut self,
        tenant: TenantId,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>>;

    /// One delivery.
    async fn find_delivery(&mut self, tenant: TenantId, id: DeliveryId) -> Result<Option<DeliveryRecord>>;

    /// When the next delivery of any tenant is due: its due time, or the end of a lease that ran out.
    async fn next_delivery_at(&mut self) -> Result<Option<Timestamp>>;

    /// What is due of any tenant and not of the engaged, the longest waiting first.
    async fn due_deliveries(&mut self, now: Timestamp, engaged: &Engaged, limit: u32) -> Result<Vec<DueDelivery>>;

    /// Of these events, those that were put into the outbox for a lane, with their deliveries.
    async fn deliveries_in_lane(
        &mut self,
        tenant: TenantId,
        lane: &str,
        events: &[EventId],
    ) -> Result<Vec<(EventId, DeliveryId)>>;
}

/// Working on the outbox.
#[async_trait]
pub trait DeliveriesMut: Send {
    /// Takes those of the deliveries, of any tenant, that are still due, and leases them until `lease_until`. Two workers never get the
    /// same one, unless the lease of the first ran out.
    async fn claim_deliveries(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        ids: &[DeliveryId],
    ) -> Result<Vec<DeliveryRecord>>;

    /// Records how the try numbered `attempt` ended. False when the lease was lost meanwhile: somebody else has it.
    async fn finish_delivery(
        &mut self,
        id: DeliveryId,
        attempt: i64,
        outcome: &DeliveryOutcome,
        now: Timestamp,
    ) -> Result<bool>;

    /// Puts a dead delivery back, due at once, with its tries counted anew. False when it is not dead.
    async fn retry_delivery(&mut self, tenant: TenantId, id: DeliveryId, now: Timestamp) -> Result<bool>;

    /// Puts deliveries that came to their end back, due at once, with their tries counted anew.
    async fn repeat_deliveries(&mut self, tenant: TenantId, ids: &[DeliveryId], now: Timestamp) -> Result<u64>;

    /// Takes a person's address out of all deliveries about `resource` (`kind:id`), about their tickets and in their lane, whatever
    /// became of them, and out of the links of which they are the holder, which open nothing from then on.
    async fn forget_recipient(&mut self, person: &PersonRecord, resource: &str) -> Result<()>;

    /// Adds work that belongs to no ticket's change set.
    async fn append_delivery(&mut self, delivery: &NewDelivery) -> Result<()>;
}
