//! A form with files, as a browser without a script posts it: the fields are read, the files go on to the API as they come.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts as _, Request},
    http::header,
    response::Response,
};
use futures_util::{StreamExt as _, stream};
use multer::{Field, Multipart};
use support_core::{
    Support,
    model::{AttachmentId, limits},
    protocol::Attachment,
};

use super::{
    ask::PageAsk,
    fields::{Fields, foreign},
};
use crate::api::{Failure, Reply};

/// The longest field of a form: a message in any encoding.
const FIELD_MAX_BYTES: usize = 128 * 1024;
/// What separates the parts of a form of ours. Its end is announced by the length of what it holds, never by the file.
const BOUNDARY: &str = "----support-portal-a-file-that-goes-on";

/// A form of a page, not read yet.
#[derive(Debug)]
pub(super) enum AttachedForm {
    /// With files, or room for them.
    Parts(Multipart<'static>),
    /// Of a page that offered none.
    Plain(BTreeMap<String, String>),
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Attached {
    pub(super) fields: BTreeMap<String, String>,
    pub(super) files: Vec<AttachmentId>,
    /// Why a file was not taken. The fields are read to their end all the same: nobody types them twice.
    pub(super) failure: Option<Failure>,
}

impl FromRequest<Support> for AttachedForm {
    type Rejection = Response;

    async fn from_request(request: Request, support: &Support) -> Result<Self, Response> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match multer::parse_boundary(media.unwrap_or_default()) {
            Ok(boundary) => {
                let (mut parts, body) = request.into_parts();
                if !support.is_same_origin(&parts.headers) {
                    let Ok(ask) = PageAsk::from_request_parts(&mut parts, support).await;
                    return Err(foreign(&ask));
                }
                Ok(Self::Parts(Multipart::new(body.into_data_stream(), boundary)))
            }
            Err(_) => Fields::from_request(request, support).await.map(|Fields(fields)| Self::Plain(fields)),
        }
    }
}

impl AttachedForm {
    /// Reads the fields and brings the files to `to`. `is_proved` sees the fields before the first file: they come first in a form of ours.
    ///
    /// # Errors
    /// When the form cannot be read.
    pub(super) async fn read(
        self,
        ask: &PageAsk,
        to: &str,
        is_proved: impl Fn(&BTreeMap<String, String>) -> bool,
    ) -> Result<Attached, Failure> {
        let mut form = match self {
            Self::Parts(form) => form,
            Self::Plain(fields) => return Ok(Attached { fields, ..Attached::default() }),
        };
        let mut read = Attached::default();
        while let Some(field) = form.next_field().await.map_err(|_| Failure::Unreadable)? {
            match field.file_name() {
                // What a browser sends when nothing was chosen.
                Some("") => {}
                Some(_) if read.failure.is_some() || !is_proved(&read.fields) => {}
                Some(_) if read.files.len() < limits::FILES_MAX => match bring(ask, to, field).await {
                    Ok(file) => read.files.push(file),
                    Err(failure) => read.failure = Some(failure),
                },
                Some(_) => {}
                None => {
                    let name = field.name().unwrap_or_default().to_owned();
                    read.fields.insert(name, text(field).await?);
                }
            }
        }
        Ok(read)
    }
}

async fn text(mut field: Field<'static>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| Failure::Unreadable)? {
        if bytes.len() + chunk.len() > FIELD_MAX_BYTES {
            return Err(Failure::Unreadable);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failure::Unreadable)
}

/// One file, as a form of its own, with the rights of whoever posted the page's.
async fn bring(ask: &PageAsk, to: &str, field: Field<'static>) -> Result<AttachmentId, Failure> {
    // The name was one header's and becomes another's: nothing in it may end either.
    let name = field.file_name().unwrap_or_default().replace(['"', '\\', '\r', '\n'], "_");
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let part = |text: String| stream::iter([Ok::<_, multer::Error>(text.into())]);
    let body = Body::from_stream(part(head).chain(field).chain(part(tail)));
    let reply = ask.api.bring(to, &format!("multipart/form-data; boundary={BOUNDARY}"), body).await?;
    match reply {
        Reply { status: 200..300, body } => {
            serde_json::from_str::<Attachment>(&body).map(|file| file.id).map_err(|_| Failure::Unreadable)
        }
        refused => Err(Failure::from_reply(&refused)),
    }
}
