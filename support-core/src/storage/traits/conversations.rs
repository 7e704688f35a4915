//! Direct and group conversations in the storage. Whoever takes no part cannot find one.

use async_trait::async_trait;

use super::Key;
use crate::{
    model::{ConversationChange, ConversationId, ConversationRecord, MessageId, PersonId, TenantId, Timestamp},
    storage::Result,
};

/// Reading conversations.
#[async_trait]
pub trait Conversations: Send {
    /// The conversation, if this person takes part in it.
    async fn find_conversation(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: ConversationId,
    ) -> Result<Option<ConversationRecord>>;

    /// The direct conversation of a [pair](ConversationRecord::pair_of).
    async fn find_direct(&mut self, tenant: TenantId, pair: &str) -> Result<Option<ConversationRecord>>;

    /// The conversations that this person takes part in, latest activity first, after `after` (its activity in microseconds,
    /// and its id).
    async fn list_conversations(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        unread_only: bool,
        after: Option<Key>,
        limit: u32,
    ) -> Result<Vec<ConversationRecord>>;

    /// How many messages of others come after `seq`, without the deleted ones.
    async fn count_unread_after(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        reader: PersonId,
        seq: i64,
    ) -> Result<i64>;

    /// Who has read a message besides its author, with their names, in the order of their reading: by its place, or by itself.
    async fn list_readers(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<(PersonId, String, Timestamp)>>;
}

/// Changing conversations.
#[async_trait]
pub trait ConversationsMut: Send {
    /// The conversation, if this person takes part in it, locked until the end of the transaction.
    async fn load_conversation(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: ConversationId,
    ) -> Result<Option<ConversationRecord>>;

    /// Writes a decision: conversation, participants, messages and events.
    ///
    /// # Errors
    /// `Conflict` when the conversation is not at the version that the decision was made on, when a client id is taken, or when
    /// the two people have a direct conversation already.
    async fn apply_conversation(&mut self, change: &ConversationChange) -> Result<()>;
}
