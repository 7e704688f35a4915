//! Conversations among colleagues: their list, and the open one.

use support_core::{
    model::{ConversationId, ConversationKind, Direction, PersonId},
    protocol::{Conversation, Message, Page},
};

use super::{Clock, Entry, Messages, entry::lines_of};

/// The open conversation.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chat {
    /// Which one.
    pub id: ConversationId,
    /// What was said.
    pub messages: Messages,
}

impl Chat {
    /// A conversation with its newest messages.
    #[must_use]
    pub fn new(id: ConversationId, page: Page<Message>) -> Self {
        Self { id, messages: Messages::new(page) }
    }

    /// The first message that is not read.
    #[must_use]
    pub fn first_unread(&self) -> Option<i64> {
        self.messages.all().iter().find(|message| !message.is_read && message.deleted_at.is_none()).map(|it| it.seq)
    }

    /// Shows how far the others have read what one wrote.
    pub fn tick(&mut self, conversation: &Conversation, me: PersonId) {
        let read: Vec<i64> =
            conversation.participants.iter().filter(|other| other.id != me).map(|other| other.read_seq).collect();
        let (Some(all), Some(any)) = (read.iter().min(), read.iter().max()) else { return };
        for message in self.messages.up_to(*any).filter(|message| message.author.id == Some(me)) {
            message.receipts.delivered = true;
            message.receipts.read |= message.seq <= *all;
        }
    }

    /// The lines to draw, oldest first. One's own messages stand where the desk's stand in a ticket.
    #[must_use]
    pub fn lines(&self, me: PersonId, unread_from: Option<i64>, clock: Clock) -> Vec<Entry> {
        let seen = |message: &Message| {
            let own = message.author.id == Some(me);
            Message { direction: if own { Direction::Outbound } else { Direction::Inbound }, ..message.clone() }
        };
        lines_of(&self.messages.all().iter().map(seen).collect::<Vec<_>>(), unread_from, clock)
    }
}

/// What a conversation is called: its title, or the others in it.
#[must_use]
pub fn chat_title(conversation: &Conversation, me: PersonId) -> String {
    if !conversation.title.is_empty() {
        return conversation.title.clone();
    }
    let others = conversation.participants.iter().filter(|participant| participant.id != me);
    let names: Vec<&str> = others.map(|participant| participant.name.as_str()).collect();
    if names.is_empty() { "Only you".to_owned() } else { names.join(", ") }
}

/// Takes a conversation as it is now, unless it is older than what is known, and keeps the list in order.
pub fn take_chat(chats: &mut Vec<Conversation>, chat: Conversation) {
    match chats.iter_mut().find(|known| known.id == chat.id) {
        Some(known) if known.version > chat.version => {}
        Some(known) => *known = chat,
        None => chats.push(chat),
    }
    chats.sort_by_key(|chat| std::cmp::Reverse((chat.last_message_at.unwrap_or(chat.created_at), chat.id)));
}

/// How many conversations have something unread.
#[must_use]
pub fn unread_chats(chats: &[Conversation]) -> usize {
    chats.iter().filter(|chat| chat.unread_count > 0).count()
}

/// Whether it may get a title and other people.
#[must_use]
pub fn is_group(chat: &Conversation) -> bool {
    chat.kind == ConversationKind::Group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Zone,
        fake::{ME, OTHER, at, chat, outbound, page},
    };

    fn theirs(seq: i64) -> Message {
        let mut message = outbound(seq);
        message.author.id = Some(OTHER);
        message.is_read = false;
        message
    }

    #[test]
    fn the_list_follows_what_is_said_and_takes_nothing_old() {
        let mut chats = vec![chat(1, 10), chat(2, 5)];
        take_chat(&mut chats, Conversation { version: 2, unread_count: 1, ..chat(2, 20) });
        assert_eq!(chats.iter().map(|chat| chat.last_seq).collect::<Vec<_>>(), [20, 10]);
        assert_eq!(unread_chats(&chats), 1);
        take_chat(&mut chats, Conversation { title: "old".into(), ..chat(2, 30) });
        assert_ne!(chats[0].title, "old");
        take_chat(&mut chats, chat(3, 1));
        assert_eq!(chats.len(), 3);
    }

    #[test]
    fn a_conversation_without_a_title_is_called_by_the_others() {
        let untitled = Conversation { title: String::new(), ..chat(1, 1) };
        assert_eq!(chat_title(&untitled, ME), "Ben");
        assert_eq!(chat_title(&chat(1, 1), ME), "Group 1");
        assert_eq!(chat_title(&Conversation { participants: Vec::new(), ..untitled }, ME), "Only you");
    }

    #[test]
    fn ticks_follow_those_who_have_read_least_and_most() {
        let mut open = Chat::new(chat(1, 1).id, page([outbound(1), outbound(2), theirs(3)], None));
        let mut group = chat(1, 3);
        group.participants[1].read_seq = 2;
        group.participants.push(support_core::protocol::Participant {
            id: PersonId(uuid::Uuid::from_u128(9)),
            read_seq: 1,
            ..group.participants[1].clone()
        });
        open.tick(&group, ME);
        let ticks: Vec<_> = open.messages.all().iter().map(|it| (it.receipts.delivered, it.receipts.read)).collect();
        assert_eq!(ticks, [(true, true), (true, false), (false, false)]);
    }

    #[test]
    fn own_messages_stand_on_ones_own_side() {
        let open = Chat::new(chat(1, 1).id, page([outbound(1), theirs(2)], None));
        assert_eq!(open.first_unread(), Some(2));
        let lines = open.lines(ME, Some(2), Clock { now: at(1_000), zone: Zone::Utc });
        let sides: Vec<_> = lines
            .iter()
            .filter_map(|line| if let Entry::Message { message, .. } = line { Some(message.direction) } else { None })
            .collect();
        assert_eq!(sides, [Direction::Outbound, Direction::Inbound]);
        assert!(lines.contains(&Entry::Unread));
    }
}
