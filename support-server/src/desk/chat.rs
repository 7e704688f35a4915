//! Conversations among colleagues: read, written, started, left.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{ConversationId, ConversationKind, MessageFormat, ParticipantRole, PersonId, limits, text},
    protocol::{
        AddParticipants, ChangeConversation, Conversation, ConversationFrame, CreateConversation, CreateMessage,
        Message, Page,
    },
};

use super::{Desk, Load, browser};
use crate::{
    api::{Api, Failure},
    app::Lack,
    state::{Address, Aim, Arrival, Chat, take_chat},
};

/// The id of the field that one writes in.
pub const CHAT_COMPOSER: &str = "chat-composer";
/// Opening a conversation is not reading it yet.
const DWELL: Duration = Duration::from_millis(600);

/// The team's conversations.
#[derive(Debug, Clone, Copy)]
pub struct Chats {
    /// Those that one takes part in, latest first.
    pub rows: RwSignal<Vec<Conversation>>,
    /// Whether they are there.
    pub load: RwSignal<Load>,
    /// The open one.
    pub open: RwSignal<Option<Chat>>,
    /// Whether it is there.
    pub open_load: RwSignal<Load>,
    /// The first message that was unread when it was opened.
    pub unread_from: RwSignal<Option<i64>>,
    /// What is being written.
    pub text: RwSignal<String>,
    /// What the text is to become.
    pub aim: RwSignal<Aim>,
    /// Why it did not go out.
    pub error: RwSignal<Option<String>>,
    /// Whether it is on its way.
    pub is_sending: RwSignal<bool>,
}

impl Chats {
    pub(super) fn new(page: Option<Page<Conversation>>, open: Option<Chat>, lack: Option<Lack>) -> Self {
        let load = if page.is_some() { Load::Ready } else { Load::Loading };
        Self {
            rows: RwSignal::new(page.map(|page| page.data).unwrap_or_default()),
            load: RwSignal::new(load),
            unread_from: RwSignal::new(open.as_ref().and_then(Chat::first_unread)),
            open: RwSignal::new(open),
            open_load: RwSignal::new(lack.map_or(Load::Ready, Load::Failed)),
            text: RwSignal::default(),
            aim: RwSignal::default(),
            error: RwSignal::new(None),
            is_sending: RwSignal::new(false),
        }
    }
}

impl Desk {
    /// The open conversation as the list knows it.
    #[must_use]
    pub fn chat(self) -> Option<Conversation> {
        let id = self.chats.open.with(|open| open.as_ref().map(|open| open.id))?;
        self.chats.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
    }

    fn chat_id(self) -> Option<ConversationId> {
        self.chats.open.with_untracked(|open| open.as_ref().map(|open| open.id))
    }

    pub(super) fn is_of_chat(self, message: &Message) -> bool {
        self.chat_id() == Some(message.conversation_id)
    }

    pub(super) fn owns_chat(self) -> bool {
        let me = self.me().id;
        let chat = untrack(|| self.chat());
        chat.is_some_and(|chat| chat.participants.iter().any(|it| it.id == me && it.role == ParticipantRole::Owner))
    }

