//! One webhook: its page, and what its forms do.
#![expect(clippy::result_large_err, reason = "a refusal is the page that is answered, once a request")]

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::{
    Support,
    protocol::{Page, Webhook, WebhookDelivery, WebhookReplayed, WebhookTest},
};

use super::{
    super::{
        answer::{go, page, status_of},
        ask::PageAsk,
        office::{enter, read, sorry},
    },
    posted::{Posted, Refusal},
};
use crate::{
    api::Reply,
    pages::{self, Entries, Resource as _, Section, WebhookPage, Webhooks},
};

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let states = ["state", "from", "to"].iter().filter_map(|name| Some(((*name).to_owned(), ask.query(name)?)));
    let entries = Entries::new(states.filter(|(_, value)| !value.is_empty()).collect());
    draw(&support, &ask, entries, Told::default()).await
}

/// An instant as a browser's field takes it.
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S";

/// What a form has led to, beside what the page shows anyway.
#[derive(Default)]
struct Told {
    status: StatusCode,
    test: Option<WebhookTest>,
    refused: Option<String>,
}

async fn draw(support: &Support, ask: &PageAsk, entries: Entries, told: Told) -> Result<Response, Response> {
    let mut office = enter(support, ask, Section::Webhooks).await?;
    office.done = ask.query("done").and_then(|done| done_sentence(&done, ask.query("count").as_deref()));
    let path = path(ask)?;
    let unreadable = |failure| sorry(ask, status_of(&failure));
    let webhook: Webhook = read(ask, &path).await.map_err(unreadable)?;
    let filter = [("state", entries.some("state").map(str::to_owned)), ("cursor", ask.query("cursor"))];
    let query: Vec<_> = filter.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let deliveries: Page<WebhookDelivery> =
        read(ask, &format!("{path}/deliveries?limit=25&{query}")).await.map_err(unreadable)?;
    let turn = |cursor: Option<String>| {
        let query = [("state", entries.one("state").to_owned()), ("cursor", cursor?)];
        let query =
            serde_urlencoded::to_string(query.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>());
        Some(format!("{}{}/{}?{}", ask.base, Section::Webhooks.path(), webhook.id, query.ok()?))
    };
    let model = WebhookPage {
        deliveries: deliveries.data,
        previous: turn(deliveries.previous),
        next: turn(deliveries.next),
        webhook,
        entries,
        test: told.test,
        refused: told.refused,
    };
    Ok(page(ask, told.status, pages::webhook(&office, &model)))
}

/// What a form has done, in words of our own: an address can't make the page say anything else.
fn done_sentence(done: &str, count: Option<&str>) -> Option<String> {
    let count = count.and_then(|count| count.parse::<u64>().ok());
    Some(match (done, count) {
        ("replayed", Some(0)) => "There was nothing to send in that time.".to_owned(),
        ("replayed", Some(1)) => "One event is being sent again.".to_owned(),
        ("replayed", Some(count)) => format!("{count} events are being sent again."),
        ("part", Some(count)) => {
            format!("The latest {count} events are being sent again. The form below now says the rest: send that too.")
        }
        ("retried", _) => "The delivery is being tried again.".to_owned(),
        ("active", _) => "The webhook is back in service.".to_owned(),
        ("resting", _) => "The webhook is out of service.".to_owned(),
        _ => return None,
    })
}

/// Its path in the API.
fn path(ask: &PageAsk) -> Result<String, Response> {
    let id = ask.param("setting_id").ok_or_else(|| sorry(ask, 404))?;
    Ok(format!("{}/{id}", Webhooks::PATH))
}

/// The page again, with why nothing was done.
async fn refused(support: &Support, ask: &PageAsk, entries: Entries, refusal: Refusal) -> Result<Response, Response> {
    if matches!(refusal.status.as_u16(), 401 | 404) {
        return Err(sorry(ask, refusal.status.as_u16()));
    }
    // Without an answer of the API it was the form itself that was not ours any more.
    let old = || "This page was open for too long. Send it again.".to_owned();
    let why = refusal.failure.as_ref().map_or_else(old, crate::api::Failure::sentence);
    draw(support, ask, entries, Told { status: refusal.status, refused: Some(why), test: None }).await
}

