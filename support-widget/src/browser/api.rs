//! Calls to the widget's surface of the server.

use serde::de::DeserializeOwned;
use support_core::{
    model::{AttachmentId, text},
    protocol::{ChangeVisitor, CreateMessage, CreateTicket, MarkRead, StartSession},
};
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

use super::json;
use crate::state::{
    Action, Call, Failure, Part,
    said::{Contact, Message, Page, Ticket, VisitorSession},
};

/// The visitor's latest conversations; nobody has looked for the 21st in a chat window yet.
const TICKETS: &str = "/tickets?ordering=-last_message_at&limit=20";

/// Where the server is, and which inbox this is.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    /// The mount prefix: everything is below it.
    pub(crate) base: String,
    pub(crate) key: String,
}

/// A call as HTTP sees it.
struct Request {
    method: &'static str,
    path: String,
    body: Option<String>,
}

#[wasm_bindgen(module = "/loader/panel/request.js")]
extern "C" {
    #[wasm_bindgen(js_name = request)]
    fn fetch(method: &str, address: &str, body: Option<String>, done: JsValue);
}

impl Api {
    /// Makes the call; the answer is the next action, if it matters to anybody.
    pub(crate) fn call(&self, call: Call, done: impl FnOnce(Action) + 'static) {
        let Request { method, path, body } = self.request(&call);
        let answered = move |status: u16, json: JsValue| {
            if let Some(action) = understand(call, judge(status, json)) {
                done(action);
            }
        };
        fetch(method, &format!("{}/w/api/v1{path}", self.base), body, Closure::once_into_js(answered));
    }

    fn request(&self, call: &Call) -> Request {
        let get = |path: String| Request { method: "GET", path, body: None };
        let post = |path: String, body: Option<String>| Request { method: "POST", path, body };
        match call {
            Call::FindSession => get("/session".to_owned()),
            Call::StartSession { identity } => {
                let body = StartSession { key: self.key.clone(), identity: identity.clone() };
                post("/session".to_owned(), json::write(&body))
            }
            Call::EndSession => post("/session/end".to_owned(), Some("{}".to_owned())),
            Call::LoadTickets => get(TICKETS.to_owned()),
            Call::LoadMessages { ticket, part } => {
                let query = match part {
                    Part::Newest => String::new(),
                    Part::After(seq) => format!("?after_seq={seq}"),
                    Part::Before(cursor) => format!("?cursor={}", String::from(js_sys::encode_uri_component(cursor))),
                };
                get(format!("/tickets/{ticket}/messages{query}"))
            }
            Call::Open { client_id, body, file } => {
                let body = CreateTicket {
                    subject: text::preview(body),
                    initial_message: said(body, *file),
                    attachments: file.iter().copied().collect(),
                    client_id: Some(client_id.clone()),
                    ..CreateTicket::default()
                };
                post("/tickets".to_owned(), json::write(&body))
            }
            Call::Reply { client_id, ticket, body, file } => {
                let body = CreateMessage {
                    body: said(body, *file).unwrap_or_default(),
                    attachments: file.iter().copied().collect(),
                    client_id: Some(client_id.clone()),
                    ..CreateMessage::default()
                };
                post(format!("/tickets/{ticket}/messages"), json::write(&body))
            }
            Call::MarkRead { ticket, up_to_seq } => {
                let body = MarkRead { up_to_seq: Some(*up_to_seq) };
                post(format!("/tickets/{ticket}/read"), json::write(&body))
            }
            Call::SaveEmail(email) => {
                let body = json::write(&ChangeVisitor { name: None, email: Some(email.clone()) });
                Request { method: "PATCH", path: "/me".to_owned(), body }
            }
        }
    }
}

/// The text of a message. A file's is its name, which the file says itself.
fn said(body: &str, file: Option<AttachmentId>) -> Option<String> {
    file.is_none().then(|| body.to_owned())
}

fn judge(status: u16, json: JsValue) -> Result<JsValue, Failure> {
    match status {
        0 => Err(Failure::Network),
        200..300 => Ok(json),
        _ => {
            // `protocol::Problem`, of which only the sentence is shown. A proxy between us may refuse without our form.
            let detail = js_sys::Reflect::get(&json, &"detail".into()).ok().and_then(|detail| detail.as_string());
            Err(Failure::Refused { status, detail: detail.unwrap_or_default() })
        }
    }
}