    /// Reads the list, without taking away what is shown.
    pub fn load_chats(self) {
        let api = self.api();
        spawn_local(async move {
            match api.chats().await {
                Ok(page) => {
                    self.chats.rows.set(page.data);
                    self.chats.load.set(Load::Ready);
                }
                Err(failure) => self.chats.load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    pub(super) fn open_chat(self, id: Option<ConversationId>) {
        if id.is_some() && self.chat_id() == id {
            return;
        }
        self.chats.open.set(None);
        self.chats.open_load.set(Load::Ready);
        self.chats.aim.set(Aim::New);
        self.chats.error.set(None);
        self.chats.text.set(id.and_then(|id| browser::kept(&self.chat_draft(id))).unwrap_or_default());
        if let Some(id) = id {
            self.load_chat(id);
        }
    }

    /// Reads the newest messages of a conversation and shows them, if it is still asked for then.
    pub fn load_chat(self, id: ConversationId) {
        if self.chat_id() != Some(id) {
            self.chats.open_load.set(Load::Loading);
        }
        let api = self.api();
        spawn_local(async move {
            let page = api.said(id, None).await;
            if self.address.get_untracked().and_then(|address| address.chat()) != Some(id) {
                return;
            }
            match page {
                Ok(page) => {
                    let chat = Chat::new(id, page);
                    if self.chat_id() != Some(id) {
                        self.chats.unread_from.set(chat.first_unread());
                    }
                    self.chats.open.set(Some(chat));
                    self.chats.open_load.set(Load::Ready);
                }
                Err(failure) => self.chats.open_load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    /// Reads the messages before the first one that is here.
    pub fn load_older_said(self) {
        let asked = self.chats.open.with_untracked(|open| {
            let open = open.as_ref()?;
            Some((open.id, open.messages.older()?.to_owned()))
        });
        let Some((id, cursor)) = asked else { return };
        let api = self.api();
        spawn_local(async move {
            match api.said(id, Some(&cursor)).await {
                Ok(page) => self.with_chat(id, |chat| chat.messages.prepend(&cursor, page)),
                Err(failure) => self.tell_failure(failure.sentence()),
            }
        });
    }

    fn with_chat(self, id: ConversationId, act: impl FnOnce(&mut Chat)) {
        self.chats.open.update(|open| {
            if let Some(open) = open.as_mut().filter(|open| open.id == id) {
                act(open);
            }
        });
    }

    /// What a frame of the live feed does to the conversations.
    pub(super) fn take_chat_frame(self, frame: ConversationFrame) {
        let ConversationFrame { conversation: id, data, .. } = frame;
        let Some(conversation) = data.conversation else {
            self.chats.rows.update(|rows| rows.retain(|row| row.id != id));
            if self.chat_id() == Some(id) {
                self.go(&Address::Chats { chat: None });
                self.tell("You take no part in this conversation any more", None);
            }
            return;
        };
        if let Some(message) = data.message {
            self.take_said(message);
        }
        let me = self.me().id;
        self.with_chat(id, |chat| chat.tick(&conversation, me));
        self.chats.rows.update(|rows| take_chat(rows, conversation));
    }

    fn take_said(self, message: Message) {
        let mut is_gap = false;
        let id = message.conversation_id;
        if self.is_of_chat(&message) && message.author.id != Some(self.me().id) && message.edited_at.is_none() {
            self.announcement.set(format!("{}: {}", message.author.name, message.body));
        }
        self.with_chat(id, |chat| is_gap = matches!(chat.messages.take(message), Arrival::Gap(_)));
        if is_gap {
            self.load_chat(id);
        }
    }

    pub(super) fn renew_said(self, message: Message) {
        self.with_chat(message.conversation_id, |chat| chat.messages.renew(message));
    }

    /// The open conversation, what is unread in it, and its last message, while something is.
    pub(super) fn unread_chat(self) -> Option<(ConversationId, i64, i64)> {
        let chat = self.chat().filter(|chat| chat.unread_count > 0)?;
        let last = self.chats.open.with(|open| open.as_ref().map(|open| open.messages.last_seq()))?;
        Some((chat.id, chat.unread_count, last))
    }

    /// Marks the open conversation as read when it stays before somebody's eyes.
    pub(super) fn read_chat_soon(self) {
        let Some(unread) = untrack(|| self.unread_chat()) else { return };
        set_timeout(
            move || {
                if untrack(|| self.unread_chat()) != Some(unread) || !browser::is_visible() {
                    return;
                }
                let last = self.chats.open.with_untracked(|open| open.as_ref()?.messages.all().last().cloned());
                let Some(last) = last else { return };
                let api = self.api();
                // A failure leaves it unread; the next look tries again. The feed brings the new count.
                spawn_local(async move { drop(api.read_said(&last).await) });
            },
            DWELL,
        );
    }

    fn chat_draft(self, id: ConversationId) -> String {
        format!("support:chat:{}:{}:{id}", self.base(), self.me().id)
    }

    /// The text was changed by hand.
    pub fn write_said(self, text: String) {
        if let Some(id) = self.chat_id().filter(|_| self.chats.aim.with_untracked(|aim| !matches!(aim, Aim::Edit(_)))) {
            browser::keep(&self.chat_draft(id), Some(text.as_str()).filter(|text| !text.is_empty()));
        }
        self.chats.text.set(text);
    }

    /// Makes what is written an answer to a message, or its new text.
    pub(super) fn aim_chat(self, aim: Aim) {
        if let Aim::Edit(message) = &aim {
            self.chats.text.set(message.body.clone());
        }
        self.chats.aim.set(aim);
        browser::focus(CHAT_COMPOSER);
    }

    /// What is written becomes a message of its own after all.
    pub fn drop_chat_aim(self) {
        if let (Some(Aim::Edit(_)), Some(id)) = (self.chats.aim.try_update(std::mem::take), self.chat_id()) {
            self.chats.text.set(browser::kept(&self.chat_draft(id)).unwrap_or_default());
        }
        browser::focus(CHAT_COMPOSER);
    }

    /// Sends what stands in the composer.
    pub fn say(self) {
        let (Some(id), false) = (self.chat_id(), self.chats.is_sending.get_untracked()) else { return };
        let body = match text::block(&self.chats.text.get_untracked(), limits::BODY_MAX) {
            Ok(body) => body,
            Err(text::TextError::Empty) => return browser::focus(CHAT_COMPOSER),
            Err(error) => return self.chats.error.set(Some(format!("The text {error}."))),
        };
        let aim = self.chats.aim.get_untracked();
        let client_id = match self.chats.error.get_untracked() {
            // The same text again keeps its id: if it did arrive the first time, it is stored once.
            Some(_) => self.backstage.with_value(|backstage| backstage.said_as.clone()),
            None => browser::random_id(),
        };
        self.backstage.update_value(|backstage| backstage.said_as.clone_from(&client_id));
        self.chats.error.set(None);
        self.chats.is_sending.set(true);
        let api = self.api();
        spawn_local(async move {
            let reply_to = if let Aim::Answer(message) = &aim { Some(message.id) } else { None };
            let outcome = match aim {
                Aim::Edit(message) => api.edit(&message, body).await,
                Aim::New | Aim::Answer(_) => {
                    let message = CreateMessage {
                        body,
                        format: MessageFormat::Markdown,
                        reply_to,
                        client_id: Some(client_id),
                        ..CreateMessage::default()
                    };
                    api.say(id, &message).await
                }
            };
            self.chats.is_sending.set(false);
            match outcome {
                Ok(message) => {
                    self.take_said(message);
                    if self.chat_id() == Some(id) {
                        self.write_said(String::new());
                        self.drop_chat_aim();
                    }
                }
                Err(failure) => self.chats.error.set(Some(failure.sentence())),
            }
        });
    }

    /// Starts a conversation with these colleagues: a direct one with one of them and without a title.
    pub fn start_chat(self, title: String, people: Vec<PersonId>, failed: impl Fn(String) + 'static) {
        let kind =
            if people.len() == 1 && title.is_empty() { ConversationKind::Direct } else { ConversationKind::Group };
        let chat = CreateConversation { kind, participants: people, title };
        let api = self.api();
        spawn_local(async move { self.take_form(api.start_chat(&chat).await, failed) });
    }

    /// Gives a group another title, if it is another, and takes colleagues in, if there are any.
    pub fn change_chat(
        self,
        id: ConversationId,
        title: Option<String>,
        people: Vec<PersonId>,
        failed: impl Fn(String) + 'static,
    ) {
        let api = self.api();
        spawn_local(async move {
            let mut outcome = None;
            if let Some(title) = title {
                outcome = Some(api.rename_chat(id, &ChangeConversation { title }).await);
            }
            if !people.is_empty() && !matches!(outcome, Some(Err(_))) {
                outcome = Some(api.add_to_chat(id, &AddParticipants { participants: people }).await);
            }
            match outcome {
                Some(outcome) => self.take_form(outcome, failed),
                None => self.floating.set(None),
            }
        });
    }

    fn take_form(self, outcome: Result<Conversation, Failure>, failed: impl Fn(String)) {
        match outcome {
            Ok(chat) => {
                let address = Address::Chats { chat: Some(chat.id) };
                self.chats.rows.update(|rows| take_chat(rows, chat));
                self.floating.set(None);
                self.go(&address);
                browser::focus(CHAT_COMPOSER);
            }
            Err(failure) => failed(failure.sentence()),
        }
    }

    /// Goes out of the open group.
    pub fn leave_chat(self) {
        let Some(id) = self.chat_id() else { return };
        let api = self.api();
        spawn_local(async move {
            match api.leave_chat(id).await {
                Ok(()) => {
                    self.chats.rows.update(|rows| rows.retain(|row| row.id != id));
                    if self.chat_id() == Some(id) {
                        self.go(&Address::Chats { chat: None });
                    }
                }
                Err(failure) => self.tell_failure(failure.sentence()),
            }
        });
    }
}
