//! The calls that the dashboard makes.

use std::future::Future;

use serde::de::DeserializeOwned;
use support_core::{
    model::{DeliveryId, PersonId, TicketId},
    protocol::{
        Assign, Contact, CreateMessage, CreateToken, Delivery, Event, MarkRead, Me, Message, MintedToken, Page, Ticket,
        TicketCounts, TicketView, User,
    },
};

use super::{Ask, Failure, Reply};
use crate::state::DeliveryFilter;
#[cfg(feature = "ssr")]
use support_core::protocol::Inbox;

/// Rows that a list fetches at once.
pub const LIST_PAGE: usize = 50;

/// Sends requests to the JSON API. An implementation gives `send`; the calls come with it.
pub trait Api: Clone + Send + Sync + 'static {
    /// Sends one request. `Err` only when no answer came; a refusal is an answer.
    fn send(&self, ask: Ask) -> impl Future<Output = Result<Reply, Failure>> + Send;

    /// Sends and reads the answer.
    fn ask<T: DeserializeOwned>(&self, ask: Ask) -> impl Future<Output = Result<T, Failure>> + Send {
        async move {
            let reply = self.send(ask).await?;
            if !(200..300).contains(&reply.status) {
                return Err(Failure::from_reply(&reply));
            }
            serde_json::from_str(&reply.body).map_err(|_| Failure::Unreadable)
        }
    }

    /// The inboxes, with the tags to paste.
    #[cfg(feature = "ssr")]
    fn inboxes(&self) -> impl Future<Output = Result<Page<Inbox>, Failure>> + Send {
        self.ask(Ask::get("/inboxes"))
    }

    /// Who is signed in, and where the live feed stands.
    fn me(&self) -> impl Future<Output = Result<Me, Failure>> + Send {
        self.ask(Ask::get("/auth/me"))
    }

    /// What the views count.
    fn counts(&self) -> impl Future<Output = Result<TicketCounts, Failure>> + Send {
        self.ask(Ask::get("/tickets/stats"))
    }

    /// Everybody whom a ticket can be assigned to.
    fn team(&self) -> impl Future<Output = Result<Page<User>, Failure>> + Send {
        self.ask(Ask::get("/users?limit=100"))
    }

    /// A page of a view.
    fn tickets(
        &self,
        view: TicketView,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page<Ticket>, Failure>> + Send {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        self.ask(Ask::get(format_args!(
            "/tickets?{}&ordering=-last_message_at&limit={LIST_PAGE}{cursor}",
            view.query()
        )))
    }

    /// A customer's latest tickets.
    fn tickets_of(&self, requester: PersonId) -> impl Future<Output = Result<Page<Ticket>, Failure>> + Send {
        self.ask(Ask::get(format_args!("/tickets?requester={requester}&ordering=-last_message_at&limit=10")))
    }

    /// One ticket.
    fn ticket(&self, id: TicketId) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::get(format_args!("/tickets/{id}")))
    }

    /// The newest messages, or with a cursor older ones; ascending.
    fn messages(
        &self,
        id: TicketId,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page<Message>, Failure>> + Send {
        let cursor = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        self.ask(Ask::get(format_args!("/tickets/{id}/messages{cursor}")))
    }

    /// What was written after a message.
    fn messages_after(&self, id: TicketId, seq: i64) -> impl Future<Output = Result<Page<Message>, Failure>> + Send {
        self.ask(Ask::get(format_args!("/tickets/{id}/messages?after_seq={seq}&limit=100")))
    }

    /// What happened to a ticket.
    fn events(&self, id: TicketId) -> impl Future<Output = Result<Page<Event>, Failure>> + Send {
        self.ask(Ask::get(format_args!("/tickets/{id}/events?limit=100")))
    }

    /// A customer.
    fn contact(&self, id: PersonId) -> impl Future<Output = Result<Contact, Failure>> + Send {
        self.ask(Ask::get(format_args!("/contacts/{id}")))
    }

    /// Writes a message or a note.
    fn write(&self, id: TicketId, message: &CreateMessage) -> impl Future<Output = Result<Message, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/messages"), message))
    }

    /// Marks what the customer wrote as read.
    fn read(&self, id: TicketId, up_to_seq: i64) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/read"), &MarkRead { up_to_seq: Some(up_to_seq) }))
    }

    /// Gives a ticket to somebody, or to nobody.
    fn assign(&self, id: TicketId, assignee: Option<PersonId>) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/assign"), &Assign { assignee }))
    }

    /// Resolves a ticket.
    fn resolve(&self, id: TicketId) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/resolve"), &serde_json::Map::new()))
    }

    /// Opens a ticket again.
    fn reopen(&self, id: TicketId) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/reopen"), &serde_json::Map::new()))
    }

    /// Makes a portal link.
    fn mint(&self, token: &CreateToken) -> impl Future<Output = Result<MintedToken, Failure>> + Send {
        self.ask(Ask::post("/tokens", token))
    }

    /// A page of the delivery log.
    fn deliveries(
        &self,
        filter: DeliveryFilter,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page<Delivery>, Failure>> + Send {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        self.ask(Ask::get(format_args!("/deliveries?limit={LIST_PAGE}&{}{cursor}", filter.query())))
    }

    /// Tries a dead delivery again.
    fn retry(&self, id: DeliveryId) -> impl Future<Output = Result<Delivery, Failure>> + Send {
        self.ask(Ask::post(format_args!("/deliveries/{id}/retry"), &serde_json::Map::new()))
    }
}
