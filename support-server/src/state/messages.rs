//! The messages of an open conversation, of whatever kind.

use support_core::protocol::{Message, Page};

/// What is loaded of a thread: its newest messages, ascending, without gaps.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Messages {
    all: Vec<Message>,
    older: Option<String>,
}

/// What a message that arrives does to a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It is there now, behind the others.
    Added,
    /// It was there already, and is up to date now.
    Known,
    /// Some before it are missing: fetch what follows this `seq`.
    Gap(i64),
}

impl Messages {
    /// The newest messages as the API answered them.
    #[must_use]
    pub fn new(page: Page<Message>) -> Self {
        Self { all: page.data, older: page.previous }
    }

    /// Those that are loaded, ascending.
    #[must_use]
    pub fn all(&self) -> &[Message] {
        &self.all
    }

    /// Where older messages end; `None`: the first one is here.
    #[must_use]
    pub fn older(&self) -> Option<&str> {
        self.older.as_deref()
    }

    /// The newest message that is here.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        self.all.last().map_or(0, |message| message.seq)
    }

    /// Those up to a place, to be changed.
    pub fn up_to(&mut self, seq: i64) -> impl Iterator<Item = &mut Message> {
        self.all.iter_mut().filter(move |message| message.seq <= seq)
    }

    /// Takes a message from the feed or from an answer.
    pub fn take(&mut self, message: Message) -> Arrival {
        match self.all.binary_search_by_key(&message.seq, |known| known.seq) {
            Ok(place) => {
                // The feed's copy leaves the sender's id out where the answer had it.
                let client_id = self.all[place].client_id.take().or(message.client_id.clone());
                self.all[place] = Message { client_id, ..message };
                Arrival::Known
            }
            Err(_) if message.seq > self.last_seq() + 1 => Arrival::Gap(self.last_seq()),
            Err(place) => {
                self.all.insert(place, message);
                Arrival::Added
            }
        }
    }

    /// Takes what became of a message that is here.
    pub fn renew(&mut self, message: Message) {
        if self.all.binary_search_by_key(&message.seq, |known| known.seq).is_ok() {
            self.take(message);
        }
    }

    /// Takes messages that were asked for, ascending.
    pub fn take_all(&mut self, messages: Vec<Message>) {
        for message in messages {
            if let Err(place) = self.all.binary_search_by_key(&message.seq, |known| known.seq) {
                self.all.insert(place, message);
            }
        }
    }

    /// Puts the page that `cursor` asked for in front.
    pub fn prepend(&mut self, cursor: &str, page: Page<Message>) {
        if self.older.as_deref() != Some(cursor) {
            return;
        }
        self.older = page.previous;
        self.take_all(page.data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::{inbound, outbound, page};

    fn messages() -> Messages {
        Messages::new(page([inbound(3), outbound(4)], None))
    }

    fn seqs(messages: &Messages) -> Vec<i64> {
        messages.all().iter().map(|message| message.seq).collect()
    }

    #[test]
    fn messages_are_added_once_and_a_jump_is_noticed() {
        let mut messages = messages();
        assert_eq!(messages.take(inbound(5)), Arrival::Added);
        assert_eq!(messages.take(inbound(5)), Arrival::Known);
        assert_eq!(messages.take(inbound(8)), Arrival::Gap(5));
        messages.take_all(vec![inbound(6), inbound(7), inbound(8)]);
        assert_eq!(seqs(&messages), [3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn the_senders_id_survives_the_feeds_copy() {
        let mut messages = messages();
        messages.take(Message { client_id: Some("c".into()), ..outbound(5) });
        messages.take(Message { client_id: None, ..outbound(5) });
        assert_eq!(messages.all()[2].client_id.as_deref(), Some("c"));
    }

    #[test]
    fn older_pages_stand_in_front_and_only_the_one_that_was_asked_for() {
        let mut messages = Messages::new(Page { previous: Some("p".into()), ..page([inbound(3)], None) });
        messages.prepend("other", page([inbound(1)], None));
        assert_eq!(seqs(&messages), [3]);
        messages.prepend("p", page([inbound(1), inbound(2)], None));
        assert_eq!(seqs(&messages), [1, 2, 3]);
        assert_eq!(messages.older(), None);
    }
}
