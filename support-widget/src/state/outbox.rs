//! What the visitor wrote and the server has not confirmed. Sent one after another, so that the order stays; kept in storage
//! until confirmed, so that a reload loses nothing; named by a client id, so that a second try stores nothing twice.

use support_core::model::{AttachmentId, PersonId, TicketId, limits};

use super::{
    Call, Contact, Conversation, Effect, Failure, Moment, State, Thread, Timer, ToHost, contact, conversation, session,
    thread, wire::Post,
};
use crate::state::{feed::backoff_ms, session::Phase};

/// After this many tries the visitor decides.
const TRIES_MAX: u32 = 3;

/// A message under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) client_id: String,
    /// With a file: its name.
    pub(crate) body: String,
    /// What it carries; the server has it already.
    pub(crate) file: Option<AttachmentId>,
    pub(crate) target: Target,
    /// Milliseconds since 1970; no two entries share it.
    pub(crate) written_at: i64,
    /// Who wrote it, where the host vouches for them: nobody else's session may send it.
    pub(crate) author: Option<PersonId>,
    pub(crate) tries: u32,
    pub(crate) fate: Fate,
}

/// Where a message belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Written before the conversations were known.
    Undecided,
    /// Opens a conversation.
    New,
    Ticket(TicketId),
    /// The conversation that the message with this client id opens.
    With(String),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    #[default]
    Waiting,
    /// Accepted; shown until the message itself arrives.
    Sent(TicketId),
    /// Tried often enough. Holds up what was written after it.
    Stuck,
    /// Will never be accepted, and why.
    Rejected(String),
}

/// The entries in the order of writing.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) entries: Vec<Entry>,
    /// The client id of the one that is on its way.
    pub(crate) in_flight: Option<String>,
}

impl Outbox {
    /// Whether nothing waits to be sent.
    pub(crate) fn is_empty(&self) -> bool {
        !self.entries.iter().any(|entry| matches!(entry.fate, Fate::Waiting | Fate::Stuck))
    }

    /// Whether a message that failed holds up the ones after it.
    pub(crate) fn is_stuck(&self) -> bool {
        self.entries.iter().any(|entry| entry.fate == Fate::Stuck)
    }

    /// Takes back what an earlier page left.
    pub(crate) fn restore(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            let place = self.entries.partition_point(|known| known.written_at < entry.written_at);
            self.entries.insert(place, entry);
        }
    }

    /// The latest message that opens a conversation and has not been confirmed.
    pub(crate) fn opener(&self) -> Option<&str> {
        let opens = |entry: &&Entry| entry.target == Target::New && matches!(entry.fate, Fate::Waiting | Fate::Stuck);
        self.entries.iter().rev().find(opens).map(|entry| entry.client_id.as_str())
    }

    pub(crate) fn opens_ticket(&self) -> bool {
        self.opener().is_some()
    }

    /// The conversations are known now: messages written before that go to the open one, or open one.
    pub(crate) fn decide(&mut self, open: Option<TicketId>) {
        for at in 0..self.entries.len() {
            if self.entries[at].target == Target::Undecided {
                self.entries[at].target = match (open, self.opener()) {
                    (Some(ticket), _) => Target::Ticket(ticket),
                    (None, Some(opener)) => Target::With(opener.to_owned()),
                    (None, None) => Target::New,
                };
            }
        }
    }

    fn find(&mut self, client_id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.client_id == client_id)
    }

    fn take(&mut self, client_id: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.client_id == client_id)?;
        Some(self.entries.remove(at))
    }

    fn next(&self) -> Option<&Entry> {
        if self.in_flight.is_some() {
            return None;
        }
        let pending = self.entries.iter().find(|entry| matches!(entry.fate, Fate::Waiting | Fate::Stuck));
        pending.filter(|entry| entry.fate == Fate::Waiting)
    }

    /// Gives a second chance to what failed while nothing worked.
    pub(crate) fn revive(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.fate == Fate::Stuck) {
            entry.fate = Fate::Waiting;
            entry.tries = 0;
        }
    }

    /// Changes where waiting messages belong; what changed is written down anew.
    fn retarget(&mut self, from: &Target, to: &Target, effects: &mut Vec<Effect>) {
        for entry in
            self.entries.iter_mut().filter(|entry| entry.target == *from && !matches!(entry.fate, Fate::Sent(_)))
        {
            entry.target = to.clone();
            effects.push(Effect::Keep(Box::new(entry.clone())));
        }
    }

    /// The message that was to open a conversation will not: the next one does, and the rest follow that.
    fn succeed(&mut self, opener: &str, effects: &mut Vec<Effect>) {
        let followers = Target::With(opener.to_owned());
        let Some(heir) = self.entries.iter_mut().find(|entry| entry.target == followers) else { return };
        heir.target = Target::New;
        effects.push(Effect::Keep(Box::new(heir.clone())));
        let to = Target::With(heir.client_id.clone());
        self.retarget(&followers, &to, effects);
    }
}

