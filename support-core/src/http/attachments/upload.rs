//! `POST attachments`.

use axum::{Json, extract::State, http::StatusCode};

use super::form::Upload;
use crate::{
    error::Result,
    protocol::{Attachment, Problem, UploadForm},
    support::Support,
};

/// Brings a file, as the part `file` of a form. Name its id in `attachments` of a message or a new ticket; a file that no message has
/// after a day goes. Images lose what cameras write into them.
#[utoipa::path(post, path = "/attachments", tag = "attachments",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Kept", body = Attachment),
        (status = 400, description = "The form is not whole", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not allowed", body = Problem),
        (status = 404, description = "This desk keeps no files", body = Problem),
        (status = 413, description = "Too large, or too much for one day", body = Problem),
        (status = 415, description = "No form, or a file of a type that is not taken", body = Problem),
        (status = 422, description = "No file, or another part than `file`", body = Problem),
        (status = 503, description = "The file store is not available", body = Problem),
    ))]
pub(in crate::http) async fn upload(
    State(support): State<Support>,
    upload: Upload,
) -> Result<(StatusCode, Json<Attachment>)> {
    let attachment = support.desk().upload(&upload.call, upload.incoming).await?;
    Ok((StatusCode::CREATED, Json(attachment)))
}
