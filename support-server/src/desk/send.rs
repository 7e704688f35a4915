//! Writing: drafts, sending, and what happens to a text that did not go out.

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{MessageFormat, TicketId, limits, text},
    protocol::{CreateMessage, UpFrame},
};

use super::{Desk, browser};
use crate::{
    api::{Api, Failure},
    state::{Aim, Carried, Draft, Mode, Obstacle, Outgoing, Undo, WaitingFile, restored},
};

/// At most one sign of typing in this time.
const TYPING_EVERY_MS: f64 = 3_000.0;

impl Desk {
    fn draft_key(self, id: TicketId) -> String {
        self.backstage.with_value(|backstage| format!("support:draft:{}:{}:{id}", backstage.base, backstage.me.id))
    }

    fn draft(self, id: TicketId) -> Draft {
        Draft::from_json(browser::kept(&self.draft_key(id)).as_deref())
    }

    fn keep_draft(self, id: TicketId, mode: Mode, text: &str) {
        let mut draft = self.draft(id);
        draft.set(mode, text);
        browser::keep(&self.draft_key(id), draft.to_json().as_deref());
    }

    /// Puts back what was begun in a thread.
    pub(super) fn restore_draft(self, id: TicketId) {
        let draft = self.draft(id);
        let mode = draft.mode();
        self.composer.mode.set(mode);
        self.composer.text.set(draft.get(mode).to_owned());
        if self.composer.aim.with_untracked(|aim| aim.message().is_some_and(|message| message.conversation_id != id)) {
            self.composer.aim.set(Aim::New);
        }
        if self
            .composer
            .obstacle
            .with_untracked(|obstacle| obstacle.as_ref().is_some_and(|it| it.outgoing().ticket != id))
        {
            self.composer.obstacle.set(None);
        }
    }

    /// The other kind of text; each keeps its own draft.
    pub fn write_as(self, mode: Mode) {
        if self.composer.mode.get_untracked() == mode {
            return;
        }
        self.composer.mode.set(mode);
        if let Some(id) = self.open_id() {
            self.composer.text.set(self.draft(id).get(mode).to_owned());
        }
    }

    /// The text was changed by hand.
    pub fn written(self, text: String) {
        let Some(id) = self.open_id() else { return };
        let mode = self.composer.mode.get_untracked();
        self.keep_draft(id, mode, &text);
        self.composer.text.set(text);
        if mode == Mode::Reply {
            self.tell_typing(id);
        }
    }

    fn tell_typing(self, id: TicketId) {
        let now = browser::now_ms();
        let is_due = self.backstage.try_update_value(|backstage| {
            let is_due = now - backstage.typing_told_ms >= TYPING_EVERY_MS;
            if is_due {
                backstage.typing_told_ms = now;
            }
            is_due
        });
        if is_due == Some(true) {
            self.tell_server(UpFrame::Typing { ticket: id });
        }
    }

    /// Sends what stands in the composer. `anyway`: in spite of what is newer.
    pub fn send(self, then_resolve: bool) {
        let Some((id, last_seen_seq)) =
            self.thread.with_untracked(|thread| thread.as_ref().map(|thread| (thread.ticket.id, thread.last_seq())))
        else {
            return;
        };
        let (mode, written) = (self.composer.mode.get_untracked(), self.composer.text.get_untracked());
        let aim = self.composer.aim.get_untracked();
        let reply_to = if let Aim::Answer(message) = &aim { Some(message.id) } else { None };
        let is_edit = matches!(aim, Aim::Edit(_));
        let Some(files) = self.files_to_send().or_else(|| is_edit.then(Vec::new)) else {
            self.tell("A file is still on its way.".to_owned(), None);
            return;
        };
        let body = match text::block(&written, limits::BODY_MAX) {
            Ok(body) => body,
            Err(text::TextError::Empty) if !files.is_empty() && !is_edit => String::new(),
            Err(text::TextError::Empty) => return browser::focus(COMPOSER),
            Err(error) => {
                let client_id = String::new();
                let outgoing = Outgoing {
                    client_id,
                    ticket: id,
                    mode,
                    body: written,
                    files,
                    reply_to,
                    then_resolve,
                    last_seen_seq,
                };
                return self
                    .composer
                    .obstacle
                    .set(Some(Obstacle::Failed { outgoing, reason: format!("The text {error}.") }));
            }
        };
        if let Aim::Edit(message) = aim {
            return self.rewrite(message, body);
        }
        // The same text again keeps its id: if it did arrive the first time, it is stored once.
        let before = self.composer.obstacle.try_update(Option::take).flatten();
        let client_id = match before {
            Some(Obstacle::Failed { outgoing, .. })
                if outgoing.ticket == id
                    && outgoing.mode == mode
                    && outgoing.body == body
                    && outgoing.files == files
                    && !outgoing.client_id.is_empty() =>
            {
                outgoing.client_id
            }
            _ => browser::random_id(),
        };
        self.composer.aim.set(Aim::New);
        self.dispatch(Outgoing { client_id, ticket: id, mode, body, files, reply_to, then_resolve, last_seen_seq });
    }

