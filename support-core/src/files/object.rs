//! File stores on `object_store`: a folder of this machine.

use std::{fmt, ops::Range, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart, local::LocalFileSystem,
    path::Path,
};

use super::{BlobError, BlobKey, BlobStore, BlobStream, BlobWriter};

/// What a folder is written in: small, since every upload that is under way holds one.
const FOLDER_PART_BYTES: usize = 256 * 1024;
/// Parts under way at once for one upload.
const PARTS: usize = 2;

/// Why a folder cannot keep files.
#[derive(Debug, thiserror::Error)]
#[error("the folder for files, {folder}: {source}", folder = .folder.display())]
pub struct FolderError {
    folder: PathBuf,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// A folder of this machine, for a desk of one process. A finished file survives a power cut.
pub struct FileFolder {
    folder: PathBuf,
    store: Arc<dyn ObjectStore>,
}

impl FileFolder {
    /// Opens the folder, and makes it where it is not there. Only this program's user can look into a new one.
    ///
    /// # Errors
    /// When it can be neither found nor made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, FolderError> {
        let folder = folder.into();
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let opened = builder.recursive(true).create(&folder).map_err(Into::into);
        let opened = opened.and_then(|()| LocalFileSystem::new_with_prefix(&folder).map_err(Into::into));
        match opened {
            Ok(store) => Ok(Self { folder, store: Arc::new(store.with_fsync(true)) }),
            Err(source) => Err(FolderError { folder, source }),
        }
    }
}

impl fmt::Debug for FileFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileFolder").field(&self.folder).finish()
    }
}

#[async_trait]
impl BlobStore for FileFolder {
    async fn create(&self, key: &BlobKey) -> Result<Box<dyn BlobWriter>, BlobError> {
        let (store, path) = (Arc::clone(&self.store), Path::from(key.path()));
        Ok(Box::new(Writer { store, path, part_bytes: FOLDER_PART_BYTES, waiting: BytesMut::new(), upload: None }))
    }

    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        read(&*self.store, key, range).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        // A process that was killed leaves what it had written so far beside the file, under this name.
        let unfinished = self.folder.join(format!("{key}#1"));
        let unfinished = tokio::fs::remove_file(unfinished).await;
        match self.store.delete(&Path::from(key.path())).await.map_err(failed) {
            Err(BlobError::NotFound) => {}
            other => other?,
        }
        match unfinished {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BlobError::Unavailable(error.into())),
            _ => Ok(()),
        }
    }
}

async fn read(store: &dyn ObjectStore, key: &BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
    let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
    let found = store.get_opts(&Path::from(key.path()), options).await.map_err(failed)?;
    Ok(found.into_stream().map_err(failed).boxed())
}

fn failed(error: object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::NotFound,
        other => BlobError::Unavailable(other.into()),
    }
}

/// Collects small files, which go in one piece; sends large ones part by part.
struct Writer {
    store: Arc<dyn ObjectStore>,
    path: Path,
    part_bytes: usize,
    waiting: BytesMut,
    upload: Option<WriteMultipart>,
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        let Some(upload) = &mut self.upload else {
            self.waiting.extend_from_slice(&bytes);
            if self.waiting.len() >= self.part_bytes {
                let begun = self.store.put_multipart(&self.path).await.map_err(failed)?;
                let mut upload = WriteMultipart::new_with_chunk_size(begun, self.part_bytes);
                upload.put(self.waiting.split().freeze());
                self.upload = Some(upload);
            }
            return Ok(());
        };
        upload.wait_for_capacity(PARTS).await.map_err(failed)?;
        upload.put(bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), BlobError> {
        match self.upload {
            Some(upload) => upload.finish().await.map_err(failed)?,
            None => {
                let payload = PutPayload::from_bytes(self.waiting.freeze());
                self.store.put(&self.path, payload).await.map_err(failed)?
            }
        };
        Ok(())
    }
}
