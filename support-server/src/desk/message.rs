//! Single messages: answered, signed, edited, deleted.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{AuthorKind, MessageId, Permission},
    protocol::{Message, React},
};

use super::{COMPOSER, Desk, browser};
use crate::{
    api::Api,
    state::{Aim, Mode, Undo},
};

/// The sign that one press gives.
pub const AGREE: &str = "👍";
/// A message is deleted this long after it was asked for; until then it can be kept.
const DELETE_DELAY: Duration = Duration::from_secs(6);

impl Desk {
    /// Makes what is written next an answer to this message.
    pub fn answer(self, message: Message) {
        if self.is_of_chat(&message) {
            return self.aim_chat(Aim::Answer(message));
        }
        let mode = if message.is_internal { Mode::Note } else { self.composer.mode.get_untracked() };
        self.write_as(mode);
        self.composer.aim.set(Aim::Answer(message));
        browser::focus(COMPOSER);
    }

    /// Whether the caller may give this message another text.
    pub fn may_edit(self, message: &Message) -> bool {
        let me = self.me();
        if self.is_of_chat(message) {
            return message.author.id == Some(me.id);
        }
        let needed = if message.is_internal { Permission::TicketsNote } else { Permission::TicketsReply };
        message.author.kind == AuthorKind::Agent && message.author.id == Some(me.id) && me.permissions.has(needed)
    }

    /// Whether the caller may delete this message.
    pub fn may_delete(self, message: &Message) -> bool {
        if self.is_of_chat(message) {
            return self.may_edit(message) || self.owns_chat();
        }
        self.may_edit(message) || self.me().permissions.has(Permission::TicketsOverride)
    }

    /// Puts a message's text into the composer, to be changed there. What was begun stays in its draft.
    pub fn edit(self, message: Message) {
        if self.is_of_chat(&message) {
            return self.aim_chat(Aim::Edit(message));
        }
        self.write_as(if message.is_internal { Mode::Note } else { Mode::Reply });
        self.composer.text.set(message.body.clone());
        self.composer.aim.set(Aim::Edit(message));
        browser::focus(COMPOSER);
    }

    /// What is written becomes a message of its own after all.
    pub fn drop_aim(self) {
        let aim = self.composer.aim.try_update(std::mem::take);
        if let (Some(Aim::Edit(_)), Some(id)) = (aim, self.open_id()) {
            self.restore_draft(id);
        }
        browser::focus(COMPOSER);
    }

    pub(super) fn rewrite(self, message: Message, body: String) {
        let api = self.api();
        spawn_local(async move {
            match api.edit(&message, body).await {
                Ok(message) => {
                    self.drop_aim();
                    self.renew(message);
                }
                // The text stays in the composer.
                Err(failure) => self.tell_failure(format!("Not changed. {}", failure.sentence())),
            }
        });
    }

    /// Gives a message the usual sign, or takes it back.
    pub fn agree(self, message: Message, sign: String) {
        let me = self.me().id;
        let is_given = message.reactions.iter().any(|given| given.sign == sign && given.people.contains(&me));
        let api = self.api();
        spawn_local(async move {
            match api.react(&message, &React { sign, on: Some(!is_given) }).await {
                Ok(message) => self.renew(message),
                Err(failure) => self.tell_failure(failure.sentence()),
            }
        });
    }

    /// Deletes a message in a moment, unless somebody presses undo.
    pub fn delete_message(self, message: Message) {
        let id = message.id;
        self.backstage.update_value(|backstage| backstage.deleting.push(id));
        let toast = self.tell("Deleting the message".to_owned(), Some(Undo::Keep(id)));
        let later = move || {
            self.toasts.update(|toasts| toasts.dismiss(toast));
            if !self.keep_message(id) {
                return;
            }
            let api = self.api();
            spawn_local(async move {
                if let Err(failure) = api.delete_message(&message).await {
                    self.tell_failure(format!("Not deleted. {}", failure.sentence()));
                }
            });
        };
        set_timeout(later, DELETE_DELAY);
    }

    /// Forgets that a message was to be deleted. True when it was.
    pub(super) fn keep_message(self, id: MessageId) -> bool {
        let was_due = self.backstage.try_update_value(|backstage| {
            let before = backstage.deleting.len();
            backstage.deleting.retain(|other| *other != id);
            backstage.deleting.len() < before
        });
        was_due == Some(true)
    }

    /// A message that is loaded, of whatever kind of conversation.
    #[must_use]
    pub fn message_at_hand(self, id: MessageId) -> Option<Message> {
        let find = |messages: &[Message]| messages.iter().find(|message| message.id == id).cloned();
        let of_thread = self.thread.with_untracked(|thread| thread.as_ref().and_then(|it| find(it.messages())));
        of_thread
            .or_else(|| self.chats.open.with_untracked(|chat| chat.as_ref().and_then(|it| find(it.messages.all()))))
    }

    /// Shows what became of a message.
    pub(super) fn renew(self, message: Message) {
        if self.is_of_chat(&message) {
            return self.renew_said(message);
        }
        self.thread.update(|thread| {
            if let Some(thread) = thread.as_mut().filter(|thread| thread.ticket.id == message.conversation_id) {
                thread.renew(message);
            }
        });
    }
}
