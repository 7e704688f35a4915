//! What comes due by itself.

use async_trait::async_trait;

use crate::{
    model::{TenantId, TicketId, Timestamp},
    storage::Result,
};

/// A ticket to which something happens when the time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timer {
    /// The boundary of all data.
    pub tenant: TenantId,
    /// The ticket.
    pub ticket: TicketId,
    /// When.
    pub at: Timestamp,
}

/// Reading what comes due.
#[async_trait]
pub trait Timers: Send {
    /// What comes next in any tenant, earliest first: a deadline or its warning, the end of a snooze. A ticket may be there twice.
    ///
    /// There is nothing to claim: whoever rings a timer loads the ticket under its lock and looks whether it is still due.
    async fn next_timers(&mut self, limit: u32) -> Result<Vec<Timer>>;

    /// Every tenant that ever had a ticket.
    async fn ticket_tenants(&mut self) -> Result<Vec<TenantId>>;

    /// Tickets that are not done and whose deadlines were computed by rules with another [mark](crate::model::sla::Rules::mark).
    async fn tickets_by_other_rules(&mut self, tenant: TenantId, mark: i64, limit: u32) -> Result<Vec<TicketId>>;
}
