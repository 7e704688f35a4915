//! The calls that the dashboard makes.

use std::{collections::HashMap, future::Future};

use serde::de::DeserializeOwned;
use support_core::{
    model::{ConversationId, DeliveryId, PersonId, SettingId, TicketId},
    protocol::{
        AddParticipants, BulkAnswer, ChangeConversation, Contact, Conversation, CreateConversation, CreateMessage,
        CreateToken, CreateView, Delivery, EditMessage, Event, Field, MarkRead, Me, Message, MintedToken, Page, React,
        SearchHit, Tag, Team, Ticket, TicketCounts, User, View,
    },
};

use super::{Ask, Failure, Reply, Verb};
use crate::state::{Change, DeliveryFilter, Filter, filter::encoded};
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
            super::read(&reply.body).ok_or(Failure::Unreadable)
        }
    }

    /// Sends what is answered without a body.
    fn tell(&self, ask: Ask) -> impl Future<Output = Result<(), Failure>> + Send {
        async move {
            let reply = self.send(ask).await?;
            if (200..300).contains(&reply.status) { Ok(()) } else { Err(Failure::from_reply(&reply)) }
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

    /// A page of what a filter finds.
    fn tickets(
        &self,
        filter: &Filter,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page<Ticket>, Failure>> + Send {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        self.ask(Ask::get(format_args!("/tickets?limit={LIST_PAGE}&{}{cursor}", filter.query())))
    }

    /// The few best or latest tickets that a filter finds.
    fn few_tickets(&self, filter: &Filter) -> impl Future<Output = Result<Page<Ticket>, Failure>> + Send {
        self.ask(Ask::get(format_args!("/tickets?limit=7&{}", filter.query())))
    }

    /// The saved views that the caller may see.
    fn views(&self) -> impl Future<Output = Result<Page<View>, Failure>> + Send {
        self.ask(Ask::get("/views"))
    }

    /// How many tickets each saved view holds.
    fn view_counts(&self) -> impl Future<Output = Result<HashMap<SettingId, i64>, Failure>> + Send {
        self.ask(Ask::get("/views/counts"))
    }

    /// Saves a view.
    fn create_view(&self, view: &CreateView) -> impl Future<Output = Result<View, Failure>> + Send {
        self.ask(Ask::post("/views", view))
    }

    /// Changes a view; `body` holds what changes.
    fn change_view(&self, id: SettingId, body: String) -> impl Future<Output = Result<View, Failure>> + Send {
        self.ask(Ask::with(Verb::Patch, format_args!("/views/{id}"), body))
    }

    /// Takes a view away.
    fn delete_view(&self, id: SettingId) -> impl Future<Output = Result<(), Failure>> + Send {
        self.tell(Ask::with(Verb::Delete, format_args!("/views/{id}"), "{}".to_owned()))
    }

    /// The desk's labels.
    fn tags(&self) -> impl Future<Output = Result<Page<Tag>, Failure>> + Send {
        self.ask(Ask::get("/tags"))
    }

    /// The desk's own fields.
    fn fields(&self) -> impl Future<Output = Result<Page<Field>, Failure>> + Send {
        self.ask(Ask::get("/fields"))
    }

    /// The desk's teams.
    fn teams(&self) -> impl Future<Output = Result<Page<Team>, Failure>> + Send {
        self.ask(Ask::get("/teams"))
    }

    /// Where the words of a search stand in the tickets that it finds.
    fn search(&self, words: &str) -> impl Future<Output = Result<Page<SearchHit>, Failure>> + Send {
        self.ask(Ask::get(format_args!("/search?limit=100&q={}", encoded(words))))
    }

    /// Changes one ticket.
    fn change(&self, id: TicketId, change: &Change) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        let wish = change.wish();
        let verb = if wish.action.is_empty() { Verb::Patch } else { Verb::Post };
        self.ask(Ask::with(verb, format_args!("/tickets/{id}{}", wish.action), wish.body))
    }

    /// Changes many tickets, each for itself.
    fn change_many(
        &self,
        ids: &[TicketId],
        change: &Change,
    ) -> impl Future<Output = Result<BulkAnswer, Failure>> + Send {
        // The wire types have string keys only, so they always serialise.
        let ids = serde_json::to_string(ids).unwrap_or_default();
        let body = format!("{{\"ids\":{ids},\"change\":{}}}", change.members());
        self.ask(Ask::with(Verb::Post, "/tickets/bulk", body))
    }

    /// Makes a ticket a part of another.
    fn merge(&self, id: TicketId, into: TicketId) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::with(Verb::Post, format_args!("/tickets/{id}/merge"), format!("{{\"into\":\"{into}\"}}")))
    }

    /// Takes a ticket out of the one that it became a part of.
    fn unmerge(&self, id: TicketId) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::with(Verb::Post, format_args!("/tickets/{id}/unmerge"), "{}".to_owned()))
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

    /// Gives a message another text.
    fn edit(&self, message: &Message, body: String) -> impl Future<Output = Result<Message, Failure>> + Send {
        // The wire types have string keys only, so they always serialise.
        let body = serde_json::to_string(&EditMessage { body }).unwrap_or_default();
        self.ask(Ask::with(Verb::Patch, message_path(message), body))
    }

    /// Takes a message's text away.
    fn delete_message(&self, message: &Message) -> impl Future<Output = Result<(), Failure>> + Send {
        self.tell(Ask::with(Verb::Delete, message_path(message), "{}".to_owned()))
    }

    /// Gives a message a sign, or takes it back.
    fn react(&self, message: &Message, react: &React) -> impl Future<Output = Result<Message, Failure>> + Send {
        self.ask(Ask::post(format_args!("{}/reactions", message_path(message)), react))
    }

    /// Marks what the customer wrote as read.
    fn read(&self, id: TicketId, up_to_seq: i64) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        self.ask(Ask::post(format_args!("/tickets/{id}/read"), &MarkRead { up_to_seq: Some(up_to_seq) }))
    }

    /// What colleagues have among themselves, latest first.
    fn chats(&self) -> impl Future<Output = Result<Page<Conversation>, Failure>> + Send {
        self.ask(Ask::get("/conversations?limit=100"))
    }

    /// The newest messages of a conversation, or with a cursor older ones; ascending.
    fn said(
        &self,
        id: ConversationId,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page<Message>, Failure>> + Send {
        let cursor = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        self.ask(Ask::get(format_args!("/conversations/{id}/messages{cursor}")))
    }

    /// Writes into a conversation.
    fn say(
        &self,
        id: ConversationId,
        message: &CreateMessage,
    ) -> impl Future<Output = Result<Message, Failure>> + Send {
        self.ask(Ask::post(format_args!("/conversations/{id}/messages"), message))
    }

    /// Marks everything up to a message as read.
    fn read_said(&self, message: &Message) -> impl Future<Output = Result<(), Failure>> + Send {
        let path = format!("/conversations/{}/read-up-to/{}", message.conversation_id, message.id);
        self.tell(Ask::with(Verb::Post, path, "{}".to_owned()))
    }

    /// Starts a conversation.
    fn start_chat(&self, chat: &CreateConversation) -> impl Future<Output = Result<Conversation, Failure>> + Send {
        self.ask(Ask::post("/conversations", chat))
    }

    /// Gives a group another title.
    fn rename_chat(
        &self,
        id: ConversationId,
        change: &ChangeConversation,
    ) -> impl Future<Output = Result<Conversation, Failure>> + Send {
        // The wire types have string keys only, so they always serialise.
        let body = serde_json::to_string(change).unwrap_or_default();
        self.ask(Ask::with(Verb::Patch, format_args!("/conversations/{id}"), body))
    }

    /// Takes colleagues into a group.
    fn add_to_chat(
        &self,
        id: ConversationId,
        people: &AddParticipants,
    ) -> impl Future<Output = Result<Conversation, Failure>> + Send {
        self.ask(Ask::post(format_args!("/conversations/{id}/participants"), people))
    }

    /// Goes out of a group.
    fn leave_chat(&self, id: ConversationId) -> impl Future<Output = Result<(), Failure>> + Send {
        self.tell(Ask::with(Verb::Post, format_args!("/conversations/{id}/leave"), "{}".to_owned()))
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

fn message_path(message: &Message) -> String {
    format!("/conversations/{}/messages/{}", message.conversation_id, message.id)
}
