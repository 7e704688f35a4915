//! The body of an upload: a multipart form with one part, read as it comes.

use std::time::Duration;

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream, stream::BoxStream};
use multer::{Field, Multipart};

use super::super::{
    caller::{call, caller},
    gate::{Anyone, Gate as _},
};
use crate::{
    desk::{Call, Incoming},
    error::{Error, Result, UNKNOWN_FIELD},
    support::Support,
};

/// How long a sender may say nothing.
const IDLE: Duration = Duration::from_secs(30);
/// What a form has around its file, at most: the sender announces the length of all of it.
const AROUND_BYTES: u64 = 4 * 1024;
const PART: &str = "file";

/// A file that somebody brings. Nothing of it is read before it is known who brings it.
#[derive(Debug)]
pub(in crate::http) struct Upload {
    pub(in crate::http) call: Call,
    pub(in crate::http) incoming: Incoming<'static>,
}

impl FromRequest<Support> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, support: &Support) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let caller = caller(support, &mut parts).await?;
        if !Anyone::admit(&caller.actor) {
            return Err(Error::Forbidden);
        }
        let call = call(&parts, &caller)?;
        let media = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(media).map_err(|_| Error::NoForm)?;
        if parts.headers.contains_key("idempotency-key") {
            let detail = "an upload is not kept for a repetition: one that is repeated makes another file";
            return Err(Error::field("Idempotency-Key", "not_here", detail));
        }
        let announced = announced(&parts.headers);
        let mut form = Multipart::new(body.into_data_stream(), boundary);
        let field = next(&mut form).await?.ok_or_else(|| Error::field("/file", "missing_field", "is required"))?;
        expect_file(&field)?;
        let name = field.file_name().unwrap_or_default().to_owned();
        Ok(Self { call, incoming: Incoming { name, announced, content: content(form, field) } })
    }
}

/// The length of the file as far as the form's length tells it. A false one counts for nothing: the bytes are counted as they come.
fn announced(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(length.saturating_sub(AROUND_BYTES))
}

async fn next(form: &mut Multipart<'static>) -> Result<Option<Field<'static>>> {
    let field = tokio::time::timeout(IDLE, form.next_field()).await.map_err(|_| incomplete())?;
    field.map_err(|error| broken(&error))
}

fn expect_file(field: &Field<'static>) -> Result<()> {
    match field.name() {
        Some(PART) => Ok(()),
        name => {
            let name = name.unwrap_or_default().replace('~', "~0").replace('/', "~1");
            Err(Error::field(&format!("/{name}"), UNKNOWN_FIELD, "there is no such field here"))
        }
    }
}

/// The bytes of the part; an error when anything follows it.
fn content(form: Multipart<'static>, field: Field<'static>) -> BoxStream<'static, Result<Bytes>> {
    stream::try_unfold((form, Some(field)), |(mut form, field)| async move {
        let Some(mut field) = field else { return Ok(None) };
        let bytes = tokio::time::timeout(IDLE, field.chunk()).await.map_err(|_| incomplete())?;
        if let Some(bytes) = bytes.map_err(|error| broken(&error))? {
            return Ok(Some((bytes, (form, Some(field)))));
        }
        drop(field);
        match next(&mut form).await? {
            None => Ok(None),
            Some(another) if another.name() == Some(PART) => {
                Err(Error::field("/file", "duplicate_field", "appears more than once"))
            }
            Some(another) => expect_file(&another).map(|()| None),
        }
    })
    .boxed()
}

fn incomplete() -> Error {
    Error::BadRequest { code: "incomplete_body", detail: "The body ended too early.".into() }
}

fn broken(error: &multer::Error) -> Error {
    match error {
        multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteStream
        | multer::Error::StreamReadFailed(_) => incomplete(),
        _ => Error::BadRequest { code: "malformed_form", detail: "The body is no multipart form.".into() },
    }
}
