//! The visitor's session: nothing of it exists before the visitor acts.

use super::{
    Call, Effect, Failure, Moment, State, Thread, Timer, ToHost, contact, conversation, feed, outbox, wire::Visit,
};
use crate::state::feed::backoff_ms;

/// A session that is refused again sooner than this will not get better by a third one.
const RENEW_EVERY_MS: f64 = 60_000.0;

/// Where the session stands.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) phase: Phase,
    /// The host has a token that says who the visitor is.
    pub(crate) identify: bool,
    /// When the session was last started anew because a call was refused.
    renewed_at: Option<f64>,
    pub(crate) failures: u32,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    None,
    /// The server is asked whether the cookie still counts.
    Finding,
    /// The host is asked for its token.
    AskingIdentity,
    Starting,
    Active,
    /// The server did not let us in; the visitor may try again.
    Refused,
}

impl Session {
    pub(crate) fn is_active(&self) -> bool {
        self.phase == Phase::Active
    }
}

/// Starts a session, or resumes the cookie's. Only ever called for something that the visitor did, now or on an earlier page.
pub(crate) fn begin(state: &mut State, effects: &mut Vec<Effect>) {
    if !matches!(state.session.phase, Phase::None | Phase::Refused) {
        return;
    }
    if state.session.identify {
        state.session.phase = Phase::AskingIdentity;
        effects.push(Effect::Tell(ToHost::Identity));
    } else {
        state.session.phase = Phase::Starting;
        effects.push(Effect::Call(Call::StartSession { identity: None }));
    }
}

/// The visitor wrote something on an earlier page: look for answers, and send what stayed behind.
pub(crate) fn resume(state: &mut State, effects: &mut Vec<Effect>) {
    if state.session.identify || !state.outbox.is_empty() {
        begin(state, effects);
    } else if state.session.phase == Phase::None {
        state.session.phase = Phase::Finding;
        effects.push(Effect::Call(Call::FindSession));
    }
}

pub(crate) fn identify(state: &mut State, effects: &mut Vec<Effect>) {
    state.session.identify = true;
    if matches!(state.session.phase, Phase::Active | Phase::Starting | Phase::Finding) {
        state.session.phase = Phase::None;
        begin(state, effects);
    } else if state.open {
        begin(state, effects);
    }
}

pub(crate) fn identity(state: &mut State, token: Option<String>, effects: &mut Vec<Effect>) {
    if state.session.phase != Phase::AskingIdentity {
        return;
    }
    // Never on as a stranger: the host said that it knows the visitor.
    if token.is_none() {
        state.session.phase = Phase::Refused;
        effects.push(Effect::Tell(ToHost::Identified { contact_id: None }));
        return;
    }
    state.session.phase = Phase::Starting;
    effects.push(Effect::Call(Call::StartSession { identity: token }));
}

pub(crate) fn found(state: &mut State, answer: Result<Visit, Failure>, moment: Moment, effects: &mut Vec<Effect>) {
    match answer {
        Err(failure) if failure.is_status(401) => renew(state, moment, effects),
        // A feed that would not open made us ask: the session is not to blame.
        _ if state.session.phase != Phase::Finding => {}
        Ok(session) => activate(state, session, moment, effects),
        Err(failure) => {
            state.session.phase = Phase::None;
            if failure.is_passing() {
                again(state, Timer::Begin, moment, effects);
            }
        }
    }
}

pub(crate) fn started(state: &mut State, answer: Result<Visit, Failure>, moment: Moment, effects: &mut Vec<Effect>) {
    if state.session.phase != Phase::Starting {
        return;
    }
    match answer {
        Ok(session) => activate(state, session, moment, effects),
        Err(failure) if failure.is_passing() => {
            state.session.phase = Phase::None;
            again(state, Timer::Begin, moment, effects);
        }
        Err(_) => {
            state.session.phase = Phase::Refused;
            if state.session.identify {
                effects.push(Effect::Tell(ToHost::Identified { contact_id: None }));
            }
        }
    }
}

fn activate(state: &mut State, session: Visit, moment: Moment, effects: &mut Vec<Effect>) {
    state.session.phase = Phase::Active;
    state.session.failures = 0;
    // The answers to what was asked before are dropped: it is asked again.
    state.outbox.in_flight = None;
    state.thread.loading_earlier = false;
    contact::ask_again(state);
    let contact = session.contact;
    if state.contact.id.is_some_and(|before| Some(before) != contact.id) {
        forget_conversations(state);
    }
    outbox::drop_foreign(state, &contact, effects);
    if state.session.identify {
        effects.push(Effect::Tell(ToHost::Identified { contact_id: contact.id.map(|id| id.to_string()) }));
    }
    state.contact = contact;
    feed::connect_at(state, session.cursor, moment, effects);
    conversation::load(state, effects);
}

/// A call was refused with 401: start the session again, once.
pub(crate) fn renew(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    match state.session.phase {
        // The cookie of an earlier page has ended. Start anew only if the visitor wants something.
        Phase::Finding => {
            state.session.phase = Phase::None;
            if state.open || !state.outbox.is_empty() {
                begin(state, effects);
            } else {
                effects.push(Effect::Tell(ToHost::Ended));
            }
        }
        Phase::Active if state.session.renewed_at.is_none_or(|at| moment.now_ms - at > RENEW_EVERY_MS) => {
            state.session.renewed_at = Some(moment.now_ms);
            state.session.phase = Phase::None;
            begin(state, effects);
        }
        Phase::Active => {
            state.session.phase = Phase::Refused;
            feed::stop(state, effects);
        }
        // Already under way.
        Phase::None | Phase::AskingIdentity | Phase::Starting | Phase::Refused => {}
    }
}

/// Ends the session, also one of an earlier page, and forgets everything that belonged to it.
pub(crate) fn log_out(state: &mut State, known: bool, effects: &mut Vec<Effect>) {
    feed::stop(state, effects);
    effects.extend([Effect::ForgetAll, Effect::Tell(ToHost::Ended)]);
    if known || state.session.phase != Phase::None {
        effects.push(Effect::Call(Call::EndSession));
    }
    let before = std::mem::take(state);
    *state = State {
        settings: before.settings,
        online: before.online,
        visible: before.visible,
        feed: before.feed,
        told: before.told,
        ..State::default()
    };
}

/// The network is back: no need to sit out the rest of the wait.
pub(crate) fn network_changed(state: &mut State, effects: &mut Vec<Effect>) {
    if state.online && state.session.failures > 0 {
        again_due(state, effects);
    }
}

/// After a failure. A visitor who does not want anything right now gets no new session, only the old one back.
pub(crate) fn again_due(state: &mut State, effects: &mut Vec<Effect>) {
    match state.session.phase {
        Phase::None if state.open => begin(state, effects),
        Phase::None => resume(state, effects),
        _ => {}
    }
}

pub(crate) fn again(state: &mut State, timer: Timer, moment: Moment, effects: &mut Vec<Effect>) {
    state.session.failures += 1;
    effects.push(Effect::After { wait_ms: backoff_ms(state.session.failures, moment.roll), timer });
}

fn forget_conversations(state: &mut State) {
    state.tickets.clear();
    state.tickets_known = false;
    state.current = None;
    state.fresh = false;
    state.typing = None;
    state.thread = Thread::default();
}