/// Takes a message of the visitor.
pub(crate) fn write(state: &mut State, body: &str, client_id: String, moment: Moment, effects: &mut Vec<Effect>) {
    // Pasted from anywhere: what no message may hold is dropped, not refused. A text field's line ends are always `\n`.
    let body: String = body
        .trim_end()
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .take(limits::BODY_MAX)
        .collect();
    let body = body.trim_start_matches('\n').to_owned();
    if !body.trim().is_empty() {
        add(state, body, None, client_id, moment, effects);
    }
}

/// Takes a message of the visitor, or a file that the server has.
pub(crate) fn add(
    state: &mut State,
    body: String,
    file: Option<AttachmentId>,
    client_id: String,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let last = state.outbox.entries.last().map_or(0, |entry| entry.written_at);
    let entry = Entry {
        client_id,
        body,
        file,
        target: conversation::target(state),
        written_at: (moment.now_ms as i64).max(last + 1),
        author: state.contact.id.filter(|_| state.contact.verified),
        tries: 0,
        fate: Fate::Waiting,
    };
    effects.extend([Effect::Keep(Box::new(entry.clone())), Effect::Tell(ToHost::Started)]);
    state.outbox.entries.push(entry);
    contact::forget_thanks(state);
    session::begin(state, effects);
    flush(state, effects);
}

/// Sends the first message that waits, if something may be sent.
pub(crate) fn flush(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.session.is_active() || !state.tickets_known || !state.online {
        return;
    }
    let Some(entry) = state.outbox.next() else { return };
    let (client_id, body, file) = (entry.client_id.clone(), entry.body.clone(), entry.file);
    let target = entry.target.clone();
    state.outbox.in_flight = Some(client_id.clone());
    let call = match target {
        Target::Ticket(ticket) => Call::Reply { client_id, ticket, body, file },
        Target::New | Target::Undecided | Target::With(_) => Call::Open { client_id, body, file },
    };
    effects.push(Effect::Call(call));
}

pub(crate) fn opened(
    state: &mut State,
    client_id: &str,
    answer: Result<Conversation, Failure>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.outbox.in_flight.take_if(|sent| sent == client_id);
    match answer {
        Ok(ticket) => {
            let id = ticket.id;
            conversation::put(state, ticket);
            settle(state, client_id, id, effects);
            flush(state, effects);
        }
        Err(failure) => failed(state, client_id, failure, moment, effects),
    }
}

pub(crate) fn replied(
    state: &mut State,
    client_id: &str,
    answer: Result<Post, Failure>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.outbox.in_flight.take_if(|sent| sent == client_id);
    match answer {
        Ok(message) => {
            let ticket = message.ticket;
            arrived(state, client_id, ticket, effects);
            if state.current == Some(ticket) {
                thread::add(state, message, effects);
            }
            flush(state, effects);
        }
        Err(failure) => failed(state, client_id, failure, moment, effects),
    }
}

/// The message itself is here, by whatever way: its entry has done its work.
pub(crate) fn arrived(state: &mut State, client_id: &str, ticket: TicketId, effects: &mut Vec<Effect>) {
    settle(state, client_id, ticket, effects);
    state.outbox.take(client_id);
}

