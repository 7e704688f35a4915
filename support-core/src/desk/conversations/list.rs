//! Looking at conversations.

use super::participant;
use crate::{
    desk::{Call, Desk, conversation_view, found, list::place},
    error::{Error, Result},
    model::{ConversationId, ConversationRecord},
    protocol::{Conversation, Page},
    storage::Key,
};

impl Desk {
    /// A page of the conversations that the caller takes part in, latest activity first.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `BadRequest` for a cursor of another list.
    pub async fn list_conversations(
        &self,
        call: &Call,
        unread_only: bool,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Conversation>> {
        let person = participant(call)?;
        let tenant = call.actor.tenant;
        let list = format!("conversations {tenant} {person} {unread_only}");
        let after = cursor.map(|cursor| key(&self.inner.cursors.read(&list, cursor)?)).transpose()?;
        let mut tx = self.reader().await?;
        let mut conversations = tx.list_conversations(tenant, person, unread_only, after, limit + 1).await?;
        let full = conversations.len() > limit as usize;
        conversations.truncate(limit as usize);
        let cursor = |last: &ConversationRecord| {
            self.inner.cursors.write(&list, &format!("{}.{}", last.activity_at.timestamp_micros(), last.id))
        };
        Ok(Page {
            next: conversations.last().filter(|_| full).map(cursor),
            previous: None,
            data: conversations.iter().map(|conversation| conversation_view(conversation, person)).collect(),
        })
    }

    /// One conversation that the caller takes part in.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `NotFound`.
    pub async fn show_conversation(&self, call: &Call, id: ConversationId) -> Result<Conversation> {
        let person = participant(call)?;
        let conversation = found(self.reader().await?.find_conversation(call.actor.tenant, person, id).await?)?;
        Ok(conversation_view(&conversation, person))
    }
}

fn key(text: &str) -> Result<Key> {
    let (value, id) = text.split_once('.').ok_or_else(|| Error::internal("a cursor of an unknown shape"))?;
    Ok(Key { value: place(value)?, id: place(id)? })
}