fn back(ask: &PageAsk, done: &str) -> Result<Response, Response> {
    let id = ask.param("setting_id").ok_or_else(|| sorry(ask, 404))?;
    Ok(go(ask, &format!("{}/{id}?done={done}", Section::Webhooks.path()), Vec::new()))
}

fn answer<T: serde::de::DeserializeOwned>(ask: &PageAsk, reply: &Reply) -> Result<T, Response> {
    serde_json::from_str(&reply.body).map_err(|_| sorry(ask, 500))
}

pub(super) async fn test(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    match posted.submit(Method::POST, &format!("{}/test", path(ask)?), Ok(json!({}))).await {
        Ok(reply) => {
            let test = Some(answer(ask, &reply)?);
            draw(support, ask, Entries::default(), Told { test, ..Told::default() }).await
        }
        Err(refusal) => refused(support, ask, Entries::default(), refusal).await,
    }
}

pub(super) async fn secret(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    match posted.submit(Method::POST, &format!("{}/secret", path(ask)?), Ok(json!({}))).await {
        Ok(reply) => {
            let office = enter(support, ask, Section::Webhooks).await?;
            let secret = Webhooks::secret(&answer::<Value>(ask, &reply)?).ok_or_else(|| sorry(ask, 500))?;
            Ok(page(ask, StatusCode::OK, pages::minted::<Webhooks>(&office, &secret)))
        }
        Err(refusal) => refused(support, ask, Entries::default(), refusal).await,
    }
}

pub(super) async fn replay(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    // A browser posts `2026-03-01T10:00`, with seconds only where somebody typed them.
    let instant = |name: &str| {
        let text = posted.entries.one(name);
        if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") }
    };
    let body = json!({ "from": instant("from"), "to": instant("to") });
    match posted.submit(Method::POST, &format!("{}/replay", path(ask)?), Ok(body)).await {
        Ok(reply) => {
            let replayed: WebhookReplayed = answer(ask, &reply)?;
            let Some(rest) = replayed.from.filter(|_| !replayed.is_complete) else {
                return back(ask, &format!("replayed&count={}", replayed.count));
            };
            // The form of the rest: up to the next whole second, so that nothing is left out.
            let rest = rest.checked_add_signed(TimeDelta::milliseconds(999)).unwrap_or(rest);
            let form = [("from", posted.entries.one("from").to_owned()), ("to", rest.format(INSTANT).to_string())];
            let form = serde_urlencoded::to_string(form).unwrap_or_default();
            back(ask, &format!("part&count={}&{form}", replayed.count))
        }
        Err(refusal) => refused(support, ask, posted.entries, refusal).await,
    }
}

pub(super) async fn service(posted: Posted) -> Result<Response, Response> {
    let is_active = posted.entries.one("value") == "on";
    let done = if is_active { "active" } else { "resting" };
    let path = path(&posted.ask)?;
    send(&posted, Method::PATCH, &path, json!({ "is_active": is_active }), done).await
}

pub(super) async fn retry(posted: Posted) -> Result<Response, Response> {
    let Ok(delivery) = posted.entries.one("value").parse::<support_core::model::DeliveryId>() else {
        return Err(sorry(&posted.ask, 404));
    };
    send(&posted, Method::POST, &format!("/deliveries/{delivery}/retry"), json!({}), "retried").await
}

/// What is answered by the page, with a word of what was done.
async fn send(posted: &Posted, method: Method, path: &str, body: Value, done: &str) -> Result<Response, Response> {
    match posted.submit(method, path, Ok(body)).await {
        Ok(_) => back(&posted.ask, done),
        Err(refusal) => refused(&posted.support, &posted.ask, Entries::default(), refusal).await,
    }
}
