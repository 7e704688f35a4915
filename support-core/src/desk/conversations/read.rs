//! Reading: up to a message, one message alone, all of it; and who has read what.

use super::participant;
use crate::{
    desk::{Call, Desk, found, work::Begun},
    error::Result,
    model::{ConversationId, MessageId, MessageRecord, decide},
    protocol::{MarkRead, Receipt},
};

impl Desk {
    /// Marks everything as read, or everything up to a message. Reading twice changes nothing; a watermark never goes back.
    /// In a ticket this is [`read`](Self::read).
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn read_conversation(&self, call: &Call, id: ConversationId, up_to: Option<MessageId>) -> Result<()> {
        let message = match up_to {
            None => None,
            Some(message) => Some(self.message_in(call, id, message).await?),
        };
        let up_to_seq = message.map(|message| message.seq);
        if !self.takes_part(call, id).await? {
            return self.read(call, id, MarkRead { up_to_seq }).await.map(drop);
        }
        let person = participant(call)?;
        let mut work = match self.begin::<()>(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(_) => return Ok(()),
        };
        let conversation = work.conversation(person, id).await?;
        let seq = up_to_seq.unwrap_or(conversation.last_seq);
        let after_it = work.tx().count_unread_after(conversation.tenant, id, person, seq).await?;
        let change = self.decide(call, work.now, |around| decide::read_up_to(around, &conversation, seq, after_it));
        if let Some(change) = &change {
            work.tx().apply_conversation(change).await?;
        }
        work.commit(()).await.map(drop)
    }

    /// Marks one message as read, and nothing before it. A ticket is read in its order: there it is everything up to the message.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn read_message(&self, call: &Call, id: ConversationId, message: MessageId) -> Result<()> {
        if !self.takes_part(call, id).await? {
            return self.read_conversation(call, id, Some(message)).await;
        }
        let person = participant(call)?;
        let mut work = match self.begin::<()>(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(_) => return Ok(()),
        };
        let conversation = work.conversation(person, id).await?;
        let message = found(work.tx().find_message(conversation.tenant, id, message).await?)?;
        let change = self.decide(call, work.now, |around| decide::read_one(around, &conversation, &message));
        if let Some(change) = &change {
            work.tx().apply_conversation(change).await?;
        }
        work.commit(()).await.map(drop)
    }

    /// Who has read a message besides its author, in the order of their reading. For the desk alone.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_receipts(&self, call: &Call, id: ConversationId, message: MessageId) -> Result<Vec<Receipt>> {
        let message = self.message_in(call, id, message).await?;
        let mut tx = self.reader().await?;
        let readers = tx.list_readers(call.actor.tenant, message.conversation, message.id).await?;
        Ok(readers.into_iter().map(|(id, name, read_at)| Receipt { id, name, read_at }).collect())
    }

    /// The message of that conversation, if the caller can see it.
    async fn message_in(&self, call: &Call, id: ConversationId, message: MessageId) -> Result<MessageRecord> {
        let mut tx = self.reader().await?;
        let standing = self.standing(call, &mut *tx, id).await?;
        standing.find(&mut *tx, call.actor.tenant, message).await
    }
}