    fn dispatch(self, outgoing: Outgoing) {
        self.composer.outgoing.update(|all| all.push(outgoing.clone()));
        self.composer.text.set(String::new());
        let is_failed = |file: &WaitingFile| matches!(file.state, Carried::Failed(_));
        self.composer.files.update(|files| files.retain(|file| file.ticket != outgoing.ticket || is_failed(file)));
        let delay_s = send_delay_s();
        if delay_s == 0 || outgoing.mode == Mode::Note {
            return self.deliver(outgoing);
        }
        let told = format!("Sending in {delay_s} seconds");
        let toast = self.tell(told, Some(Undo::Unsend(outgoing.client_id.clone())));
        let later = move || {
            let is_wanted = self.composer.outgoing.with_untracked(|all| all.contains(&outgoing));
            self.toasts.update(|toasts| toasts.dismiss(toast));
            if is_wanted {
                self.deliver(outgoing.clone());
            }
        };
        set_timeout(later, std::time::Duration::from_secs(delay_s));
    }

    /// Takes a message back that waits for its delay; its text returns.
    pub(super) fn unsend(self, client_id: &str) {
        let mut taken = None;
        self.composer.outgoing.update(|all| {
            taken = all.iter().position(|outgoing| outgoing.client_id == client_id).map(|place| all.remove(place));
        });
        if let Some(outgoing) = taken {
            self.put_back(&outgoing);
        }
    }

    fn put_back(self, outgoing: &Outgoing) -> bool {
        let is_here = self.open_id() == Some(outgoing.ticket) && self.composer.mode.get_untracked() == outgoing.mode;
        let begun = if is_here {
            self.composer.text.get_untracked()
        } else {
            self.draft(outgoing.ticket).get(outgoing.mode).to_owned()
        };
        let text = restored(&outgoing.body, &begun);
        self.files_return(outgoing.ticket, &outgoing.files);
        self.keep_draft(outgoing.ticket, outgoing.mode, &text);
        if is_here {
            self.composer.text.set(text);
        }
        is_here
    }

    fn deliver(self, outgoing: Outgoing) {
        let message = CreateMessage {
            format: MessageFormat::Markdown,
            body: outgoing.body.clone(),
            reply_to: outgoing.reply_to,
            attachments: outgoing.files.iter().map(|file| file.id).collect(),
            is_internal: outgoing.mode == Mode::Note,
            client_id: Some(outgoing.client_id.clone()),
            last_seen_seq: Some(outgoing.last_seen_seq),
            ..CreateMessage::default()
        };
        let api = self.api();
        spawn_local(async move {
            let answer = api.write(outgoing.ticket, &message).await;
            self.composer.outgoing.update(|all| all.retain(|other| other.client_id != outgoing.client_id));
            match answer {
                Ok(message) => {
                    self.arrived(&outgoing);
                    self.take_message(outgoing.ticket, message);
                }
                Err(failure) => self.came_back(outgoing, failure),
            }
        });
    }

    fn arrived(self, outgoing: &Outgoing) {
        // What was begun since then stays.
        let draft = self.draft(outgoing.ticket);
        let same = text::block(draft.get(outgoing.mode), limits::BODY_MAX).is_ok_and(|kept| kept == outgoing.body);
        if same {
            self.keep_draft(outgoing.ticket, outgoing.mode, "");
        }
        if outgoing.then_resolve {
            self.resolve(outgoing.ticket);
        }
    }

    fn came_back(self, outgoing: Outgoing, failure: Failure) {
        let is_here = self.put_back(&outgoing);
        let obstacle = match failure {
            Failure::Refused { ref problem, ref newer } if problem.code == "newer_messages" => {
                let newer = newer.clone();
                for message in &newer {
                    self.take_message(outgoing.ticket, message.clone());
                }
                Obstacle::Newer { outgoing, newer }
            }
            failure => {
                if !is_here {
                    self.tell_failure(format!("A message was not sent, its text is kept. {}", failure.sentence()));
                }
                Obstacle::Failed { outgoing, reason: failure.sentence() }
            }
        };
        if is_here {
            self.composer.obstacle.set(Some(obstacle));
        }
    }
}

/// The element id of the composer's text.
pub const COMPOSER: &str = "composer-text";

const SEND_DELAY: &str = "support:send-delay";

/// Seconds that a reply waits, in which it can be taken back; chosen for this browser.
#[must_use]
pub fn send_delay_s() -> u64 {
    browser::kept(SEND_DELAY).and_then(|kept| kept.parse().ok()).unwrap_or(0)
}

/// Chooses how long a reply waits.
pub fn choose_send_delay(seconds: u64) {
    browser::keep(SEND_DELAY, (seconds > 0).then(|| seconds.to_string()).as_deref());
}
