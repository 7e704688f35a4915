//! The messages of the conversation on the screen: each once, in the order of the server's `seq`.

use support_core::model::TicketId;

use super::{
    Call, Effect, Failure, Fate, Moment, Part, State, outbox, session,
    wire::{Post, Posts},
};

/// One thread.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    pub(crate) ticket: Option<TicketId>,
    pub(crate) phase: Phase,
    /// Ascending by `seq`, no id twice.
    pub(crate) messages: Vec<Post>,
    /// Where the page before the first message ends.
    pub(crate) earlier: Option<String>,
    pub(crate) loading_earlier: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A new conversation, or all of it is here.
    #[default]
    Ready,
    Loading,
    Failed,
}

impl Thread {
    pub(crate) fn last_seq(&self) -> i64 {
        self.messages.last().map_or(0, |message| message.seq)
    }

    /// Puts a message in its place; a later copy of one that is there replaces it. True when it is new.
    fn insert(&mut self, message: Post) -> bool {
        let place = self.messages.partition_point(|other| other.seq < message.seq);
        if let Some(known) = self.messages.get_mut(place).filter(|known| known.id == message.id) {
            *known = message;
            return false;
        }
        self.messages.insert(place, message);
        true
    }

    /// Takes what became of a message that is here.
    pub(crate) fn renew(&mut self, message: Post) {
        if self.messages.iter().any(|known| known.id == message.id) {
            self.insert(message);
        }
    }

    /// The desk has read the visitor's messages up to here.
    pub(crate) fn read_by_desk(&mut self, up_to_seq: i64) {
        for message in &mut self.messages {
            if message.own && message.seq <= up_to_seq {
                message.delivered = true;
                message.read = true;
            }
        }
    }
}

/// Puts another conversation on the screen; `None` is an empty one.
pub(crate) fn show(state: &mut State, ticket: Option<TicketId>, effects: &mut Vec<Effect>) {
    state.current = ticket;
    state.fresh = false;
    state.typing = None;
    state.thread = Thread { ticket, ..Thread::default() };
    load(state, effects);
}

/// Fetches the newest page of the thread on the screen.
pub(crate) fn load(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(ticket) = state.thread.ticket {
        state.thread.phase = Phase::Loading;
        effects.push(Effect::Call(Call::LoadMessages { ticket, part: Part::Newest }));
    }
}

pub(crate) fn load_earlier(state: &mut State, effects: &mut Vec<Effect>) {
    let (Some(ticket), Some(cursor), false) =
        (state.thread.ticket, state.thread.earlier.clone(), state.thread.loading_earlier)
    else {
        return;
    };
    state.thread.loading_earlier = true;
    effects.push(Effect::Call(Call::LoadMessages { ticket, part: Part::Before(cursor) }));
}

pub(crate) fn loaded(
    state: &mut State,
    ticket: TicketId,
    part: &Part,
    answer: Result<Posts, Failure>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    if state.thread.ticket != Some(ticket) {
        return;
    }
    if matches!(part, Part::Before(_)) {
        state.thread.loading_earlier = false;
    }
    let page = match answer {
        Ok(page) => page,
        Err(failure) => {
            if *part == Part::Newest {
                state.thread.phase = Phase::Failed;
            }
            if failure.is_status(401) {
                session::renew(state, moment, effects);
            }
            return;
        }
    };
    match part {
        Part::Newest => {
            state.thread.phase = Phase::Ready;
            // Older messages that this page does not reach would leave a hole: they come again by `earlier`.
            let first = page.posts.first().map_or(i64::MAX, |message| message.seq);
            state.thread.messages.retain(|message| message.seq >= first);
            state.thread.earlier = page.previous;
            // Asked for after they were accepted, so they are in it.
            state.outbox.entries.retain(|entry| entry.fate != Fate::Sent(ticket));
        }
        Part::Before(_) => state.thread.earlier = page.previous,
        Part::After(_) => {
            if let (true, Some(last)) = (page.more, page.posts.last()) {
                let part = Part::After(last.seq);
                effects.push(Effect::Call(Call::LoadMessages { ticket, part }));
            }
        }
    }
    for message in page.posts {
        add(state, message, effects);
    }
}

/// Takes a message of the conversation on the screen. True when it was not there.
pub(crate) fn add(state: &mut State, message: Post, effects: &mut Vec<Effect>) -> bool {
    if let Some(client_id) = &message.client_id {
        outbox::arrived(state, client_id, message.ticket, effects);
    }
    state.thread.insert(message)
}

/// Takes a message of the feed, and asks for what lies between it and the one before. Notes of the desk take numbers too, so
/// a jump is mostly nothing.
pub(crate) fn add_live(state: &mut State, message: Post, effects: &mut Vec<Effect>) -> bool {
    let last_seq = state.thread.last_seq();
    if state.thread.phase == Phase::Ready && message.seq > last_seq + 1 {
        let part = Part::After(last_seq);
        effects.push(Effect::Call(Call::LoadMessages { ticket: message.ticket, part }));
    }
    add(state, message, effects)
}
