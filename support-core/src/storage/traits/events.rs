//! The event log in the storage.

use async_trait::async_trait;

use crate::{
    model::{
        ConversationId, ConversationRecord, EventId, EventRecord, MessageRecord, NewEvent, TenantId, TicketRecord,
    },
    storage::Result,
};

/// An event with what it is about, as that is now.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEntry {
    /// The fact.
    pub event: EventRecord,
    /// Its ticket today.
    pub ticket: Option<TicketRecord>,
    /// Its direct or group conversation today.
    pub conversation: Option<ConversationRecord>,
    /// Its message today.
    pub message: Option<MessageRecord>,
}

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPosition {
    /// Random; another one after a restore, which makes every older cursor invalid.
    pub epoch: String,
    /// The greatest number given so far; 0 in an empty log.
    pub last_seq: i64,
    /// The smallest number still kept; `last_seq + 1` in an empty log.
    pub first_seq: i64,
}

/// Reading the log.
#[async_trait]
pub trait Events: Send {
    /// The timeline of a conversation, newest first, before `before`; without the desk's own facts when `public_only`.
    async fn list_events(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        public_only: bool,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<EventRecord>>;

    /// Numbered events of all tenants after `seq`, ascending, without a gap: an event that shows up later has a greater number.
    async fn feed(&mut self, after_seq: i64, limit: u32) -> Result<Vec<FeedEntry>>;

    /// One event with what it is about.
    async fn find_event(&mut self, tenant: TenantId, id: EventId) -> Result<Option<FeedEntry>>;

    /// Where the log stands.
    async fn feed_position(&mut self) -> Result<FeedPosition>;
}

/// Writing to the log.
#[async_trait]
pub trait EventsMut: Send {
    /// Adds an event that belongs to no ticket's change set.
    async fn append_event(&mut self, event: &NewEvent) -> Result<()>;
}
