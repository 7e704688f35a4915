//! One setting: its form, and what the form does.

use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use serde_json::Value;
use support_core::Support;

use super::{
    super::{
        answer::{go, page, status_of, told},
        ask::PageAsk,
        fields::Fields,
        office::{STYLE, enter, read, sorry},
    },
    known,
    listing::done_sentence,
};
use crate::{
    api::{Failure, Reply},
    pages::{self, Entries, Office, Resource, Sheet, Wrong},
};

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

type Posted = Vec<(String, String)>;

pub(super) async fn create<R: Resource>(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(posted): Fields<Posted>,
) -> Result<Response, Response> {
    let office = enter(&support, &ask, R::SECTION).await?;
    let entries = Entries::new(posted);
    match submit(&support, &headers, &ask, &entries, Method::POST, R::PATH, R::body(&entries, true)).await {
        Ok(reply) => {
            let answer = serde_json::from_str(&reply.body).unwrap_or_default();
            Ok(match R::secret(&answer) {
                Some(secret) => page(&ask, StatusCode::CREATED, pages::minted::<R>(&office, &secret)),
                None => go(&ask, &format!("{}?done=created", R::SECTION.path()), Vec::new()),
            })
        }
        Err(refusal) => show::<R>(&support, &ask, &office, None, entries, Err(refusal)).await,
    }
}

pub(super) async fn change<R: Resource>(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(posted): Fields<Posted>,
) -> Result<Response, Response> {
    let office = enter(&support, &ask, R::SECTION).await?;
    let existing = existing::<R>(&ask).await?;
    let entries = Entries::new(posted);
    let path = format!("{}/{}", R::PATH, existing.0);
    match submit(&support, &headers, &ask, &entries, Method::PATCH, &path, R::body(&entries, false)).await {
        Ok(_) => Ok(go(&ask, &format!("{}?done=saved", R::SECTION.path()), Vec::new())),
        Err(refusal) => show::<R>(&support, &ask, &office, Some(existing), entries, Err(refusal)).await,
    }
}

pub(super) async fn remove<R: Resource>(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(posted): Fields<Posted>,
) -> Result<Response, Response> {
    enter(&support, &ask, R::SECTION).await?;
    let Some(id) = ask.param("setting_id") else { return Err(sorry(&ask, 404)) };
    let method = if R::REMOVAL.is_empty() { Method::DELETE } else { Method::POST };
    let (path, entries) = (format!("{}/{id}{}", R::PATH, R::REMOVAL), Entries::new(posted));
    match submit(&support, &headers, &ask, &entries, method, &path, Ok(Value::Null)).await {
        Ok(_) => Ok(go(&ask, &format!("{}?done={}", R::SECTION.path(), R::REMOVED), Vec::new())),
        Err(Refusal { failure: Some(failure), .. }) => Ok(told(&ask, &failure, STYLE, (R::SECTION.path(), "Back"))),
        Err(refusal) => Err(sorry(&ask, refusal.status.as_u16())),
    }
}

/// What exists under the id in the address.
async fn existing<R: Resource>(ask: &PageAsk) -> Result<(String, R::Wire), Response> {
    let Some(id) = ask.param("setting_id") else { return Err(sorry(ask, 404)) };
    let wire = read(ask, &format!("{}/{id}", R::PATH)).await.map_err(|failure| sorry(ask, status_of(&failure)))?;
    Ok((id, wire))
}

/// Why nothing was done.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) wrong: Wrong,
    pub(super) failure: Option<Failure>,
}

/// Sends a form's body to the API, if the form is one of ours.
pub(super) async fn submit(
    support: &Support,
    headers: &HeaderMap,
    ask: &PageAsk,
    entries: &Entries,
    method: Method,
    path: &str,
    body: Result<Value, Wrong>,
) -> Result<Reply, Refusal> {
    if !support.csrf_matches(headers, entries.one("csrf")) {
        let wrong = Wrong::about_all("This page was open for too long. Send it again.".to_owned());
        return Err(Refusal { status: StatusCode::FORBIDDEN, wrong, failure: None });
    }
    let body = match body {
        Ok(body) => body,
        Err(wrong) => return Err(Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, wrong, failure: None }),
    };
    let failure = match ask.api.change(method, &format!("/api/v1{path}"), &body).await {
        Ok(reply) if (200..300).contains(&reply.status) => return Ok(reply),
        Ok(reply) => Failure::from_reply(&reply),
        Err(failure) => failure,
    };
    let wrong = match &failure {
        Failure::Refused { problem, .. } => Wrong::of(problem),
        Failure::Offline | Failure::Unreadable => Wrong::about_all(failure.sentence()),
    };
    let status = StatusCode::from_u16(status_of(&failure)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Err(Refusal { status, wrong, failure: Some(failure) })
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
