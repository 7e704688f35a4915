//! What the loader and the panel say to each other. The shape of every message is checked by its type.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::MessagePort;

use super::json;
use crate::state::{Action, HostSettings, ToHost};

/// A message of the loader; each `type` fills what it needs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FromHost {
    #[serde(rename = "type")]
    kind: String,
    locale: String,
    theme: String,
    modal: bool,
    open: bool,
    resume: bool,
    identify: bool,
    known: bool,
    token: Option<String>,
    text: Option<String>,
    id: String,
}

/// What a message of the loader means.
pub(crate) enum Heard {
    Action(Box<Action>),
    /// A new conversation, with words to start from.
    NewMessage(Option<String>),
}

/// Reads a message; `None` for one that makes no sense.
pub(crate) fn read(message: JsValue) -> Option<Heard> {
    let message: FromHost = json::read(message).ok()?;
    let settings = HostSettings { locale: message.locale, theme: message.theme, modal: message.modal };
    let action = match message.kind.as_str() {
        "connect" => {
            Action::Connected { settings, open: message.open, resume: message.resume, identify: message.identify }
        }
        "settings" => Action::Settings(settings),
        "open" => Action::Open,
        "close" => Action::Close,
        "identify" => Action::Identify,
        "identity" => Action::Identity(message.token),
        "logout" => Action::Logout { known: message.known },
        "new" => return Some(Heard::NewMessage(message.text)),
        "conversation" => Action::ShowConversation(message.id.parse().ok()?),
        _ => return None,
    };
    Some(Heard::Action(Box::new(action)))
}

/// A message to the loader.
#[derive(Debug, Default, Serialize)]
struct Word<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    #[serde(rename = "contactId", skip_serializing_if = "Option::is_none")]
    contact_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<bool>,
    #[serde(rename = "conversationId", skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Detail<'a>>,
}

/// What an event tells the host page: ids, never the words.
#[derive(Debug, Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(rename = "conversationId", skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a str>,
}

/// Speaks to the loader.
pub(crate) fn tell(port: &MessagePort, message: &ToHost) {
    let (ticket, bare) = match message {
        ToHost::State { conversation, .. } | ToHost::Event { conversation, .. } => {
            (conversation.map(|ticket| ticket.to_string()), Word::default())
        }
        _ => (None, Word::default()),
    };
    let conversation = ticket.as_deref();
    let word = match message {
        ToHost::Unread(count) => Word { kind: "unread", count: Some(*count), ..bare },
        ToHost::Close => Word { kind: "close", ..bare },
        ToHost::Started => Word { kind: "started", ..bare },
        ToHost::Ended => Word { kind: "ended", ..bare },
        ToHost::Identity => Word { kind: "identity", ..bare },
        ToHost::Identified { contact_id } => {
            let contact_id = contact_id.as_deref();
            Word { kind: "identified", ok: Some(contact_id.is_some()), contact_id, ..bare }
        }
        ToHost::State { online, .. } => Word { kind: "state", online: Some(*online), conversation, ..bare },
        ToHost::Event { name, id, .. } => {
            let detail = Detail { id: id.as_deref(), conversation };
            Word { kind: "event", name: Some(name), detail: Some(detail), ..bare }
        }
    };
    if let Some(word) = json::object(&word) {
        port.post_message(&word).ok();
    }
}
