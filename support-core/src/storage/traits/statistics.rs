//! What the statistics count.

use async_trait::async_trait;

use crate::{
    model::{PersonId, TenantId},
    storage::Result,
};

/// One sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Days since 1970 in UTC; 0 for what is counted as it stands now.
    pub day: i64,
    /// One of [`metric`](crate::model::tally::metric)'s.
    pub metric: String,
    /// The status, the priority, the seconds.
    pub value: String,
    /// How many.
    pub count: i64,
}

/// Tickets that are open, pending or snoozed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LiveCounts {
    /// Those of one agent.
    pub mine: i64,
    /// Those of nobody.
    pub unassigned: i64,
    /// Those with a broken promise that still runs.
    pub overdue: i64,
}

/// Reading the sums.
#[async_trait]
pub trait Statistics: Send {
    /// What is counted as it stands now, and what was counted on the days from `first` to `last`, both included. Sums of zero are left
    /// out; the order is that of day, metric and value.
    async fn sum_tally(&mut self, tenant: TenantId, first: i64, last: i64) -> Result<Vec<Tally>>;

    /// What is counted by looking, since an index has just these: `mine` for `me`.
    async fn count_live(&mut self, tenant: TenantId, me: Option<PersonId>) -> Result<LiveCounts>;
}

/// Keeping the sums small and right.
#[async_trait]
pub trait StatisticsMut: Send {
    /// Makes one row of many where there are most, of all tenants; returns how many rows went. Sums stay what they are.
    async fn compact_tally(&mut self) -> Result<u64>;

    /// Counts a tenant's tickets anew.
    async fn recount_tally(&mut self, tenant: TenantId) -> Result<()>;
}
