//! The rules, told as stories: what happens to the panel and what it then wants done.

mod feed;
mod outbox;
mod rows;
mod session;
mod wire;

use support_core::model::{MessageId, PersonId, TicketId};

use super::{
    Action, Call, Contact, Effect, Entry, HostSettings, Moment, State, ToHost, update,
    wire::{Conversation, Conversations, Heard, Post, Posts, Visit, What},
};

/// A panel with a clock of its own.
struct Panel {
    state: State,
    now_ms: f64,
}

impl Panel {
    /// Loaded by a launcher that somebody only points at.
    fn warm() -> Self {
        let mut panel = Self { state: State::default(), now_ms: 1_000_000.0 };
        panel.act(Action::Online(true));
        panel.act(Action::Visible(true));
        panel
    }

    fn connected(open: bool, resume: bool) -> Self {
        let mut panel = Self::warm();
        panel.act(Action::Connected { settings: HostSettings::default(), open, resume, identify: false });
        panel
    }

    /// Open, with a session, these conversations and a live feed.
    fn ready(conversations: Vec<Conversation>) -> Self {
        let mut panel = Self::connected(true, false);
        panel.act(Action::SessionStarted(Ok(visit(1))));
        panel.act(Action::TicketsLoaded(Ok(Conversations(conversations))));
        panel.hear("e-1", What::Ready);
        panel
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        update(&mut self.state, action, Moment { now_ms: self.now_ms, roll: 0.0 })
    }

    fn wait(&mut self, ms: f64) {
        self.now_ms += ms;
    }

    fn hear(&mut self, cursor: &str, what: What) -> Vec<Effect> {
        self.act(Action::Heard(Heard { cursor: Some(cursor.to_owned()), what }))
    }

    fn write(&mut self, body: &str) -> Vec<Effect> {
        self.act(Action::Send { body: body.to_owned(), client_id: format!("id-{body}") })
    }

    fn loaded(&mut self, ticket: TicketId, posts: Vec<Post>) -> Vec<Effect> {
        let answer = Ok(Posts { posts, previous: None, more: false });
        self.act(Action::MessagesLoaded { ticket, part: super::Part::Newest, answer })
    }

    /// The bodies on the screen.
    fn bodies(&self) -> Vec<String> {
        let rows = super::rows(&self.state, &|_| 0);
        let bodies = rows.into_iter().filter_map(|row| match row {
            super::Row::Message(message) => Some(message.body),
            _ => None,
        });
        bodies.collect()
    }
}

fn person(number: u128) -> PersonId {
    PersonId(uuid(number))
}

fn ticket_id(number: u128) -> TicketId {
    TicketId::from(uuid(number))
}

/// Ids differ by kind in the type only.
fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn visit(number: u128) -> Visit {
    let contact = Contact { id: Some(person(number)), email: None, verified: false };
    Visit { contact, cursor: "e-0".to_owned() }
}

fn conversation(number: u128) -> Conversation {
    Conversation {
        id: ticket_id(number),
        done: false,
        unread: 0,
        last_seq: 0,
        at_ms: number as f64,
        agent: None,
        version: 1,
    }
}

/// The desk's message `seq` in conversation `number`.
fn answer(number: u128, seq: i64) -> Post {
    Post {
        id: MessageId(uuid(number * 1000 + seq as u128)),
        ticket: ticket_id(number),
        seq,
        client_id: None,
        own: false,
        author: "Ana".to_owned(),
        body: format!("answer {seq}"),
        files: Vec::new(),
        html: None,
        at_ms: seq as f64,
        delivered: false,
        read: false,
    }
}

/// The visitor's message, confirmed.
fn own(number: u128, seq: i64, body: &str) -> Post {
    let client_id = Some(format!("id-{body}"));
    Post { own: true, author: String::new(), body: body.to_owned(), client_id, ..answer(number, seq) }
}

fn calls(effects: &[Effect]) -> Vec<&Call> {
    let calls = effects.iter().filter_map(|effect| match effect {
        Effect::Call(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

fn kept(effects: &[Effect]) -> Vec<Entry> {
    let kept = effects.iter().filter_map(|effect| match effect {
        Effect::Keep(entry) => Some((**entry).clone()),
        _ => None,
    });
    kept.collect()
}

fn told(effects: &[Effect]) -> Vec<&ToHost> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(word) => Some(word),
        _ => None,
    });
    told.collect()
}
