//! The outbox in the storage.

use async_trait::async_trait;

use crate::{
    model::{DeliveryId, DeliveryRecord, DeliveryState, NewDelivery, TenantId, Timestamp},
    storage::Result,
};

/// Which deliveries a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// By this handler.
    pub handler: Option<String>,
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
}

/// Working on the outbox.
#[async_trait]
pub trait DeliveriesMut: Send {
    /// Takes up to `limit` due deliveries of any tenant and leases them until `lease_until`. Two workers never get the same one,
    /// unless the lease of the first ran out.
    async fn claim_deliveries(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
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

    /// Adds work that belongs to no ticket's change set.
    async fn append_delivery(&mut self, delivery: &NewDelivery) -> Result<()>;
}
