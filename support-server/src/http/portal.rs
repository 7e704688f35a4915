//! The customer's pages behind a portal link. Everything works by plain forms.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use support_core::{
    Support,
    clock::{SystemEntropy, random},
    model::TicketId,
    protocol::{CreateMessage, Message, Page, PortalContext, PortalSession, Ticket, TokenAbility},
};

use super::{
    answer::{go, page, refused, status_of},
    ask::PageAsk,
    fields::Fields,
    sign_in::Proof,
};
use crate::{
    api::{Api as _, Ask, Failure, Reply},
    pages::{self, LinkPage, LinkProblem, PortalList, PortalThread},
};

const STYLE: &str = "portal.css";
const SCRIPT: Option<&str> = Some("portal.js");

pub(super) async fn home(ask: PageAsk) -> Response {
    match context(&ask).await {
        Ok(context) => match context.tickets.as_slice() {
            [only] => go(&ask, &format!("/portal/t/{}", only.id), Vec::new()),
            _ => page(&ask, StatusCode::OK, pages::portal_list(&ask.frame(STYLE, SCRIPT), &PortalList { context })),
        },
        Err(failure) if failure.status() == Some(401) => link_page(&ask, StatusCode::OK, None),
        Err(failure) => refused(&ask, status_of(&failure), STYLE, ("/portal", "Try again")),
    }
}

fn link_page(ask: &PageAsk, status: StatusCode, problem: Option<LinkProblem>) -> Response {
    page(ask, status, pages::link_page(&ask.frame(STYLE, SCRIPT), &LinkPage { problem }))
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
    let is_secret = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    is_secret.then(|| secret.to_owned())
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

pub(super) async fn thread(ask: PageAsk) -> Response {
    let fresh = random::<16>(&SystemEntropy).map(|byte| format!("{byte:02x}")).concat();
    show(&ask, StatusCode::OK, String::new(), None, fresh).await
}

async fn show(ask: &PageAsk, status: StatusCode, draft: String, error: Option<String>, client_id: String) -> Response {
    let Some(ticket) = ask.ticket else { return refused(ask, 404, STYLE, ("/portal", "Back")) };
    match loaded(ask, ticket).await {
        Ok((context, ticket, messages)) => {
            let model = PortalThread {
                can_reply: context.can.contains(&TokenAbility::Reply),
                has_others: context.tickets.len() > 1,
                expires_at: context.expires_at,
                ticket,
                messages: messages.data,
                draft,
                error,
                client_id,
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

#[derive(serde::Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    csrf: String,
    body: String,
    client_id: String,
}

pub(super) async fn reply(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(answer): Fields<Answer>,
) -> Response {
    let Some(ticket) = ask.ticket else { return refused(&ask, 404, STYLE, ("/portal", "Back")) };
    let Answer { csrf, body, client_id } = answer;
    if !support.csrf_matches(&headers, &csrf) {
        let told = "This page was open for too long. Send it again.".to_owned();
        return show(&ask, StatusCode::FORBIDDEN, body, Some(told), client_id).await;
    }
    let message = CreateMessage { body: body.clone(), client_id: Some(client_id.clone()), ..CreateMessage::default() };
    let failure = match ask.api.post(&format!("/portal/api/v1/tickets/{ticket}/messages"), &message).await {
        Ok((Reply { status: 200..300, .. }, _)) => {
            return go(&ask, &format!("/portal/t/{ticket}#reply"), Vec::new());
        }
        Ok((reply, _)) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    show(&ask, status, body, Some(failure.sentence()), client_id).await
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
