//! One setting: its form, and what the form does.

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use serde_json::Value;
use support_core::Support;

use super::{
    super::{
        answer::{go, page, status_of, told},
        ask::PageAsk,
        office::{STYLE, enter, read, sorry},
    },
    known,
    listing::done_sentence,
    posted::{Posted, Refusal},
};
use crate::pages::{self, Entries, Office, Resource, Sheet, Wrong};

pub(super) async fn fresh<R: Resource>(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let office = enter(&support, &ask, R::SECTION).await?;
    show::<R>(&support, &ask, &office, None, R::fresh(), Ok(())).await
}

pub(super) async fn edit<R: Resource>(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let mut office = enter(&support, &ask, R::SECTION).await?;
    office.done = ask.query("done").and_then(|done| done_sentence(&done, R::ONE));
    let existing = existing::<R>(&ask).await?;
    let entries = R::entries(&existing.1);
    show::<R>(&support, &ask, &office, Some(existing), entries, Ok(())).await
}

pub(super) async fn create<R: Resource>(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    let office = enter(support, ask, R::SECTION).await?;
    match posted.submit(Method::POST, R::PATH, R::body(&posted.entries, true)).await {
        Ok(reply) => {
            let answer = serde_json::from_str(&reply.body).unwrap_or_default();
            Ok(match R::secret(&answer) {
                Some(secret) => page(ask, StatusCode::CREATED, pages::minted::<R>(&office, &secret)),
                None => go(ask, &format!("{}?done=created", R::SECTION.path()), Vec::new()),
            })
        }
        Err(refusal) => show::<R>(support, ask, &office, None, posted.entries, Err(refusal)).await,
    }
}

pub(super) async fn change<R: Resource>(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    let office = enter(support, ask, R::SECTION).await?;
    let existing = existing::<R>(ask).await?;
    let path = format!("{}/{}", R::PATH, existing.0);
    match posted.submit(Method::PATCH, &path, R::body(&posted.entries, false)).await {
        Ok(_) => Ok(go(ask, &format!("{}?done=saved", R::SECTION.path()), Vec::new())),
        Err(refusal) => show::<R>(support, ask, &office, Some(existing), posted.entries, Err(refusal)).await,
    }
}

pub(super) async fn remove<R: Resource>(posted: Posted) -> Result<Response, Response> {
    let ask = &posted.ask;
    enter(&posted.support, ask, R::SECTION).await?;
    let Some(id) = ask.param("setting_id") else { return Err(sorry(ask, 404)) };
    let method = if R::REMOVAL.is_empty() { Method::DELETE } else { Method::POST };
    let path = format!("{}/{id}{}", R::PATH, R::REMOVAL);
    match posted.submit(method, &path, Ok(Value::Null)).await {
        Ok(_) => Ok(go(ask, &format!("{}?done={}", R::SECTION.path(), R::REMOVED), Vec::new())),
        Err(Refusal { failure: Some(failure), .. }) => Ok(told(ask, &failure, STYLE, (R::SECTION.path(), "Back"))),
        Err(refusal) => Err(sorry(ask, refusal.status.as_u16())),
    }
}

/// What exists under the id in the address.
async fn existing<R: Resource>(ask: &PageAsk) -> Result<(String, R::Wire), Response> {
    let Some(id) = ask.param("setting_id") else { return Err(sorry(ask, 404)) };
    let wire = read(ask, &format!("{}/{id}", R::PATH)).await.map_err(|failure| sorry(ask, status_of(&failure)))?;
    Ok((id, wire))
}

async fn show<R: Resource>(
    support: &Support,
    ask: &PageAsk,
    office: &Office,
    existing: Option<(String, R::Wire)>,
    entries: Entries,
    refusal: Result<(), Refusal>,
) -> Result<Response, Response> {
    let known = known::<R>(support, ask).await.map_err(|failure| sorry(ask, status_of(&failure)))?;
    let (status, wrong) = match refusal {
        Ok(()) => (StatusCode::OK, Wrong::default()),
        Err(refusal) => (refusal.status, refusal.wrong),
    };
    let named = existing.as_ref().map(|(_, wire)| (R::row(wire, &known).name, R::farewell(wire)));
    let (name, farewell) = named.unzip();
    let model =
        Sheet { id: existing.map(|(id, _)| id), name: name.unwrap_or_default(), entries, wrong, known, farewell };
    Ok(page(ask, status, pages::sheet::<R>(office, &model)))
}
