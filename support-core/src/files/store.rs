//! The contract of a file store: bytes under names that say nothing.

use std::{fmt, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// Why a file store could not do what it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// There is nothing under that name.
    #[error("there is no such file")]
    NotFound,
    /// It is full, out of reach or broken.
    #[error("the file store does not answer as it should")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A name in a store. An attachment has up to three, which start alike: 128 random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobKey {
    stem: String,
    variant: Variant,
}

/// Which of an attachment's files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// As it came.
    Original,
    /// An image without the data that cameras add.
    Clean,
    /// A small picture of it.
    Thumbnail,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Original, Self::Clean, Self::Thumbnail];
}

impl BlobKey {
    /// The name of a variant. `stem` is 32 hexadecimal digits.
    pub(crate) fn new(stem: &str, variant: Variant) -> Self {
        Self { stem: stem.to_owned(), variant }
    }

    /// `ab/ab…-o`: two digits first, so that no folder gets too large. No extension: to no program is it anything.
    #[must_use]
    pub fn path(&self) -> String {
        let letter = match self.variant {
            Variant::Original => 'o',
            Variant::Clean => 'c',
            Variant::Thumbnail => 't',
        };
        format!("{}/{}-{letter}", self.stem.get(..2).unwrap_or_default(), self.stem)
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// The bytes of a file, piece by piece.
pub type BlobStream = BoxStream<'static, Result<Bytes, BlobError>>;

/// Keeps the bytes of attachments. What they are, whose, and who may have them, the database knows.
///
/// A desk of one process keeps them in a [`FileFolder`](crate::files::FileFolder). Several processes need a store that all of them
/// reach.
///
/// ```
/// use std::{collections::HashMap, ops::Range, sync::{Arc, Mutex}};
/// use async_trait::async_trait;
/// use bytes::Bytes;
/// use futures_util::StreamExt as _;
/// use support_core::files::{BlobError, BlobKey, BlobStore, BlobStream, BlobWriter};
///
/// /// In memory, for a test of the host's.
/// #[derive(Debug, Default, Clone)]
/// struct Memory(Arc<Mutex<HashMap<BlobKey, Vec<u8>>>>);
///
/// struct Writing(Memory, BlobKey, Vec<u8>);
///
/// #[async_trait]
/// impl BlobWriter for Writing {
///     async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
///         self.2.extend_from_slice(&bytes);
///         Ok(())
///     }
///
///     async fn finish(self: Box<Self>) -> Result<(), BlobError> {
///         let Self(memory, key, bytes) = *self;
///         memory.0.lock().unwrap().insert(key, bytes);
///         Ok(())
///     }
/// }
///
/// #[async_trait]
/// impl BlobStore for Memory {
///     async fn create(&self, key: &BlobKey) -> Result<Box<dyn BlobWriter>, BlobError> {
///         Ok(Box::new(Writing(self.clone(), key.clone(), Vec::new())))
///     }
///
///     async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
///         let bytes = self.0.lock().unwrap().get(key).cloned().ok_or(BlobError::NotFound)?;
///         let end = bytes.len().min(range.end as usize);
///         let part = Bytes::from(bytes).slice(range.start as usize..end);
///         Ok(futures_util::stream::iter([Ok(part)]).boxed())
///     }
///
///     async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
///         self.0.lock().unwrap().remove(key);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync + 'static {
    /// Begins to write a file. Until it is finished nobody can read it; dropping the writer leaves nothing to be read.
    async fn create(&self, key: &BlobKey) -> Result<Box<dyn BlobWriter>, BlobError>;

    /// A part of a file. The range begins inside it, is not empty, and may end behind the file's end.
    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError>;

    /// Removes a file and what an unfinished write of it left. One that is not there is removed already.
    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;
}

/// A file that is being written.
#[async_trait]
pub trait BlobWriter: Send {
    /// Adds to it.
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError>;

    /// Makes it whole and durable.
    async fn finish(self: Box<Self>) -> Result<(), BlobError>;
}
