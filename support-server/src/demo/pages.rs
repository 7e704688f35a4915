//! The demo's pages: who to be, and the mail that was kept.

use axum::{
    Extension, Form, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::{get, post},
};
use mail_parser::{Message, MessageParser};
use serde::Deserialize;
use support_core::{
    Support,
    channels::email::CapturedMail,
    desk::Call,
    http::BasePath,
    model::{Actor, TenantId, Timestamp},
    protocol::{CreateToken, TokenAbility, TokenScope},
};

use super::{Demo, Persona, SHOP};
use crate::{
    api::Reply,
    http::{PageAsk, go, page, refused},
    pages::{DemoPage, DemoPerson, Letter, MailPage, OpenLetter, demo_page, mail_page},
};

const STYLE: &str = "portal.css";
const BACK: (&str, &str) = ("/demo", "Back to the demo");

/// The letter's own policy: its inline styles and nothing else.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups \
     allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

pub(super) fn router(demo: Demo) -> Router<Support> {
    Router::new()
        .route("/demo", get(home))
        .route("/demo/sign-in/{who}", post(sign_in))
        .route("/demo/mail", get(mails))
        .route("/demo/mail/{number}", get(mail))
        .route("/demo/mail/{number}/html", get(letter))
        .layer(Extension(demo))
}

async fn home(ask: PageAsk, Extension(demo): Extension<Demo>) -> Response {
    let person = |persona: &Persona| DemoPerson {
        who: persona.who.to_owned(),
        name: persona.name.to_owned(),
        text: persona.text.to_owned(),
        is_team: persona.is_team,
    };
    let model = DemoPage {
        shop: demo.shop_url().to_owned(),
        shop_name: SHOP.to_owned(),
        people: demo.personas.iter().map(person).collect(),
        ticket_count: demo.ticket_count,
        mail_count: demo.capture.mails().len(),
    };
    page(&ask, StatusCode::OK, demo_page(&ask.frame(STYLE, None), &model))
}

#[derive(Deserialize)]
struct Proof {
    #[serde(default)]
    csrf: String,
}

/// Signs in at the desk, or opens a customer's own tickets by a link.
async fn sign_in(
    State(support): State<Support>,
    Path(who): Path<String>,
    headers: HeaderMap,
    ask: PageAsk,
    Extension(demo): Extension<Demo>,
    Form(proof): Form<Proof>,
) -> Response {
    let Some(persona) = demo.personas.iter().find(|persona| persona.who == who) else {
        return refused(&ask, 404, STYLE, BACK);
    };
    if !support.csrf_matches(&headers, &proof.csrf) {
        return refused(&ask, 403, STYLE, BACK);
    }
    if persona.is_team {
        return match support.sign_in_as(&BasePath(ask.base.clone()), persona.person).await {
            Ok(cookie) => go(&ask, "/admin", vec![cookie]),
            Err(error) => refused(&ask, error.status(), STYLE, BACK),
        };
    }
    let call = Call::new(Actor::system(TenantId::DEFAULT), "demo");
    let can = vec![TokenAbility::Read, TokenAbility::Reply, TokenAbility::Create];
    let wish = CreateToken {
        expires_in_days: Some(1),
        can: Some(can),
        note: Some("demo".to_owned()),
        ..CreateToken::of(TokenScope::Contact(persona.person))
    };
    let minted = match support.desk().mint_token(&call, wish).await {
        Ok(minted) => minted,
        Err(error) => return refused(&ask, error.status(), STYLE, BACK),
    };
    match ask.api.post("/portal/api/v1/session", &serde_json::json!({ "token": minted.token })).await {
        Ok((Reply { status: 200, .. }, cookies)) => go(&ask, "/portal", cookies),
        Ok((reply, _)) => refused(&ask, reply.status, STYLE, BACK),
        Err(_) => refused(&ask, 500, STYLE, BACK),
    }
}

fn parsed(mail: &CapturedMail) -> Message<'_> {
    MessageParser::default().parse(mail.raw.as_bytes()).unwrap_or_default()
}

fn model(demo: &Demo, open: Option<usize>) -> MailPage {
    let mails = demo.capture.mails();
    let number = |mail: &CapturedMail| usize::try_from(mail.number).unwrap_or(usize::MAX);
    let letter = |mail: &CapturedMail| {
        let message = parsed(mail);
        let seconds = message.date().map_or(0, mail_parser::DateTime::to_timestamp);
        Letter {
            number: number(mail),
            to: mail.to.join(", "),
            subject: message.subject().unwrap_or_default().to_owned(),
            sent_at: Timestamp::from_timestamp(seconds, 0).unwrap_or_default(),
        }
    };
    let open = mails.iter().find(|mail| Some(number(mail)) == open).map(|mail| {
        let message = parsed(mail);
        let sender = message.from().and_then(|from| from.first());
        let from = sender.map(|sender| match (sender.name(), sender.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (name, address) => name.or(address).unwrap_or_default().to_owned(),
        });
        OpenLetter {
            number: number(mail),
            from: from.unwrap_or_default(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            has_html: message.html_body_count() > 0,
        }
    });
    MailPage { letters: mails.iter().map(letter).collect(), open }
}

async fn mails(ask: PageAsk, Extension(demo): Extension<Demo>) -> Response {
    page(&ask, StatusCode::OK, mail_page(&ask.frame(STYLE, None), &model(&demo, None)))
}

async fn mail(ask: PageAsk, Extension(demo): Extension<Demo>, Path(number): Path<usize>) -> Response {
    let model = model(&demo, Some(number));
    if model.open.is_none() {
        return refused(&ask, 404, STYLE, ("/demo/mail", "All mail"));
    }
    page(&ask, StatusCode::OK, mail_page(&ask.frame(STYLE, None), &model))
}

async fn letter(Extension(demo): Extension<Demo>, Path(number): Path<u64>) -> Response {
    let mails = demo.capture.mails();
    let html = mails.iter().find(|mail| mail.number == number).and_then(|mail| {
        let message = parsed(mail);
        message.body_html(0).map(std::borrow::Cow::into_owned)
    });
    let Some(html) = html else { return StatusCode::NOT_FOUND.into_response() };
    let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(LETTER_POLICY));
    ([policy], Html(html)).into_response()
}
