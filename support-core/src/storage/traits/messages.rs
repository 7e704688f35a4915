//! Messages in the storage.

use async_trait::async_trait;

use crate::{
    model::{
        ConversationId, Direction, MessageId, MessageRecord, PersonId, Scope, TenantId, TicketId, TicketRecord,
        Timestamp,
    },
    storage::Result,
};

/// Which part of a thread. Rows always come ascending by `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageRange {
    /// The newest ones.
    Latest,
    /// The newest ones before this `seq`.
    Before(i64),
    /// The oldest ones after this `seq`.
    After(i64),
}

/// What posting a message needs to know, loaded at once.
#[derive(Debug, Clone, PartialEq)]
pub struct PostContext {
    /// The ticket, locked where a transaction loaded it.
    pub ticket: TicketRecord,
    /// The author's earlier message under the same client id.
    pub earlier: Option<MessageId>,
}

/// Which messages a list over all tickets shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Of this ticket.
    pub ticket: Option<TicketId>,
    /// Of this direction.
    pub direction: Option<Direction>,
    /// Notes, or what is public.
    pub is_internal: Option<bool>,
    /// Later than.
    pub created_after: Option<Timestamp>,
    /// Earlier than.
    pub created_before: Option<Timestamp>,
}

/// On which side of a message a page lies. Rows always come in the order of their making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageEdge {
    /// The oldest ones.
    Start,
    /// The oldest ones after it.
    After(MessageId),
    /// The newest ones before it.
    Before(MessageId),
}

/// Reading messages.
#[async_trait]
pub trait Messages: Send {
    /// The message, if it stands in that conversation.
    async fn find_message(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        id: MessageId,
    ) -> Result<Option<MessageRecord>>;

    /// The message that `author` sent with `client_id`, wherever it stands.
    async fn find_message_by_client_id(
        &mut self,
        tenant: TenantId,
        author: PersonId,
        client_id: &str,
    ) -> Result<Option<MessageRecord>>;

    /// A part of a thread; without the notes when `public_only`.
    async fn list_messages(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        public_only: bool,
        range: MessageRange,
        limit: u32,
    ) -> Result<Vec<MessageRecord>>;

    /// The ticket with a part of its own thread, in one round trip; none where the ticket is out of reach.
    async fn load_thread(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        id: TicketId,
        public_only: bool,
        range: MessageRange,
        limit: u32,
    ) -> Result<Option<(TicketRecord, Vec<MessageRecord>)>>;

    /// Messages of all tickets within `scope`, with the ticket that each stands in, in the order of their making.
    async fn list_messages_of_all(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        filter: &MessageFilter,
        edge: MessageEdge,
        limit: u32,
    ) -> Result<Vec<(MessageRecord, TicketRecord)>>;

    /// The message, wherever it stands.
    async fn find_message_anywhere(&mut self, tenant: TenantId, id: MessageId) -> Result<Option<MessageRecord>>;

    /// The messages that answer this one, ascending, after `after`; without the notes when `public_only`.
    async fn list_replies(
        &mut self,
        tenant: TenantId,
        id: MessageId,
        public_only: bool,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<MessageRecord>>;

    /// The texts that a message had before the one of now, oldest first, each with the time of its writing.
    async fn list_revisions(&mut self, tenant: TenantId, id: MessageId) -> Result<Vec<(String, Timestamp)>>;

    /// How many public messages of one direction stand after `seq`, without those that were deleted.
    async fn count_messages_after(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        direction: Direction,
        seq: i64,
    ) -> Result<i64>;

    /// Locks the ticket and looks for an earlier message under the same client id, in one round trip. A reader locks nothing.
    async fn load_for_post(
        &mut self,
        tenant: TenantId,
        scope: Scope,
        id: TicketId,
        author: Option<PersonId>,
        client_id: Option<&str>,
    ) -> Result<Option<PostContext>>;
}