/// The server has the message, by its answer or by the feed. If it opened the ticket, what was written after it belongs there:
/// the followers are written down before the opener is forgotten, so a crash between the two repeats the opener, which is harmless.
pub(crate) fn settle(state: &mut State, client_id: &str, ticket: TicketId, effects: &mut Vec<Effect>) {
    let Some(entry) = state.outbox.find(client_id).filter(|entry| !matches!(entry.fate, Fate::Sent(_))) else { return };
    let opener = !matches!(entry.target, Target::Ticket(_));
    entry.fate = Fate::Sent(ticket);
    state.outbox.retarget(&Target::With(client_id.to_owned()), &Target::Ticket(ticket), effects);
    effects.push(Effect::Forget(client_id.to_owned()));
    contact::ask_for_email(state);
    if opener {
        effects.push(ToHost::event("conversation:started", None, Some(ticket)));
    }
    effects.push(ToHost::event("message:sent", Some(client_id.to_owned()), Some(ticket)));
    if opener && state.current.is_none() {
        state.fresh = false;
        state.current = Some(ticket);
        state.thread = Thread { ticket: Some(ticket), ..Thread::default() };
        thread::load(state, effects);
    }
}

fn failed(state: &mut State, client_id: &str, failure: Failure, moment: Moment, effects: &mut Vec<Effect>) {
    if failure.is_status(401) {
        return session::renew(state, moment, effects);
    }
    let online = state.online;
    let Some(entry) = state.outbox.find(client_id) else { return };
    if let (true, Target::Ticket(gone)) = (failure.is_status(404), entry.target.clone()) {
        return start_over(state, gone, client_id, effects);
    }
    match failure {
        // Nothing was tried: it waits for the network.
        Failure::Network if !online => {}
        failure if failure.is_passing() => {
            entry.tries += 1;
            if entry.tries >= TRIES_MAX {
                entry.fate = Fate::Stuck;
            } else {
                let wait_ms = backoff_ms(entry.tries, moment.roll);
                effects.push(Effect::After { wait_ms, timer: Timer::Flush });
            }
        }
        Failure::Refused { detail, .. } => {
            entry.fate = Fate::Rejected(detail);
            state.outbox.succeed(client_id, effects);
            flush(state, effects);
        }
        Failure::Network => {}
    }
}

/// The conversation is not ours any more, for the session ended meanwhile: the messages open a new one.
fn start_over(state: &mut State, gone: TicketId, client_id: &str, effects: &mut Vec<Effect>) {
    state.outbox.retarget(&Target::Ticket(gone), &Target::With(client_id.to_owned()), effects);
    if let Some(entry) = state.outbox.find(client_id) {
        entry.target = Target::New;
        effects.push(Effect::Keep(Box::new(entry.clone())));
    }
    state.tickets.retain(|ticket| ticket.id != gone);
    if state.current == Some(gone) {
        thread::show(state, None, effects);
    }
    flush(state, effects);
}

pub(crate) fn retry(state: &mut State, client_id: &str, effects: &mut Vec<Effect>) {
    if let Some(entry) = state.outbox.find(client_id) {
        entry.fate = Fate::Waiting;
        entry.tries = 0;
    }
    if state.session.phase == Phase::Refused {
        session::begin(state, effects);
    }
    flush(state, effects);
}

pub(crate) fn discard(state: &mut State, client_id: &str, effects: &mut Vec<Effect>) {
    if state.outbox.take(client_id).is_some() {
        effects.push(Effect::Forget(client_id.to_owned()));
        state.outbox.succeed(client_id, effects);
    }
    flush(state, effects);
}

/// What somebody else wrote in this browser is not sent in this one's name.
pub(crate) fn drop_foreign(state: &mut State, contact: &Contact, effects: &mut Vec<Effect>) {
    state.outbox.entries.retain(|entry| {
        let own = entry.author.is_none_or(|author| Some(author) == contact.id);
        if !own {
            effects.push(Effect::Forget(entry.client_id.clone()));
        }
        own
    });
}
