//! Files that people attach.

use serde::{Deserialize, Serialize};

use super::{AttachmentId, choice::choice};
#[cfg(feature = "server")]
use super::{MessageId, PersonId, TenantId, Timestamp};

choice!(
    /// What a file seems to hold that nobody should send around.
    FileWarning {
        /// A private key.
        PrivateKey = "private_key",
        /// A browser's recording of requests, with cookies and tokens in it.
        Recording = "recording",
        /// Settings with passwords, such as `.env`.
        Settings = "settings",
        /// A token or a key of a known service.
        Token = "token",
    }
);

/// What a message knows of a file that is attached to it. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFile {
    /// Its id.
    pub id: AttachmentId,
    /// The name to show and to save it under.
    pub name: String,
    /// Its type, by its content.
    pub media: String,
    /// Bytes.
    pub size: i64,
    /// Of an image that can be shown: pixels, as it is to be held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Of an image that can be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Whether there is a small picture of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_thumbnail: bool,
    /// What it seems to hold that nobody should send around.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FileWarning>,
}

/// A file as the storage keeps it. Its bytes are elsewhere.
#[cfg(feature = "server")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRecord {
    /// What messages know of it. Until it is ready, its size is what is set aside for it.
    pub file: MessageFile,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Who brought it, and alone may attach it.
    pub uploader: PersonId,
    /// The message that it is attached to.
    pub message: Option<MessageId>,
    /// What its names in the file store begin with: 128 random bits.
    pub blob_key: String,
    /// SHA-256 of its bytes in hex; empty until it is ready.
    pub sha256: String,
    /// Whether its bytes are those of a copy without the data that cameras add.
    pub is_clean: bool,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When it was complete.
    pub ready_at: Option<Timestamp>,
    /// When its message was deleted, or it was thrown away: its bytes follow.
    pub removed_at: Option<Timestamp>,
}
