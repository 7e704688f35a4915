//! Unsent messages, kept where only the frame can read them, so that a reload loses none.
//!
//! One key a message: two tabs do not overwrite each other's. Chromium with third-party cookies blocked refuses a frame every
//! storage but partitioned cookies; there the messages become cookies of the panel's own address, which no call to the API carries.

use serde::{Deserialize, Serialize};
use support_core::model::{AttachmentId, PersonId, TicketId};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, Storage};

use super::{api::Api, json};
use crate::state::{Entry, Fate, Target};

/// Cookies travel with the request for the panel's page, and servers refuse long heads: what is over this is kept in memory only.
const COOKIES_MAX_BYTES: usize = 3_500;
/// Browsers keep local storage for as long as they like; a message from last month should not go out any more.
const COOKIE_SECONDS: &str = "604800";

/// Where unsent messages lie.
#[derive(Debug)]
pub(crate) struct Drawer {
    place: Place,
    prefix: String,
}

#[derive(Debug)]
enum Place {
    Local(Storage),
    Cookies { document: HtmlDocument, path: String },
    Nowhere,
}

impl Drawer {
    pub(crate) fn open(api: &Api) -> Self {
        match web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
            Some(storage) => {
                Self { place: Place::Local(storage), prefix: format!("support:{}:{}:", api.base, api.key) }
            }
            None => Self { place: cookies().unwrap_or(Place::Nowhere), prefix: "support_unsent_".to_owned() },
        }
    }

    pub(crate) fn keep(&self, entry: &Entry) {
        let key = format!("{}{}", self.prefix, entry.client_id);
        if let Some(text) = json::write(&Kept::from(entry.clone())) {
            self.put(&key, Some(&text));
        }
    }

    pub(crate) fn forget(&self, client_id: &str) {
        self.put(&format!("{}{client_id}", self.prefix), None);
    }

    pub(crate) fn forget_all(&self) {
        for (key, _) in self.all() {
            self.put(&key, None);
        }
    }

    /// What an earlier page left. A text that is no entry is not ours to judge: it stays.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.all().iter().filter_map(|(_, text)| json::parse::<Kept>(text)).map(Entry::from).collect()
    }

    /// Full or forbidden: the message still goes out, it only would not survive a reload.
    fn put(&self, key: &str, text: Option<&str>) {
        match (&self.place, text) {
            (Place::Local(storage), Some(text)) => drop(storage.set_item(key, text)),
            (Place::Local(storage), None) => drop(storage.remove_item(key)),
            (Place::Cookies { document, path }, text) => {
                let text = text.map(|text| String::from(js_sys::encode_uri_component(text)));
                let (value, seconds) = text.as_deref().map_or(("", "0"), |text| (text, COOKIE_SECONDS));
                let used = document.cookie().map_or(0, |cookies| cookies.len());
                if value.is_empty() || used + value.len() < COOKIES_MAX_BYTES {
                    let attributes = "; Secure; SameSite=None; Partitioned";
                    document.set_cookie(&format!("{key}={value}; Path={path}; Max-Age={seconds}{attributes}")).ok();
                }
            }
            (Place::Nowhere, _) => {}
        }
    }

    /// All our keys with their texts.
    fn all(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let mut add = |key: &str, text: &dyn Fn() -> Option<String>| {
            if let Some(text) = key.starts_with(&self.prefix).then(text).flatten() {
                all.push((key.to_owned(), text));
            }
        };
        match &self.place {
            Place::Local(storage) => {
                for at in 0..storage.length().unwrap_or(0) {
                    if let Some(key) = storage.key(at).ok().flatten() {
                        add(&key, &|| storage.get_item(&key).ok().flatten());
                    }
                }
            }
            Place::Cookies { document, .. } => {
                for pair in document.cookie().unwrap_or_default().split(';') {
                    let (key, value) = pair.trim().split_once('=').unwrap_or_default();
                    add(key, &|| js_sys::decode_uri_component(value).ok().map(String::from));
                }
            }
            Place::Nowhere => {}
        }
        all
    }
}

fn cookies() -> Option<Place> {
    let window = web_sys::window()?;
    let document = window.document()?.dyn_into::<HtmlDocument>().ok()?;
    Some(Place::Cookies { document, path: window.location().pathname().ok()? })
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
    #[serde(default)]
    file: Option<AttachmentId>,
}

impl From<Entry> for Kept {
    fn from(entry: Entry) -> Self {
        let (ticket, opener) = match entry.target {
            Target::Undecided => (None, None),
            Target::New => (None, Some(entry.client_id.clone())),
            Target::Ticket(ticket) => (Some(ticket), None),
            Target::With(opener) => (None, Some(opener)),
        };
        let Entry { client_id, body, file, written_at, author, .. } = entry;
        Self { client_id, body, ticket, opener, written_at, author, file }
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
        let Kept { client_id, body, written_at, author, file, .. } = kept;
        Self { client_id, body, file, target, written_at, author, tries: 0, fate: Fate::Waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Fate, Kept, Target};

    #[test]
    fn a_message_comes_back_as_it_was_written_down() {
        let ticket = support_core::model::TicketId::from(uuid::Uuid::from_u128(1));
        for target in [Target::Undecided, Target::New, Target::Ticket(ticket), Target::With("other".to_owned())] {
            let entry = Entry {
                client_id: "mine".to_owned(),
                body: "a\n\"b\"; c=d".to_owned(),
                file: Some(support_core::model::AttachmentId::from(uuid::Uuid::from_u128(7))),
                target,
                written_at: 7,
                author: None,
                tries: 0,
                fate: Fate::Waiting,
            };
            let text = serde_json::to_string(&Kept::from(entry.clone())).unwrap();
            assert_eq!(Entry::from(serde_json::from_str::<Kept>(&text).unwrap()), entry);
        }
    }
}
