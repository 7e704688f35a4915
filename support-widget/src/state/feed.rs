//! The live feed: connected while a session is active, resumed at the last cursor, watched for silence.

use super::{
    Call, Effect, Moment, State, Timer, ToHost, conversation,
    effect::Announcement,
    outbox, thread,
    wire::{Heard, Post, What},
};

const BACKOFF_FIRST_MS: u32 = 500;
const BACKOFF_MAX_MS: u32 = 30_000;
/// The server pings every 15 s.
const SILENCE_MS: u32 = 40_000;
/// A short outage is nobody's business.
const BANNER_AFTER_MS: u32 = 3_000;
const TYPING_LASTS_MS: u32 = 6_000;

/// Where the feed stands.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    pub(crate) phase: Phase,
    cursor: String,
    /// Connections that failed since the last `ready`.
    failures: u32,
    /// Counts connections and outages: an older timer has no say.
    round: u32,
    /// The round in which the present outage began.
    out_since: Option<u32>,
    heard_at: f64,
    /// Whether the visitor is told about the outage.
    pub(crate) banner: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    Off,
    Connecting,
    Up,
    Down,
}

impl Feed {
    #[cfg(test)]
    pub(crate) const fn round(&self) -> u32 {
        self.round
    }

    pub(crate) fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    /// Whether it should work and does not.
    pub(crate) fn is_out(&self) -> bool {
        self.out_since.is_some()
    }
}

/// Doubles with every failure up to a limit; half of it is luck, so that a restarted server is not met by all at once.
pub(crate) fn backoff_ms(failures: u32, roll: f64) -> u32 {
    let full = BACKOFF_FIRST_MS.saturating_mul(1 << failures.min(6)).min(BACKOFF_MAX_MS);
    let half = full / 2;
    half + (f64::from(half) * roll) as u32
}

pub(crate) fn connect_at(state: &mut State, cursor: String, moment: Moment, effects: &mut Vec<Effect>) {
    state.feed.cursor = cursor;
    connect(state, moment, effects);
}

fn connect(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.feed.round += 1;
    state.feed.phase = Phase::Connecting;
    state.feed.heard_at = moment.now_ms;
    let round = state.feed.round;
    effects.push(Effect::ConnectFeed { since: state.feed.cursor.clone() });
    effects.push(Effect::After { wait_ms: SILENCE_MS / 2, timer: Timer::Silence(round) });
}

pub(crate) fn stop(state: &mut State, effects: &mut Vec<Effect>) {
    state.feed = Feed { round: state.feed.round + 1, ..Feed::default() };
    effects.push(Effect::DropFeed);
}

pub(crate) fn down(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let feed = &mut state.feed;
    if !matches!(feed.phase, Phase::Connecting | Phase::Up) {
        return;
    }
    feed.failures += 1;
    feed.round += 1;
    feed.phase = Phase::Down;
    state.typing = None;
    let round = feed.round;
    if feed.out_since.is_none() {
        feed.out_since = Some(round);
        effects.push(Effect::After { wait_ms: BANNER_AFTER_MS, timer: Timer::Banner(round) });
    }
    if !state.online {
        return;
    }
    effects.push(Effect::After { wait_ms: backoff_ms(feed.failures, moment.roll), timer: Timer::Reconnect(round) });
    // A refused handshake does not say why. Perhaps the session ended: a request tells.
    if feed.failures.is_multiple_of(3) {
        effects.push(Effect::Call(Call::FindSession));
    }
}

pub(crate) fn network_changed(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    match (state.online, state.feed.phase) {
        (true, Phase::Down) => connect(state, moment, effects),
        (false, Phase::Connecting | Phase::Up) => {
            effects.push(Effect::DropFeed);
            down(state, moment, effects);
        }
        _ => {}
    }
}

pub(crate) fn due(state: &mut State, timer: Timer, moment: Moment, effects: &mut Vec<Effect>) {
    match timer {
        Timer::Reconnect(round) if round == state.feed.round && state.online => connect(state, moment, effects),
        Timer::Silence(round) if round == state.feed.round => {
            if moment.now_ms - state.feed.heard_at >= f64::from(SILENCE_MS) {
                effects.push(Effect::DropFeed);
                down(state, moment, effects);
            } else {
                effects.push(Effect::After { wait_ms: SILENCE_MS / 2, timer });
            }
        }
        Timer::Banner(round) => state.feed.banner |= state.feed.out_since == Some(round),
        _ => {}
    }
}

pub(crate) fn heard(state: &mut State, heard: Heard, moment: Moment, effects: &mut Vec<Effect>) {
    if state.feed.phase == Phase::Off {
        return;
    }
    state.feed.heard_at = moment.now_ms;
    if let Some(cursor) = heard.cursor {
        state.feed.cursor = cursor;
    }
    match heard.what {
        What::Ready => up(state, effects),
        What::Reset => conversation::load(state, effects),
        What::Typing { ticket, name } if state.current == Some(ticket) => typing(state, name, moment, effects),
        What::Change { conversation, post, renewed, read_by_desk } => {
            if let Some(conversation) = conversation {
                conversation::put_live(state, conversation, effects);
            }
            match post {
                Some(post) if renewed => state.thread.renew(post),
                Some(post) => written(state, post, effects),
                None => {}
            }
            if let Some((ticket, up_to_seq)) = read_by_desk
                && state.thread.ticket == Some(ticket)
            {
                state.thread.read_by_desk(up_to_seq);
            }
        }
        What::Typing { .. } | What::Nothing => {}
    }
}

fn up(state: &mut State, effects: &mut Vec<Effect>) {
    state.feed.phase = Phase::Up;
    state.feed.failures = 0;
    state.feed.out_since = None;
    state.feed.banner = false;
    if state.thread.phase == thread::Phase::Failed {
        thread::load(state, effects);
    }
    state.outbox.revive();
    outbox::flush(state, effects);
}

fn typing(state: &mut State, name: String, moment: Moment, effects: &mut Vec<Effect>) {
    // Once a burst: who hears the page is not told every three seconds.
    if state.typing.is_none() && state.watched() {
        effects.push(Effect::Announce(Announcement::Typing(name.clone())));
    }
    effects.push(ToHost::event("typing", None, state.current));
    state.typing = Some((name, moment.now_ms + f64::from(TYPING_LASTS_MS)));
    effects.push(Effect::After { wait_ms: TYPING_LASTS_MS, timer: Timer::TypingOver });
}

fn written(state: &mut State, post: Post, effects: &mut Vec<Effect>) {
    let ticket = post.ticket;
    // Our own message may come back before its answer does.
    if let Some(client_id) = &post.client_id {
        outbox::settle(state, client_id, ticket, effects);
    }
    let here = state.current == Some(ticket);
    let incoming = !post.own;
    if here && incoming {
        state.typing = None;
    }
    let id = post.id.to_string();
    let words = post.files.first().filter(|_| post.body.is_empty()).map_or(&post.body, |file| &file.name);
    let announcement = Announcement::Message { author: post.author.clone(), body: words.clone() };
    let new = !here || thread::add_live(state, post, effects);
    if incoming && new {
        effects.push(ToHost::event("message:received", Some(id), Some(ticket)));
        if here && state.open {
            effects.push(Effect::Announce(announcement));
        }
    }
}
