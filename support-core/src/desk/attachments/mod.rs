//! Files: brought by somebody, attached to a message once, read by whoever may read the message, gone with it.

mod attach;
mod collect;
mod limits;
mod open;
mod upload;

use std::sync::Arc;

pub(super) use self::attach::{check_attachments, own_files};
pub use self::{
    open::{FileAccess, FileVariant},
    upload::Incoming,
};
use super::{Desk, config::Config};
use crate::{
    error::{Error, Result},
    files::{BlobError, BlobStore},
};

impl Desk {
    /// Where the bytes are.
    ///
    /// # Errors
    /// `NotFound` where the host keeps no files.
    pub(super) fn file_store(&self) -> Result<&Arc<dyn BlobStore>> {
        self.inner.file_store.as_ref().ok_or(Error::NotFound)
    }

    /// The largest file that people may attach; 0 where they may attach none.
    pub(super) fn file_max_bytes(&self, config: &Config) -> i64 {
        let max = self.inner.file_store.as_ref().map_or(0, |_| limits::file_max_bytes(config));
        i64::try_from(max).unwrap_or(i64::MAX)
    }
}

/// A file that the database knows and the store does not is a fault of the store's, not of the caller's.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn stored(error: BlobError) -> Error {
    Error::Unavailable(error.to_string().into())
}
