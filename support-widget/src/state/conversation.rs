//! The visitor's conversations, and which of them is on the screen.

use support_core::{model::TicketId, protocol::UpFrame};

use super::{
    Call, Conversation, Effect, Failure, Moment, State, Timer, ToHost, outbox, session, thread, wire::Conversations,
};
use crate::state::{outbox::Target, thread::Phase};

/// The desk is told that the visitor writes at most this often.
const TYPING_EVERY_MS: f64 = 3_000.0;

/// Fetches the conversations, and then the thread on the screen.
pub(crate) fn load(state: &mut State, effects: &mut Vec<Effect>) {
    if state.session.is_active() {
        effects.push(Effect::Call(Call::LoadTickets));
    } else {
        session::begin(state, effects);
    }
}

pub(crate) fn loaded(
    state: &mut State,
    answer: Result<Conversations, Failure>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let tickets = match answer {
        Ok(Conversations(tickets)) => tickets,
        Err(failure) if failure.is_status(401) => return session::renew(state, moment, effects),
        Err(failure) => {
            if failure.is_passing() {
                session::again(state, Timer::Load, moment, effects);
            }
            return;
        }
    };
    state.session.failures = 0;
    state.tickets_known = true;
    for ticket in tickets {
        put(state, ticket);
    }
    let open = state.tickets.iter().find(|ticket| !ticket.done).map(|ticket| ticket.id);
    let newest = open.or(state.tickets.first().map(|ticket| ticket.id));
    state.outbox.decide(open);
    if state.current.is_some() {
        thread::load(state, effects);
    } else if !state.fresh && !state.outbox.opens_ticket() {
        thread::show(state, newest, effects);
    }
    outbox::flush(state, effects);
}

/// Puts a ticket as it is now into the list, unless the list has a newer one.
pub(crate) fn put(state: &mut State, ticket: Conversation) {
    if let Some(at) = state.tickets.iter().position(|known| known.id == ticket.id) {
        if state.tickets[at].version > ticket.version {
            return;
        }
        state.tickets.remove(at);
    }
    let place = state.tickets.partition_point(|known| known.at_ms > ticket.at_ms);
    state.tickets.insert(place, ticket);
}

/// Puts a ticket of the feed into the list, and tells the host when it became done.
pub(crate) fn put_live(state: &mut State, ticket: Conversation, effects: &mut Vec<Effect>) {
    let (id, done) = (ticket.id, ticket.done);
    let before = state.tickets.iter().find(|known| known.id == id).is_some_and(|known| known.done);
    put(state, ticket);
    if done && !before {
        effects.push(ToHost::event("conversation:resolved", None, Some(id)));
    }
    // Another tab of the same visitor opened it while nothing stood here.
    if state.tickets_known && state.current.is_none() && !state.fresh && !done && !state.outbox.opens_ticket() {
        thread::show(state, Some(id), effects);
    }
}

pub(crate) fn start_new(state: &mut State, effects: &mut Vec<Effect>) {
    thread::show(state, None, effects);
    state.fresh = true;
    effects.push(Effect::FocusComposer);
}

pub(crate) fn show(state: &mut State, ticket: Option<TicketId>, effects: &mut Vec<Effect>) {
    if state.current != ticket && state.tickets.iter().any(|known| Some(known.id) == ticket) {
        thread::show(state, ticket, effects);
    }
}

pub(crate) fn tell_typing(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let Some(ticket) = state.current else { return };
    if state.feed.is_up() && moment.now_ms - state.typing_told_at >= TYPING_EVERY_MS {
        state.typing_told_at = moment.now_ms;
        effects.push(Effect::Say(UpFrame::Typing { ticket }));
    }
}

/// What stands before somebody's eyes counts as read.
pub(crate) fn read_what_is_seen(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.watched() || !state.session.is_active() || state.thread.phase != Phase::Ready {
        return;
    }
    let up_to_seq = state.thread.last_seq();
    let Some(current) = state.current else { return };
    let ticket = state.tickets.iter_mut().find(|ticket| ticket.id == current);
    let Some(ticket) = ticket.filter(|ticket| ticket.unread > 0 && ticket.last_seq <= up_to_seq) else { return };
    // At once, so that it is told once; the answer corrects it.
    ticket.unread = 0;
    effects.push(Effect::Call(Call::MarkRead { ticket: current, up_to_seq }));
}

/// What a message written now belongs to.
pub(crate) fn target(state: &State) -> Target {
    if let Some(current) = state.current {
        return Target::Ticket(current);
    }
    if !state.tickets_known && !state.fresh {
        return Target::Undecided;
    }
    match state.outbox.opener() {
        Some(opener) => Target::With(opener.to_owned()),
        None => Target::New,
    }
}
