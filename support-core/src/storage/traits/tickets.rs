//! Tickets in the storage.

use async_trait::async_trait;

use crate::{
    model::{
        ChangeSet, PersonId, Priority, Scope, Status, TenantId, TicketId, TicketRecord, Timestamp, decide::Thread,
    },
    protocol::TicketCounts,
    storage::Result,
};

/// Which tickets a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Any of these.
    pub status: Vec<Status>,
    /// Any of these.
    pub priority: Vec<Priority>,
    /// This agent, or nobody (`Some(None)`).
    pub assigned_to: Option<Option<PersonId>>,
    /// This customer.
    pub requester: Option<PersonId>,
    /// Any of these channels.
    pub channel: Vec<String>,
    /// Whether messages wait for an agent.
    pub unread: Option<bool>,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketSort {
    /// The latest public message, or the creation.
    Activity,
    /// The creation.
    CreatedAt,
    /// The last change.
    UpdatedAt,
}

/// A place in a list: the sort column's value and the id of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The sort column's value.
    pub at: Timestamp,
    /// Breaks ties.
    pub id: uuid::Uuid,
}

/// On which side of a key a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The first page.
    Start,
    /// What follows the key in the list's order.
    After(Key),
    /// What precedes the key in the list's order; the rows still come in the list's order.
    Before(Key),
}

/// One page of a list by keyset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest<S> {
    /// The column.
    pub sort: S,
    /// Newest or greatest first.
    pub descending: bool,
    /// Where.
    pub edge: Edge,
    /// How many rows at most. Callers ask for one more than they show, to learn whether there is a further page.
    pub limit: u32,
}

/// Reading tickets.
#[async_trait]
pub trait Tickets: Send {
    /// The ticket, if it lies within `scope`.
    async fn find_ticket(&mut self, tenant: TenantId, scope: Scope, id: TicketId) -> Result<Option<TicketRecord>>;

    /// The ticket that `author` opened with `client_id`.
    async fn find_ticket_by_client_id(
        &mut self,
        tenant: TenantId,
        author: PersonId,
        client_id: &str,
    ) -> Result<Option<TicketRecord>>;

    /// A page of the tickets within `scope`.
    async fn list_tickets(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        page: PageRequest<TicketSort>,
    ) -> Result<Vec<TicketRecord>>;

    /// What the desk's views count; `me` for the caller's own.
    async fn count_tickets(&mut self, tenant: TenantId, me: Option<PersonId>) -> Result<TicketCounts>;
}

/// Changing tickets.
#[async_trait]
pub trait TicketsMut: Send {
    /// The ticket, locked until the end of the transaction.
    async fn load_ticket(&mut self, tenant: TenantId, scope: Scope, id: TicketId) -> Result<Option<TicketRecord>>;

    /// Moves a ticket's messages behind `after_seq` of another one, in their order. They remember where they stood first.
    async fn move_messages(&mut self, tenant: TenantId, from: TicketId, into: TicketId, after_seq: i64) -> Result<()>;

    /// Moves back what `from` once gave to `into`.
    async fn take_messages_back(&mut self, tenant: TenantId, from: TicketId, into: TicketId) -> Result<()>;

    /// What a ticket's thread amounts to, counted anew.
    async fn sum_thread(
        &mut self,
        tenant: TenantId,
        ticket: TicketId,
        agent_read_seq: i64,
        customer_read_seq: i64,
    ) -> Result<Thread>;

    /// Lets the tickets that were merged into `from` say `into`, locked in between by nobody: they are done.
    async fn follow_merge(&mut self, tenant: TenantId, from: TicketId, into: TicketId) -> Result<()>;

    /// Draws the tenant's next ticket number. Rolled back with the transaction, so numbers have no gaps.
    async fn next_ticket_number(&mut self, tenant: TenantId) -> Result<i64>;

    /// Writes a decision: ticket, messages, events and deliveries, in as few round trips as the database allows.
    ///
    /// # Errors
    /// `Conflict` when the ticket is not at the version that the decision was made on, or a client id is taken.
    async fn apply(&mut self, change: &ChangeSet, client_id: Option<&str>) -> Result<()>;
}
