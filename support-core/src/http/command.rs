//! A request that changes something: caller, key and body in one extractor.

use std::marker::PhantomData;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use sha2::{Digest as _, Sha256};

use super::{
    caller::{Caller, call, caller},
    gate::Gate,
};
use crate::{
    desk::{Call, IdempotencyKey},
    error::{Error, Result, UNKNOWN_FIELD},
    model::limits,
    support::Support,
};

/// The largest JSON body. A message of 20,000 characters fits in any encoding.
pub(super) const BODY_MAX_BYTES: usize = 256 * 1024;

/// Whether the answer carries a secret, which must not be kept for a repetition.
pub(crate) trait Answers: Send + Sync + 'static {
    const SECRET: bool;
}
/// The answer may be kept.
#[derive(Debug)]
pub(crate) struct Plain;
/// The answer carries a secret: an `Idempotency-Key` is refused with 422.
#[derive(Debug)]
pub(crate) struct Secret;
impl Answers for Plain {
    const SECRET: bool = false;
}
impl Answers for Secret {
    const SECRET: bool = true;
}

/// A change by somebody whom `G` admits, with its body. An absent body counts as `{}`.
#[derive(Debug)]
pub(crate) struct Command<T, G, A = Plain> {
    pub(crate) call: Call,
    pub(crate) caller: Caller,
    pub(crate) input: T,
    gate: PhantomData<(G, A)>,
}

impl<T: DeserializeOwned, G: Gate, A: Answers> FromRequest<Support> for Command<T, G, A> {
    type Rejection = Error;

    async fn from_request(request: Request, support: &Support) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let caller = caller(support, &mut parts).await?;
        if !G::admit(&caller.actor) {
            return Err(Error::Forbidden);
        }
        let mut call = call(&parts, &caller)?;
        let bytes = read(&parts.headers, body).await?;
        call.idempotency = idempotency::<A>(&parts, &bytes)?;
        let input = parse(&parts.headers, &bytes)?;
        Ok(Self { call, caller, input, gate: PhantomData })
    }
}

/// A body from somebody who need not be authenticated. An `Idempotency-Key` is refused: there is nobody to bind it to.
#[derive(Debug)]
pub(crate) struct Open<T> {
    pub(crate) parts: Parts,
    pub(crate) input: T,
}

impl<T: DeserializeOwned> FromRequest<Support> for Open<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Support) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        idempotency::<Secret>(&parts, &bytes)?;
        let input = parse(&parts.headers, &bytes)?;
        Ok(Self { parts, input })
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes> {
    let too_large = || Error::TooLarge { max_bytes: BODY_MAX_BYTES };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_MAX_BYTES) {
        return Err(too_large());
    }
    axum::body::to_bytes(body, BODY_MAX_BYTES).await.map_err(|error| {
        let source = std::error::Error::source(&error);
        let cut_off = || Error::BadRequest { code: "incomplete_body", detail: "The body ended too early.".into() };
        if source.is_some_and(|source| source.to_string().contains("length limit")) { too_large() } else { cut_off() }
    })
}

fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    if bytes != b"{}" {
        let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Error::UnsupportedMediaType);
        }
    }
    let malformed = || Error::BadRequest { code: "malformed_json", detail: "The body is no JSON object.".into() };
    let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
    // Serde would take an array for a struct, member by member.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(malformed());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut deserializer);
    let input = parsed.map_err(|error| {
        // An enum with two members where one is wanted counts as a syntax error for serde.
        let is_json = || serde_json::from_str::<IgnoredAny>(text).is_ok();
        if error.inner().classify() == Category::Data || is_json() {
            field_error(error.path(), &error.inner().to_string())
        } else {
            malformed()
        }
    })?;
    deserializer.end().map_err(|_| malformed())?;
    Ok(input)
}

/// Serde's sentence about a field, as a field error.
fn field_error(path: &Path, sentence: &str) -> Error {
    let sentence = sentence.rsplit_once(" at line ").map_or(sentence, |(sentence, _)| sentence);
    let named = |prefix: &str| sentence.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        other => format!("/{other}"),
    };
    let place: String = path.iter().map(step).collect();
    // Serde stands on the member when it does not know it, and on the object when it misses one.
    let pointer = |name: &str| match place.strip_suffix(name) {
        Some(parent) if parent.ends_with('/') => place.clone(),
        Some(_) | None => format!("{place}/{name}"),
    };
    if let Some(name) = named("unknown field `") {
        return Error::field(&pointer(name), UNKNOWN_FIELD, "there is no such field here");
    }
    if let Some(name) = named("missing field `") {
        return Error::field(&pointer(name), "missing_field", "is required");
    }
    if let Some(name) = named("duplicate field `") {
        return Error::field(&pointer(name), "duplicate_field", "appears more than once");
    }
    Error::field(&place, "invalid_value", sentence.to_owned())
}

fn idempotency<A: Answers>(parts: &Parts, body: &[u8]) -> Result<Option<IdempotencyKey>> {
    let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
    if A::SECRET {
        let detail = "this route answers a secret, which is never kept: leave the header out";
        return Err(Error::field("Idempotency-Key", "not_here", detail));
    }
    let key = value.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let bad = || Error::BadRequest {
        code: "invalid_header",
        detail: "Idempotency-Key has 1 to 255 ASCII characters.".into(),
    };
    let mut digest = Sha256::new();
    digest.update(parts.method.as_str());
    digest.update(parts.uri.path());
    digest.update(b"\0");
    digest.update(body);
    let fingerprint = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(IdempotencyKey { key: key.ok_or_else(bad)?.to_owned(), fingerprint }))
}

/// A query string. Unknown and repeated names are refused, so that a misspelt filter never means "everything".
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let parsed = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        parsed.map(|query| Self(query.0)).map_err(|error| {
            let source = std::error::Error::source(&error);
            let detail = source.map_or_else(|| error.to_string(), ToString::to_string);
            Error::BadRequest { code: "invalid_parameter", detail: format!("The query is not valid: {detail}.") }
        })
    }
}

/// A request's head, for handlers that read it whole.
#[derive(Debug)]
pub(super) struct Head(pub(super) Parts);

impl<S: Sync> FromRequestParts<S> for Head {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Ok(Self(parts.clone()))
    }
}

/// The body of an action that takes none: absent or `{}`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The parameters of a list that nothing filters. A list with filters names these two itself: serde flattens nothing into a type that
/// refuses unknown fields.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// 1 to 100; 25 when left out.
    pub(super) limit: Option<u32>,
    /// Of an earlier page.
    pub(super) cursor: Option<String>,
}

/// A page's `limit` as it was asked for.
///
/// # Errors
/// 400 outside 1 to 100: a list that is silently shorter than asked for looks complete.
pub(super) fn page_limit(limit: Option<u32>) -> Result<Option<u32>> {
    match limit {
        Some(limit) if !(1..=limits::PAGE_MAX).contains(&limit) => {
            Err(Error::BadRequest { code: "invalid_parameter", detail: "limit: must be 1 to 100.".into() })
        }
        limit => Ok(limit),
    }
}
