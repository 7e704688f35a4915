//! Messages over all tickets that somebody can reach.

use super::{Audience, Call, Desk, Done, Standing, found, list::place, message_view};
use crate::{
    error::{Error, Result},
    model::{MessageId, MessageRecord, TicketRecord},
    protocol::{CreateMessage, Message, Page, PostMessage},
    storage::{MessageEdge, MessageFilter, ReadTx},
};

impl Desk {
    /// A page of the messages that the caller may see, in the order of their making.
    ///
    /// # Errors
    /// `NotFound` for a ticket out of reach; `BadRequest` for a cursor of another list.
    pub async fn list_all_messages(
        &self,
        call: &Call,
        mut filter: MessageFilter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Message>> {
        let actor = &call.actor;
        let audience = Audience::of(actor);
        let mut tx = self.reader().await?;
        if let Some(ticket) = filter.ticket {
            let ticket = self.readable(call, &mut *tx, ticket).await?;
            filter.ticket = Some(super::merge::thread_of(&mut *tx, ticket).await?.id);
        }
        if audience != Audience::Staff {
            if filter.is_internal == Some(true) {
                return Ok(Page { data: Vec::new(), next: None, previous: None });
            }
            filter.is_internal = Some(false);
        }
        let list = format!("all messages {} {:?} {filter:?}", actor.tenant, actor.scope);
        let edge = match cursor {
            None => MessageEdge::Start,
            Some(cursor) => {
                let text = self.inner.cursors.read(&list, cursor)?;
                let (word, id) = text.split_at_checked(1).unwrap_or_default();
                let id: MessageId = place(id)?;
                if word == "b" { MessageEdge::Before(id) } else { MessageEdge::After(id) }
            }
        };
        let backwards = matches!(edge, MessageEdge::Before(_));
        let mut rows = tx.list_messages_of_all(actor.tenant, actor.scope, &filter, edge, limit + 1).await?;
        let full = rows.len() > limit as usize;
        if full {
            if backwards { drop(rows.remove(0)) } else { drop(rows.pop()) }
        }
        let cursor = |word: char, row: &(MessageRecord, TicketRecord)| {
            self.inner.cursors.write(&list, &format!("{word}{}", row.0.id))
        };
        let has_next = full || backwards;
        let has_previous = if backwards { full } else { edge != MessageEdge::Start };
        Ok(Page {
            next: rows.last().filter(|_| has_next).map(|last| cursor('a', last)),
            previous: rows.first().filter(|_| has_previous).map(|first| cursor('b', first)),
            data: rows.iter().map(|(message, ticket)| message_view(message, ticket, audience)).collect(),
        })
    }

    /// One message, if the caller may see it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn show_message(&self, call: &Call, id: MessageId) -> Result<Message> {
        let mut tx = self.reader().await?;
        let (message, standing) = self.seen_message(call, &mut *tx, id).await?;
        Ok(standing.view(&message))
    }

    /// A page of the messages that answer one, ascending.
    ///
    /// # Errors
    /// `NotFound`; `BadRequest` for a cursor of another list.
    pub async fn list_replies(
        &self,
        call: &Call,
        id: MessageId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Message>> {
        let mut tx = self.reader().await?;
        let (message, standing) = self.seen_message(call, &mut *tx, id).await?;
        let public_only = standing.public_only();
        let list = format!("replies {id} {public_only}");
        let after = cursor.map(|cursor| place(&self.inner.cursors.read(&list, cursor)?)).transpose()?;
        let mut replies = tx.list_replies(call.actor.tenant, message.id, public_only, after, limit + 1).await?;
        let full = replies.len() > limit as usize;
        replies.truncate(limit as usize);
        let next = replies.last().filter(|_| full).map(|last| self.inner.cursors.write(&list, &last.id.to_string()));
        let data = replies.iter().map(|reply| standing.view(reply)).collect();
        Ok(Page { data, next, previous: None })
    }

    /// A message with where it stands, if the caller may see both.
    pub(super) async fn seen_message(
        &self,
        call: &Call,
        tx: &mut dyn ReadTx,
        id: MessageId,
    ) -> Result<(MessageRecord, Standing)> {
        let message = found(tx.find_message_anywhere(call.actor.tenant, id).await?)?;
        let standing = self.standing(call, tx, message.conversation).await?;
        if message.is_internal && standing.public_only() {
            return Err(Error::NotFound);
        }
        Ok((message, standing))
    }

    /// [`reply`](Self::reply), with the ticket in the body.
    ///
    /// # Errors
    /// As `reply`.
    pub async fn post_message(&self, call: &Call, input: PostMessage) -> Result<Done<Message>> {
        let PostMessage {
            ticket,
            body,
            format,
            reply_to,
            mentions,
            is_internal,
            attachments,
            client_id,
            last_seen_seq,
        } = input;
        let message =
            CreateMessage { body, format, reply_to, mentions, is_internal, attachments, client_id, last_seen_seq };
        self.reply(call, ticket, message).await
    }
}
