//! What stands in the thread, row by row: the state as the eye sees it.

use support_core::model::TicketId;

use super::{Entry, Fate, State, outbox::Target, said::Attachment, thread::Phase, wire::Post};

/// Messages of one author within this time stand together.
const GROUP_MS: f64 = 5.0 * 60_000.0;

/// One row. Rows with the same key are the same thing at two moments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Row {
    /// The greeting at the start of a conversation.
    Intro,
    /// Older messages can be fetched.
    Earlier {
        loading: bool,
    },
    Loading,
    LoadFailed,
    /// The first message of a day follows; a time in that day.
    Day(f64),
    Message(Box<MessageRow>),
    /// The desk counts it as done.
    Resolved,
}

/// A message as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MessageRow {
    pub(crate) key: String,
    pub(crate) own: bool,
    /// Who wrote it, where nobody else's message stands directly above.
    pub(crate) author: String,
    /// First and last of the messages that stand together.
    pub(crate) first: bool,
    pub(crate) last: bool,
    /// Empty once it was deleted, and where files say enough.
    pub(crate) body: String,
    pub(crate) files: Vec<Attachment>,
    /// Clean HTML, where that says more than the text.
    pub(crate) html: Option<String>,
    pub(crate) at_ms: f64,
    /// How far an own message got.
    pub(crate) progress: Option<Progress>,
    /// Whether `progress` is drawn, or only told to a screen reader.
    pub(crate) progress_shown: bool,
}

/// How far a message got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    Queued,
    Sending,
    Sent,
    Delivered,
    Read,
    /// The visitor may try again.
    Failed,
    /// It will not be taken; the server's sentence.
    Rejected(String),
}

impl Row {
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Intro => "intro".to_owned(),
            Self::Earlier { .. } => "earlier".to_owned(),
            Self::Loading => "loading".to_owned(),
            Self::LoadFailed => "failed".to_owned(),
            Self::Day(at_ms) => format!("day {}", *at_ms as i64),
            Self::Message(message) => message.key.clone(),
            Self::Resolved => "resolved".to_owned(),
        }
    }
}

/// All rows of the conversation on the screen. `day_of` numbers the day of a time where the visitor is.
pub(crate) fn rows(state: &State, day_of: &dyn Fn(f64) -> i64) -> Vec<Row> {
    let mut messages: Vec<MessageRow> = state.thread.messages.iter().map(confirmed).collect();
    messages.extend(
        state.outbox.entries.iter().filter(|entry| is_here(entry, state.current)).map(|entry| under_way(state, entry)),
    );
    group(&mut messages, day_of);

    let mut rows = Vec::with_capacity(messages.len() + 4);
    let loading = state.thread.phase == Phase::Loading || (state.session.is_active() && !state.tickets_known);
    match (&state.thread.earlier, state.thread.phase) {
        (Some(_), _) => rows.push(Row::Earlier { loading: state.thread.loading_earlier }),
        (None, Phase::Failed) => rows.push(Row::LoadFailed),
        (None, _) if loading && messages.is_empty() => rows.push(Row::Loading),
        (None, _) => rows.push(Row::Intro),
    }
    let mut day = None;
    for message in messages {
        let today = day_of(message.at_ms);
        if day != Some(today) {
            rows.push(Row::Day(message.at_ms));
            day = Some(today);
        }
        rows.push(Row::Message(Box::new(message)));
    }
    if state.ticket().is_some_and(|ticket| ticket.done) && state.outbox.is_empty() {
        rows.push(Row::Resolved);
    }
    rows
}

fn is_here(entry: &Entry, current: Option<TicketId>) -> bool {
    match (&entry.fate, &entry.target) {
        (Fate::Sent(ticket), _) | (_, Target::Ticket(ticket)) => current == Some(*ticket),
        (_, Target::New | Target::With(_) | Target::Undecided) => current.is_none(),
    }
}

fn confirmed(message: &Post) -> MessageRow {
    let own = message.own;
    let progress = match (message.read, message.delivered) {
        (true, _) => Progress::Read,
        (false, true) => Progress::Delivered,
        (false, false) => Progress::Sent,
    };
    MessageRow {
        // The key of the optimistic row, so that the row stays when the message is confirmed.
        key: message.client_id.clone().filter(|_| own).unwrap_or_else(|| message.id.to_string()),
        own,
        author: if own { String::new() } else { message.author.clone() },
        first: false,
        last: false,
        body: message.body.clone(),
        files: message.files.clone(),
        html: message.html.clone(),
        at_ms: message.at_ms,
        progress: own.then_some(progress),
        progress_shown: false,
    }
}

fn under_way(state: &State, entry: &Entry) -> MessageRow {
    let held_up = !state.online || state.session.failures > 0 || state.feed.is_out() || state.outbox.is_stuck();
    let progress = match &entry.fate {
        Fate::Sent(_) => Progress::Sent,
        Fate::Stuck => Progress::Failed,
        Fate::Rejected(detail) => Progress::Rejected(detail.clone()),
        Fate::Waiting if state.outbox.in_flight.as_ref() == Some(&entry.client_id) => Progress::Sending,
        Fate::Waiting if held_up || entry.tries > 0 => Progress::Queued,
        Fate::Waiting => Progress::Sending,
    };
    MessageRow {
        key: entry.client_id.clone(),
        own: true,
        author: String::new(),
        first: false,
        last: false,
        body: entry.body.clone(),
        files: Vec::new(),
        html: None,
        at_ms: entry.written_at as f64,
        progress: Some(progress),
        progress_shown: false,
    }
}

/// Marks which messages stand together, and where the progress is worth a line: at the visitor's latest message, and wherever
/// something is not right.
fn group(messages: &mut [MessageRow], day_of: &dyn Fn(f64) -> i64) {
    let together = |a: &MessageRow, b: &MessageRow| {
        a.own == b.own && a.author == b.author && b.at_ms - a.at_ms < GROUP_MS && day_of(a.at_ms) == day_of(b.at_ms)
    };
    for at in 0..messages.len() {
        messages[at].first = at == 0 || !together(&messages[at - 1], &messages[at]);
        messages[at].last = at + 1 == messages.len() || !together(&messages[at], &messages[at + 1]);
    }
    if let Some(latest) = messages.iter_mut().rfind(|message| message.own) {
        latest.progress_shown = true;
    }
    for message in messages {
        let wrong = matches!(message.progress, Some(Progress::Queued | Progress::Failed | Progress::Rejected(_)));
        message.progress_shown |= wrong;
    }
}
