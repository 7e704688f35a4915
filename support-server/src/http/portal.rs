//! The customer's pages behind a portal link. Everything works by plain forms.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use support_core::{
    Support,
    clock::{SystemEntropy, random},
    model::TicketId,
    protocol::{
        AskForLinks, CreateMessage, CreateTicket, Message, Page, PortalContext, PortalSession, Requester, Ticket,
        TokenAbility, TokenScope,
    },
};

use super::{
    answer::{go, page, refused, status_of},
    ask::PageAsk,
    attached::AttachedForm,
    fields::Fields,
    sign_in::Proof,
};
use crate::{
    api::{Api as _, Ask, Failure, Reply},
    pages::{self, Draft, LinkAsk, LinkPage, LinkProblem, PortalList, PortalNew, PortalShown, PortalThread},
};

const STYLE: &str = "portal.css";
const SCRIPT: Option<&str> = Some("portal.js");

pub(super) async fn home(ask: PageAsk) -> Response {
    match context(&ask).await {
        Ok(context) => match (context.tickets.as_slice(), &context.scope) {
            ([only], TokenScope::Ticket(_)) => go(&ask, &format!("/portal/t/{}", only.id), Vec::new()),
            _ => list(&ask, context).await,
        },
        Err(failure) if failure.status() == Some(401) => link_page(&ask, StatusCode::OK, None),
        Err(failure) => refused(&ask, status_of(&failure), STYLE, ("/portal", "Try again")),
    }
}

async fn list(ask: &PageAsk, context: PortalContext) -> Response {
    let shown = PortalShown::named(ask.query("state").as_deref());
    let status = match shown {
        PortalShown::All => "",
        PortalShown::Open => "&status=open,pending,snoozed",
        PortalShown::Done => "&status=resolved,closed",
    };
    // Cursors are made of letters that need no escaping; anything else is no cursor of ours.
    let cursor = ask.query("cursor").filter(|cursor| is_word(cursor));
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    match ask.api.ask(Ask::portal(&format!("/tickets?limit=25{status}{cursor}"))).await {
        Ok(tickets) => {
            let model = PortalList { context, shown, tickets };
            page(ask, StatusCode::OK, pages::portal_list(&ask.frame(STYLE, SCRIPT), &model))
        }
        Err(failure) => refused(ask, status_of(&failure), STYLE, ("/portal", "Your requests")),
    }
}

/// Letters, digits, `_` and `-`, at least one.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn link_page(ask: &PageAsk, status: StatusCode, problem: Option<LinkProblem>) -> Response {
    let model = LinkPage { problem, has_mail: ask.mails_links };
    page(ask, status, pages::link_page(&ask.frame(STYLE, SCRIPT), &model))
}

pub(super) async fn ask_for_links(ask: PageAsk) -> Response {
    if !ask.mails_links {
        return refused(&ask, 404, STYLE, ("/portal", "Back"));
    }
    page(&ask, StatusCode::OK, pages::link_ask(&ask.frame(STYLE, None), &LinkAsk::default()))
}

#[derive(serde::Deserialize)]
pub(super) struct LinksWish {
    email: String,
}

/// One answer whoever asks: it tells nothing of who has written to us.
pub(super) async fn send_links(ask: PageAsk, Fields(LinksWish { email }): Fields<LinksWish>) -> Response {
    let failure = match ask.api.post("/portal/api/v1/links", &AskForLinks { email: email.clone() }).await {
        Ok((Reply { status: 200..300, .. }, _)) => {
            let heard = LinkAsk { is_heard: true, ..LinkAsk::default() };
            return page(&ask, StatusCode::OK, pages::link_ask(&ask.frame(STYLE, None), &heard));
        }
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let error = match failure.status() {
        Some(422) => "This is no email address.".to_owned(),
        _ => failure.sentence(),
    };
    let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let model = LinkAsk { email, error: Some(error), is_heard: false };
    page(&ask, status, pages::link_ask(&ask.frame(STYLE, None), &model))
}

async fn context(ask: &PageAsk) -> Result<PortalContext, Failure> {
    ask.api.ask(Ask::portal("/session")).await
}

#[derive(serde::Deserialize)]
pub(super) struct Pasted {
    link: String,
}

pub(super) async fn enter(ask: PageAsk, Fields(pasted): Fields<Pasted>) -> Response {
    let Some(token) = secret_of(&pasted.link) else {
        return link_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, Some(LinkProblem::NotALink));
    };
    match ask.api.post("/portal/api/v1/session", &PortalSession { token }).await {
        Ok((Reply { status: 200..300, .. }, cookies)) => go(&ask, "/portal", cookies),
        Ok((Reply { status: 404 | 422, .. }, _)) => link_page(&ask, StatusCode::NOT_FOUND, Some(LinkProblem::Ended)),
        Ok((reply, _)) => refused(&ask, reply.status, STYLE, ("/portal", "Try again")),
        Err(failure) => refused(&ask, status_of(&failure), STYLE, ("/portal", "Try again")),
    }
}

