//! Files that people attach.

use super::wire;
use crate::model::{AttachmentId, FileWarning};

wire! {
    /// A file. Its addresses are relative to the API's root, the part up to `/api/v1`: each surface has its own.
    pub struct Attachment {
        /// Its id.
        pub id: AttachmentId,
        /// The name to show and to save it under.
        pub name: String,
        /// Its media type, by its content.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "server", schema(example = "image/png"))]
        pub media: String,
        /// Bytes.
        pub size: i64,
        /// Of an image that can be shown: pixels.
        pub width: Option<i64>,
        /// Of an image that can be shown: pixels.
        pub height: Option<i64>,
        /// Where it is: `attachments/{id}`.
        #[cfg_attr(feature = "server", schema(example = "attachments/0190a6c0-0000-7000-8000-000000000001"))]
        pub url: String,
        /// Where a small picture of it is; null where there is none.
        pub thumbnail_url: Option<String>,
        /// What it seems to hold that nobody should send around. Empty for whoever neither brought it nor works here.
        pub warnings: Vec<FileWarning>,
    }
}

/// `POST attachments`: one part of a multipart form.
#[cfg(feature = "server")]
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes the form for the document")]
pub(crate) struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}
