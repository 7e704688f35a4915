//! Calls to the widget's surface of the server.

use serde::de::DeserializeOwned;
use support_core::{
    model::text,
    protocol::{
        ChangeVisitor, Contact, CreateMessage, CreateTicket, MarkRead, Message, Page, StartSession, Ticket, VisitorSession,
    },
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use super::json;
use crate::state::{Action, Call, Failure, Part};

/// A request without an answer after this time has failed: half-open connections say nothing.
const TIMEOUT_MS: u32 = 20_000;
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

impl Api {
    /// Makes the call; the answer is the next action, if it matters to anybody.
    pub(crate) async fn call(&self, call: Call) -> Option<Action> {
        let Request { method, path, body } = self.request(&call)?;
        let address = format!("{}/w/api/v1{path}", self.base);
        let answer = self.fetch(method, &address, body.as_deref()).await.unwrap_or(Err(Failure::Network));
        understand(call, answer)
    }

    fn request(&self, call: &Call) -> Option<Request> {
        let get = |path: String| Request { method: "GET", path, body: None };
        let post = |path: String, body: Option<String>| Request { method: "POST", path, body };
        Some(match call {
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
            Call::Open { client_id, body } => {
                let body = CreateTicket {
                    subject: text::preview(body),
                    initial_message: Some(body.clone()),
                    client_id: Some(client_id.clone()),
                    ..CreateTicket::default()
                };
                post("/tickets".to_owned(), json::write(&body))
            }
            Call::Reply { client_id, ticket, body } => {
                let (body, client_id) = (body.clone(), Some(client_id.clone()));
                let body = CreateMessage { body, client_id, ..CreateMessage::default() };
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
        })
    }

    /// The outer error is the network's or the browser's, the inner one the server's.
    async fn fetch(&self, method: &str, address: &str, body: Option<&str>) -> Result<Result<JsValue, Failure>, JsValue> {
        let init = RequestInit::new();
        init.set_method(method);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
        if let Some(body) = body {
            let headers = Headers::new()?;
            headers.set("content-type", "application/json")?;
            init.set_headers(&headers);
            init.set_body(&JsValue::from_str(body));
        }
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response: Response = JsFuture::from(window.fetch_with_str_and_init(address, &init)).await?.dyn_into()?;
        let status = response.status();
        if status == 204 {
            return Ok(Ok(JsValue::NULL));
        }
        let answer = JsFuture::from(response.json()?).await;
        if response.ok() {
            return answer.map(Ok);
        }
        // `protocol::Problem`, of which only the sentence is shown. A proxy between us may refuse without our form.
        let detail = answer.ok().and_then(|body| js_sys::Reflect::get(&body, &"detail".into()).ok()?.as_string());
        Ok(Err(Failure::Refused { status, detail: detail.unwrap_or_default() }))
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
