//! Tickets in the storage.

use async_trait::async_trait;

use crate::{
    model::{
        ChangeSet, MessageRecord, PersonId, Priority, Scope, SettingId, Status, TenantId, TicketId, TicketRecord,
        Timestamp, decide::Thread, search::Term,
    },
    storage::Result,
};

/// Which tickets a list shows. Empty fields do not filter; within a field any of its values will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Where they stand.
    pub status: Vec<Status>,
    /// How urgent they are.
    pub priority: Vec<Priority>,
    /// Who looks after them; none for nobody.
    pub assigned_to: Vec<Option<PersonId>>,
    /// Which team looks after them; none for no team.
    pub team: Vec<Option<SettingId>>,
    /// Whose they are.
    pub requester: Option<PersonId>,
    /// Who is told of what happens.
    pub watcher: Option<PersonId>,
    /// What they came through.
    pub channel: Vec<String>,
    /// The desk's own word.
    pub category: Vec<String>,
    /// Labels.
    pub tag: Vec<String>,
    /// Records of the host, as `kind:id`.
    pub link: Vec<String>,
    /// Whether messages wait for an agent.
    pub unread_by_agent: Option<bool>,
    /// Whether messages wait for the customer.
    pub unread_by_customer: Option<bool>,
    /// Whether a deadline has passed.
    pub sla_overdue: Option<bool>,
    /// When they were opened.
    pub created_at: Period,
    /// When the latest public message came.
    pub last_message_at: Period,
    /// When the next deadline is.
    pub sla_due_at: Period,
    /// What must be found in them.
    pub search: Search,
}

/// A span of time, open where an end is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// Then or later.
    pub from: Option<Timestamp>,
    /// Earlier than then.
    pub until: Option<Timestamp>,
}

/// What must be found in tickets. Terms may stand in different messages of one ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words of subject, description, requester and messages.
    pub terms: Vec<Term>,
    /// What the columns say; where the second is true, what they must not say.
    pub conditions: Vec<(Condition, bool)>,
    /// Whether notes count as not there.
    pub public_only: bool,
}

/// What a search asks of a ticket's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Any of these.
    Status(Vec<Status>),
    /// This one.
    Priority(Priority),
    /// Any of these; none for nobody.
    AssignedTo(Vec<Option<PersonId>>),
    /// This label.
    Tag(String),
    /// This channel.
    Channel(String),
    /// This category.
    Category(String),
    /// Opened then.
    CreatedAt(Period),
    /// This number.
    Number(i64),
    /// No ticket at all.
    Nothing,
    /// Messages wait for an agent.
    Unread,
    /// A deadline has passed.
    Overdue,
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
    /// The next deadline; tickets without one come last in ascending order.
    SlaDueAt,
    /// How urgent.
    Priority,
    /// The number, which counts up with every ticket.
    Number,
}

impl TicketSort {
    /// The place of a ticket in this order.
    #[must_use]
    pub fn key(self, ticket: &TicketRecord) -> Key {
        let value = match self {
            Self::Activity => ticket.activity_at.timestamp_micros(),
            Self::CreatedAt => ticket.created_at.timestamp_micros(),
            Self::UpdatedAt => ticket.updated_at.timestamp_micros(),
            Self::SlaDueAt => ticket.sla_due_at.unwrap_or(NO_DUE_TIME).timestamp_micros(),
            Self::Priority => ticket.priority.rank(),
            Self::Number => ticket.number,
        };
        Key { value, id: ticket.id.0 }
    }
}

/// What `sla_due_at` holds where no promise runs, so that it can order a list: the end of the year 9999.
pub(in crate::storage) const NO_DUE_TIME: Timestamp = match Timestamp::from_timestamp_micros(253_402_300_799_000_000) {
    Some(time) => time,
    None => Timestamp::UNIX_EPOCH,
};

/// A place in a list: the sort column's value and the id of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The sort column's value; times in microseconds since 1970.
    pub value: i64,
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

    /// How many tickets within `scope` the filter lets through; counting ends at `at_most`.
    async fn count_filtered(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        at_most: u32,
    ) -> Result<i64>;

    /// Of the tickets with these numbers the newest messages that have any of the search's terms, a few of each ticket.
    async fn find_messages_by_words(
        &mut self,
        tenant: TenantId,
        numbers: &[i64],
        search: &Search,
    ) -> Result<Vec<MessageRecord>>;
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
