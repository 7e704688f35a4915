//! Looking at one ticket.

use super::{Audience, Call, Desk, MessageQuery, ticket_view};
use crate::{error::Result, model::TicketId, protocol::Ticket};

impl Desk {
    /// One ticket, with the newest part of its thread on request.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn show(&self, call: &Call, ticket: TicketId, with_messages: bool) -> Result<Ticket> {
        let mut tx = self.reader().await?;
        let record = self.readable(call, &mut *tx, ticket).await?;
        drop(tx);
        let mut view = ticket_view(&record, Audience::of(&call.actor));
        if with_messages {
            view.messages = Some(self.list_messages(call, ticket, &MessageQuery::default()).await?.data);
        }
        Ok(view)
    }
}