/// The secret out of a link, or the bare secret.
fn secret_of(pasted: &str) -> Option<String> {
    let pasted = pasted.trim();
    let secret = pasted.rsplit_once('#').map_or(pasted, |(_, secret)| secret);
    is_word(secret).then(|| secret.to_owned())
}

pub(super) async fn leave(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(proof): Fields<Proof>,
) -> Response {
    if !support.csrf_matches(&headers, &proof.csrf) {
        return refused(&ask, 403, STYLE, ("/portal", "Back"));
    }
    match ask.api.post("/portal/api/v1/session/end", &serde_json::Map::new()).await {
        Ok((Reply { status: 200..300 | 401, .. }, cookies)) => go(&ask, "/portal", cookies),
        Ok((reply, _)) => refused(&ask, reply.status, STYLE, ("/portal", "Back")),
        Err(failure) => refused(&ask, status_of(&failure), STYLE, ("/portal", "Back")),
    }
}

/// Where the portal's files go.
const ATTACHMENTS: &str = "/portal/api/v1/attachments";
const TOO_LONG: &str = "This page was open for too long. Send it again.";

/// Whether a form is one that this browser was shown.
fn proves(support: &Support, headers: &HeaderMap, fields: &BTreeMap<String, String>) -> bool {
    fields.get("csrf").is_some_and(|csrf| support.csrf_matches(headers, csrf))
}

pub(super) async fn thread(ask: PageAsk) -> Response {
    show(&ask, StatusCode::OK, String::new(), None, client_id()).await
}

async fn show(ask: &PageAsk, status: StatusCode, draft: String, error: Option<String>, client_id: String) -> Response {
    let Some(ticket) = ask.ticket else { return refused(ask, 404, STYLE, ("/portal", "Back")) };
    match loaded(ask, ticket).await {
        Ok((context, ticket, messages)) => {
            let model = PortalThread {
                can_reply: context.can.contains(&TokenAbility::Reply),
                can_close: context.can.contains(&TokenAbility::Close),
                has_others: !matches!(context.scope, TokenScope::Ticket(_)),
                expires_at: context.expires_at,
                ticket,
                messages: messages.data,
                draft,
                error,
                client_id,
                file_max_bytes: ask.config.file_max_bytes,
            };
            page(ask, status, pages::portal_thread(&ask.frame(STYLE, SCRIPT), &model))
        }
        Err(failure) if failure.status() == Some(401) => {
            link_page(ask, StatusCode::UNAUTHORIZED, Some(LinkProblem::Ended))
        }
        Err(failure) => refused(ask, status_of(&failure), STYLE, ("/portal", "Back")),
    }
}

async fn loaded(ask: &PageAsk, id: TicketId) -> Result<(PortalContext, Ticket, Page<Message>), Failure> {
    let context = context(ask).await?;
    let ticket = ask.api.ask(Ask::portal(&format!("/tickets/{id}"))).await?;
    let messages = ask.api.ask(Ask::portal(&format!("/tickets/{id}/messages?limit=100"))).await?;
    Ok((context, ticket, messages))
}

