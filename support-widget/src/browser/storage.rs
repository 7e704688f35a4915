//! Unsent messages in the frame's own storage, one key each, so that two tabs do not overwrite each other's.

use serde::{Deserialize, Serialize};
use support_core::model::{PersonId, TicketId};
use web_sys::Storage;

use super::{api::Api, json};
use crate::state::{Entry, Fate, Target};

/// The frame's local storage, if the browser lets us have it.
#[derive(Debug)]
pub(crate) struct Drawer {
    storage: Option<Storage>,
    prefix: String,
}

impl Drawer {
    pub(crate) fn open(api: &Api) -> Self {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        Self { storage, prefix: format!("support:{}:{}:", api.base, api.key) }
    }

    pub(crate) fn keep(&self, entry: &Entry) {
        if let (Some(storage), Some(text)) = (&self.storage, json::write(&Kept::from(entry.clone()))) {
            // Full or forbidden: the message still goes out, it only would not survive a reload.
            storage.set_item(&format!("{}{}", self.prefix, entry.client_id), &text).ok();
        }
    }

    pub(crate) fn forget(&self, client_id: &str) {
        if let Some(storage) = &self.storage {
            storage.remove_item(&format!("{}{client_id}", self.prefix)).ok();
        }
    }

    pub(crate) fn forget_all(&self) {
        for key in self.keys() {
            self.storage.as_ref().map(|storage| storage.remove_item(&key));
        }
    }

    /// What an earlier page left. A text that is no entry is not ours to judge: it stays.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let read = |key: String| {
            let text = self.storage.as_ref()?.get_item(&key).ok()??;
            json::parse::<Kept>(&text).map(Entry::from)
        };
        self.keys().into_iter().filter_map(read).collect()
    }

    fn keys(&self) -> Vec<String> {
        let Some(storage) = &self.storage else { return Vec::new() };
        let count = storage.length().unwrap_or(0);
        let keys = (0..count).filter_map(|at| storage.key(at).ok().flatten());
        keys.filter(|key| key.starts_with(&self.prefix)).collect()
    }
}

/// An entry as it lies in storage. Older versions of the panel wrote it: a new field needs a default.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    client_id: String,
    body: String,
    ticket: Option<TicketId>,
    /// The client id of the message that opens its conversation; its own if it does so itself.
    opener: Option<String>,
    written_at: i64,
    author: Option<PersonId>,
}

impl From<Entry> for Kept {
    fn from(entry: Entry) -> Self {
        let (ticket, opener) = match entry.target {
            Target::Undecided => (None, None),
            Target::New => (None, Some(entry.client_id.clone())),
            Target::Ticket(ticket) => (Some(ticket), None),
            Target::With(opener) => (None, Some(opener)),
        };
        let Entry { client_id, body, written_at, author, .. } = entry;
        Self { client_id, body, ticket, opener, written_at, author }
    }
}

impl From<Kept> for Entry {
    fn from(kept: Kept) -> Self {
        let target = match (kept.ticket, kept.opener) {
            (Some(ticket), _) => Target::Ticket(ticket),
            (None, Some(opener)) if opener == kept.client_id => Target::New,
            (None, Some(opener)) => Target::With(opener),
            (None, None) => Target::Undecided,
        };
        let Kept { client_id, body, written_at, author, .. } = kept;
        Self { client_id, body, target, written_at, author, tries: 0, fate: Fate::Waiting }
    }
}
