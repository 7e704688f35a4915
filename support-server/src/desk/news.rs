//! What a frame of the live feed does to the dashboard.

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{AuthorKind, Direction, EventType, TicketId},
    protocol::{Frame, Message, frame_type},
};

use super::{Desk, browser};
use crate::{
    api::Api,
    state::{Address, Arrival, actor_name, message_words},
};

impl Desk {
    pub(super) fn take_frame(self, frame: Frame) {
        let Frame { kind, ticket, data, .. } = frame;
        match kind.as_str() {
            frame_type::RESET => return self.start_over(),
            frame_type::TYPING => {
                let me = self.me();
                if let (Some(id), Some(kind)) = (ticket, data.kind) {
                    let name = data.name.unwrap_or_default();
                    if !(kind.is_staff() && name == me.name) {
                        self.presences.update(|presences| presences.type_in(id, name, kind, browser::now_ms()));
                    }
                }
                return;
            }
            frame_type::PRESENCE => {
                if let (Some(id), Some(viewers)) = (ticket, data.viewers) {
                    let me = self.me().id;
                    self.presences.update(|presences| presences.see(id, viewers, me));
                }
                return;
            }
            _ => {}
        }
        let Some(id) = ticket else { return };
        let Ok(kind) = kind.parse::<EventType>() else { return };
        self.forget(id);
        if let Some(ticket) = &data.ticket {
            self.take_ticket(ticket);
        }
        match kind {
            EventType::MessageCreated | EventType::NoteCreated => {
                if let Some(message) = data.message {
                    self.presences.update(|presences| presences.stop_typing(id, &message.author.name));
                    self.announce(id, &message);
                    self.take_message(id, message);
                }
            }
            EventType::MessageUpdated | EventType::MessageDeleted => {
                if let Some(message) = data.message {
                    self.renew(message);
                }
            }
            EventType::MessageRead => {
                if let (Some(reader), Some(up_to)) = (data.actor, data.up_to_seq) {
                    self.thread.update(|thread| {
                        if let Some(thread) = thread.as_mut().filter(|thread| thread.ticket.id == id) {
                            thread.read(reader.kind, up_to);
                        }
                    });
                }
            }
            EventType::ContactUpdated => {}
            _ => self.refresh_facts(id),
        }
    }

    /// Adds a message to the open thread, and what is missing before it.
    pub(super) fn take_message(self, id: TicketId, message: Message) {
        let mut gap = None;
        self.thread.update(|thread| {
            if let Some(thread) = thread.as_mut().filter(|thread| thread.ticket.id == id)
                && let Arrival::Gap(last) = thread.take(message)
            {
                gap = Some(last);
            }
        });
        let Some(last) = gap else { return };
        let api = self.api();
        spawn_local(async move {
            let Ok(page) = api.messages_after(id, last).await else { return };
            self.thread.update(|thread| {
                if let Some(thread) = thread.as_mut().filter(|thread| thread.ticket.id == id) {
                    thread.take_all(page.data);
                }
            });
        });
    }

    /// Tells a screen reader what the customer wrote in the open thread.
    fn announce(self, id: TicketId, message: &Message) {
        if message.direction == Direction::Inbound
            && message.author.kind == AuthorKind::Customer
            && self.open_id() == Some(id)
        {
            let words = if message.body.is_empty() { message_words(message) } else { message.body.clone() };
            self.announcement.set(format!("{}: {}", actor_name(&message.author), words));
        }
    }

    /// The feed cannot go on where it broke off: read everything anew, without taking away what is shown.
    fn start_over(self) {
        self.forget_all();
        self.refresh_counts();
        self.load_chats();
        match self.address.get_untracked() {
            Some(Address::Tickets { .. }) => self.refresh_list(),
            Some(Address::Deliveries { filter }) => self.load_log(filter),
            Some(Address::Chats { chat: Some(chat) }) => self.load_chat(chat),
            Some(Address::Chats { chat: None }) | None => {}
        }
        if let Some(id) = self.open_id() {
            self.refresh_thread(id);
        }
    }
}