pub(super) async fn reply(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    form: AttachedForm,
) -> Response {
    let Some(ticket) = ask.ticket else { return refused(&ask, 404, STYLE, ("/portal", "Back")) };
    let is_proved = |fields: &BTreeMap<String, String>| proves(&support, &headers, fields);
    let Ok(mut form) = form.read(&ask, ATTACHMENTS, is_proved).await else {
        return refused(&ask, 400, STYLE, ("/portal", "Back"));
    };
    let proved = is_proved(&form.fields);
    let mut field = |name: &str| form.fields.remove(name).unwrap_or_default();
    let (body, client_id) = (field("body"), field("client_id"));
    if !proved {
        return show(&ask, StatusCode::FORBIDDEN, body, Some(TOO_LONG.to_owned()), client_id).await;
    }
    if let Some(failure) = form.failure {
        let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return show(&ask, status, body, Some(failure.sentence()), client_id).await;
    }
    let message = CreateMessage {
        body: body.clone(),
        attachments: form.files,
        client_id: Some(client_id.clone()),
        ..CreateMessage::default()
    };
    let failure = match ask.api.post(&format!("/portal/api/v1/tickets/{ticket}/messages"), &message).await {
        Ok((Reply { status: 200..300, .. }, _)) => {
            return go(&ask, &format!("/portal/t/{ticket}#reply"), Vec::new());
        }
        // The same form once more, with its files as new ones: the message is there.
        Ok((reply, _)) if reply.status == 409 && reply.body.contains("client_id_taken") => {
            return go(&ask, &format!("/portal/t/{ticket}#reply"), Vec::new());
        }
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    show(&ask, status, body, Some(failure.sentence()), client_id).await
}

pub(super) async fn close(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(proof): Fields<Proof>,
) -> Response {
    let Some(ticket) = ask.ticket else { return refused(&ask, 404, STYLE, ("/portal", "Back")) };
    let place = format!("/portal/t/{ticket}");
    if !support.csrf_matches(&headers, &proof.csrf) {
        return refused(&ask, 403, STYLE, (&place, "Back"));
    }
    let path = format!("/portal/api/v1/tickets/{ticket}/close");
    match ask.api.post(&path, &serde_json::Map::new()).await {
        Ok((Reply { status: 200..300, .. }, _)) => go(&ask, &place, Vec::new()),
        Ok((reply, _)) => refused(&ask, reply.status, STYLE, (&place, "Back")),
        Err(failure) => refused(&ask, status_of(&failure), STYLE, (&place, "Back")),
    }
}

/// A fresh id of what a form is about to send, so that sending it twice writes once.
fn client_id() -> String {
    random::<16>(&SystemEntropy).map(|byte| format!("{byte:02x}")).concat()
}

pub(super) async fn new(ask: PageAsk) -> Response {
    show_new(&ask, StatusCode::OK, Draft::default(), Vec::new(), client_id()).await
}

async fn show_new(
    ask: &PageAsk,
    status: StatusCode,
    draft: Draft,
    errors: Vec<(String, String)>,
    client_id: String,
) -> Response {
    let context = match context(ask).await {
        Ok(context) if context.can.contains(&TokenAbility::Create) => context,
        Ok(_) => return refused(ask, 403, STYLE, ("/portal", "Your requests")),
        Err(failure) if failure.status() == Some(401) => {
            return link_page(ask, StatusCode::UNAUTHORIZED, Some(LinkProblem::Ended));
        }
        Err(failure) => return refused(ask, status_of(&failure), STYLE, ("/portal", "Your requests")),
    };
    let model = PortalNew {
        draft,
        asks_who: matches!(context.scope, TokenScope::Link(_)),
        reply_time: ask.config.reply_time.clone(),
        expires_at: context.expires_at,
        errors,
        client_id,
        file_max_bytes: ask.config.file_max_bytes,
    };
    page(ask, status, pages::portal_new(&ask.frame(STYLE, SCRIPT), &model))
}

pub(super) async fn open(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    form: AttachedForm,
) -> Response {
    let is_proved = |fields: &BTreeMap<String, String>| proves(&support, &headers, fields);
    let Ok(mut form) = form.read(&ask, ATTACHMENTS, is_proved).await else {
        return refused(&ask, 400, STYLE, ("/portal", "Back"));
    };
    let proved = is_proved(&form.fields);
    let mut field = |name: &str| form.fields.remove(name).unwrap_or_default();
    let draft = Draft { subject: field("subject"), body: field("body"), name: field("name"), email: field("email") };
    let client_id = field("client_id");
    if let Some(failure) = form.failure.filter(|_| proved) {
        let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return show_new(&ask, status, draft, vec![("file".to_owned(), failure.sentence())], client_id).await;
    }
    if !proved {
        let told = vec![(String::new(), TOO_LONG.to_owned())];
        return show_new(&ask, StatusCode::FORBIDDEN, draft, told, client_id).await;
    }
    let requester = (!draft.email.trim().is_empty())
        .then(|| Requester::Address { email: draft.email.clone(), name: draft.name.clone() });
    let ticket = CreateTicket {
        subject: draft.subject.clone(),
        initial_message: Some(draft.body.clone()),
        attachments: form.files,
        requester,
        client_id: Some(client_id.clone()),
        ..CreateTicket::default()
    };
    let failure = match ask.api.post("/portal/api/v1/tickets", &ticket).await {
        Ok((reply @ Reply { status: 200..300, .. }, _)) => match serde_json::from_str::<Ticket>(&reply.body) {
            Ok(ticket) => return go(&ask, &format!("/portal/t/{}", ticket.id), Vec::new()),
            Err(_) => return refused(&ask, 500, STYLE, ("/portal", "Your requests")),
        },
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wrong = match &failure {
        Failure::Refused { problem, .. } => problem.errors.as_slice(),
        Failure::Offline | Failure::Unreadable => &[],
    };
    let errors = wrong.iter().map(|error| {
        let field = match error.pointer.as_str() {
            "/subject" => "subject",
            "/initial_message" => "body",
            "/requester/email" => "email",
            "/requester/name" => "name",
            _ => "",
        };
        (field.to_owned(), format!("It {}.", error.detail.trim_end_matches('.')))
    });
    let mut errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        errors.push((String::new(), failure.sentence()));
    }
    show_new(&ask, status, draft, errors, client_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_link_gives_its_secret_and_anything_else_nothing() {
        let secret = Some("pt_7Hc2-9wQ".to_owned());
        for pasted in ["https://help.example.com/portal#pt_7Hc2-9wQ", "  pt_7Hc2-9wQ\n", "/portal#pt_7Hc2-9wQ"] {
            assert_eq!(secret_of(pasted), secret);
        }
        for nothing in ["", "https://help.example.com/portal#", "hello there", "https://help.example.com/portal"] {
            assert_eq!(secret_of(nothing), None, "{nothing}");
        }
    }
}