fn understand(call: Call, answer: Result<JsValue, Failure>) -> Option<Action> {
    Some(match call {
        Call::FindSession => Action::SessionFound(decode::<VisitorSession, _>(answer)),
        Call::StartSession { .. } => Action::SessionStarted(decode::<VisitorSession, _>(answer)),
        // Best effort: the panel has forgotten everything already.
        Call::EndSession => return None,
        Call::LoadTickets => Action::TicketsLoaded(decode::<Page<Ticket>, _>(answer)),
        Call::LoadMessages { ticket, part } => {
            Action::MessagesLoaded { ticket, part, answer: decode::<Page<Message>, _>(answer) }
        }
        Call::Open { client_id, .. } => Action::Opened { client_id, answer: decode::<Ticket, _>(answer) },
        Call::Reply { client_id, .. } => Action::Replied { client_id, answer: decode::<Message, _>(answer) },
        Call::MarkRead { .. } => Action::MarkedRead(decode::<Ticket, _>(answer)),
        Call::SaveEmail(_) => Action::EmailSaved(decode::<Contact, _>(answer)),
    })
}

/// From the wire's type to the panel's.
fn decode<T: DeserializeOwned, U: From<T>>(answer: Result<JsValue, Failure>) -> Result<U, Failure> {
    json::read::<T>(answer?).map(U::from).map_err(|_| Failure::Network)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the server reads out of the body of a call.
    fn sent<T: DeserializeOwned>(call: &Call) -> T {
        let api = Api { base: String::new(), key: "pk_test".to_owned() };
        let Request { method, body, .. } = api.request(call);
        assert_ne!(method, "GET");
        serde_json::from_str(&body.expect("the type has a part that the panel cannot write"))
            .expect("no JSON, or not the type")
    }

    #[test]
    fn every_call_that_changes_something_says_all_of_it() {
        let ticket = support_core::model::TicketId::from(uuid::Uuid::nil());
        let body = "She said \"hi\\there\",\n\tand \u{1}\u{1f}/ü\u{2028}🎉.".to_owned();

        let opened: CreateTicket = sent(&Call::Open { client_id: "c-1".to_owned(), body: body.clone(), file: None });
        assert_eq!(opened.initial_message.as_deref(), Some(&*body));
        assert_eq!((&*opened.subject, opened.client_id.as_deref()), (&*text::preview(&body), Some("c-1")));

        let file = AttachmentId::from(uuid::Uuid::from_u128(7));
        let carried = Call::Reply { client_id: "c-3".to_owned(), ticket, body: "cat.png".to_owned(), file: Some(file) };
        let carried: CreateMessage = sent(&carried);
        assert_eq!((carried.body.as_str(), carried.attachments), ("", vec![file]));

        let reply: CreateMessage =
            sent(&Call::Reply { client_id: "c-2".to_owned(), ticket, body: body.clone(), file: None });
        assert_eq!((reply.body, reply.client_id.as_deref(), reply.is_internal), (body, Some("c-2"), false));

        let read: MarkRead = sent(&Call::MarkRead { ticket, up_to_seq: 7 });
        assert_eq!(read.up_to_seq, Some(7));
        let visitor: ChangeVisitor = sent(&Call::SaveEmail("ana@example.com".to_owned()));
        assert_eq!(visitor.email.as_deref(), Some("ana@example.com"));
        let session: StartSession = sent(&Call::StartSession { identity: Some("t.o.k".to_owned()) });
        assert_eq!((&*session.key, session.identity.as_deref()), ("pk_test", Some("t.o.k")));
    }

    #[test]
    fn lists_are_written_too() {
        let ticket = CreateTicket { tags: vec!["a".to_owned(), "b".to_owned()], ..CreateTicket::default() };
        let json = json::write(&ticket).expect("a list");
        assert_eq!(serde_json::from_str::<CreateTicket>(&json).expect("JSON").tags, ticket.tags);
    }
}
