//! Bringing a file: room is set aside, the bytes are kept as they come, and only then it is said what it is.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sha2::{Digest as _, Sha256};

use super::{
    super::{Call, Desk, attachment_view, config::Config, config::keys},
    limits::file_max_bytes,
    stored,
};
use crate::{
    clock::random,
    error::{Error, Result},
    files::{self, BlobKey, FileKind, IMAGE_MAX_BYTES, SNIFFED_BYTES, Variant},
    model::{AttachmentId, AttachmentRecord, EventType, MessageFile, Verdict, policy},
    protocol::{Attachment, Change},
};

/// How long an upload may take as a whole.
pub(super) const UPLOAD: Duration = Duration::from_secs(600);
/// How much of a text is looked at for secrets.
const SCANNED_BYTES: usize = 256 * 1024;

/// A file on its way.
pub struct Incoming<'a> {
    /// What the sender calls it.
    pub name: String,
    /// How many bytes the sender has announced, at least as many as the file has. Nobody relies on it.
    pub announced: Option<u64>,
    /// The bytes, as they come.
    pub content: BoxStream<'a, Result<Bytes>>,
}

impl std::fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("announced", &self.announced).finish_non_exhaustive()
    }
}

/// What came in.
struct Received {
    kind: FileKind,
    size: u64,
    sha256: String,
    head: Vec<u8>,
}

impl Desk {
    /// Keeps a file. Until a message has it, nobody but the caller can use it, and it goes after a day.
    ///
    /// # Errors
    /// `NotFound` where the host keeps no files; `Forbidden`; `TooLarge`; `NoRoom`; `UnsupportedFile`; `Invalid` for an empty file;
    /// `Unavailable` when the store is. In all these cases nothing of the file is left.
    pub async fn upload(&self, call: &Call, incoming: Incoming<'_>) -> Result<Attachment> {
        let actor = &call.actor;
        self.file_store()?;
        if policy::can_attach(actor) != Verdict::Allow {
            return Err(Error::Forbidden);
        }
        let config = self.config(actor.tenant).await?;
        let mut record = self.set_aside(call, &config, incoming.announced).await?;
        let receive = self.receive(&config, &mut record, incoming);
        let received = match tokio::time::timeout(UPLOAD, receive).await {
            Ok(received) => received,
            Err(_) => Err(Error::BadRequest { code: "incomplete_body", detail: "The upload took too long.".into() }),
        };
        let finished = match received {
            Ok(()) => self.finish(call, &mut record).await,
            Err(error) => Err(error),
        };
        if let Err(error) = finished {
            self.give_up(&record).await;
            return Err(error);
        }
        Ok(attachment_view(&record.file, true))
    }

    /// The row comes before the first byte, so that nothing can be in the store that no row leads to.
    async fn set_aside(&self, call: &Call, config: &Config, announced: Option<u64>) -> Result<AttachmentRecord> {
        let max = file_max_bytes(config);
        let size = announced.unwrap_or(max);
        if size > max {
            return Err(too_large(max));
        }
        let size = i64::try_from(size).map_err(Error::internal)?;
        let now = self.now();
        let stem = random::<16>(self.entropy());
        let record = AttachmentRecord {
            file: MessageFile {
                id: AttachmentId(self.fresh_id(now)),
                name: String::new(),
                media: String::new(),
                size,
                width: None,
                height: None,
                has_thumbnail: false,
                warnings: Vec::new(),
            },
            tenant: call.actor.tenant,
            uploader: call.actor.person.ok_or(Error::Forbidden)?,
            message: None,
            blob_key: stem.iter().map(|byte| format!("{byte:02x}")).collect(),
            sha256: String::new(),
            is_clean: false,
            created_at: now,
            ready_at: None,
            removed_at: None,
        };
        let mut tx = self.storage().write().await?;
        self.check_room(&call.actor, config, tx.as_write(), size).await?;
        tx.insert_attachment(&record).await?;
        tx.commit().await?;
        Ok(record)
    }

    async fn receive(&self, config: &Config, record: &mut AttachmentRecord, incoming: Incoming<'_>) -> Result<()> {
        let original = BlobKey::new(&record.blob_key, Variant::Original);
        let received = self.keep(config, &original, incoming.content).await?;
        let name = files::sanitised(&incoming.name);
        record.file.name = files::agreeing(&name, received.kind);
        record.file.media = received.kind.media().to_owned();
        record.file.size = i64::try_from(received.size).map_err(Error::internal)?;
        record.file.warnings = files::warnings(&name, received.kind, &received.head);
        record.sha256 = received.sha256;
        if received.kind.is_image() {
            self.look(config, record, received.kind, received.size, &name).await?;
        }
        Ok(())
    }

    /// Writes the bytes as they come. As soon as there are enough to tell what it is, what is not allowed goes no further.
    async fn keep(
        &self,
        config: &Config,
        key: &BlobKey,
        mut content: BoxStream<'_, Result<Bytes>>,
    ) -> Result<Received> {
        let max = file_max_bytes(config);
        let mut writer = self.file_store()?.create(key).await.map_err(stored)?;
        let (mut size, mut head, mut digest, mut kind) = (0_u64, Vec::new(), Sha256::new(), None);
        while let Some(bytes) = content.next().await {
            let bytes = bytes?;
            size += u64::try_from(bytes.len()).map_err(Error::internal)?;
            if size > max {
                return Err(too_large(max));
            }
            digest.update(&bytes);
            let missing = SCANNED_BYTES.saturating_sub(head.len()).min(bytes.len());
            head.extend_from_slice(&bytes[..missing]);
            if kind.is_none() && head.len() >= SNIFFED_BYTES {
                kind = Some(allowed(FileKind::of(&head[..SNIFFED_BYTES]), config)?);
            }
            writer.write(bytes).await.map_err(stored)?;
        }
        if size == 0 {
            return Err(Error::field("/file", "empty", "must not be empty"));
        }
        let kind = match kind {
            Some(kind) => kind,
            None => allowed(FileKind::of(&head), config)?,
        };
        writer.finish().await.map_err(stored)?;
        Ok(Received { kind, size, sha256: hex(digest), head })
    }

    /// Puts a clean copy in the place of an image that had data in it, and a small picture beside it.
    async fn look(
        &self,
        config: &Config,
        record: &mut AttachmentRecord,
        kind: FileKind,
        size: u64,
        name: &str,
    ) -> Result<()> {
        if size > IMAGE_MAX_BYTES {
            return Err(too_large(IMAGE_MAX_BYTES));
        }
        let store = self.file_store()?;
        let original = BlobKey::new(&record.blob_key, Variant::Original);
        let place = self.inner.pictures.place().await?;
        let bytes = store.read(&original, 0..size).await.map_err(stored)?;
        let bytes = bytes.try_fold(Vec::new(), |mut all, part| async move {
            all.extend_from_slice(&part);
            Ok(all)
        });
        let bytes = Bytes::from(bytes.await.map_err(stored)?);
        let Some(seen) = self.inner.pictures.look(place, kind, bytes).await else {
            // It begins like an image and is none: a file like any other, which is only ever saved.
            let kind = allowed(FileKind::Unknown, config)?;
            record.file.media = kind.media().to_owned();
            record.file.name = files::agreeing(name, kind);
            return Ok(());
        };
        if let Some(clean) = seen.clean {
            record.file.size = i64::try_from(clean.len()).map_err(Error::internal)?;
            record.sha256 = hex(Sha256::new_with_prefix(&clean));
            record.is_clean = true;
            self.put(&BlobKey::new(&record.blob_key, Variant::Clean), clean).await?;
            store.delete(&original).await.map_err(stored)?;
        }
        record.file.width = seen.size.map(|(width, _)| width.into());
        record.file.height = seen.size.map(|(_, height)| height.into());
        if let Some(thumbnail) = seen.thumbnail {
            self.put(&BlobKey::new(&record.blob_key, Variant::Thumbnail), thumbnail).await?;
            record.file.has_thumbnail = true;
        }
        Ok(())
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        let mut writer = self.file_store()?.create(key).await.map_err(stored)?;
        writer.write(bytes).await.map_err(stored)?;
        writer.finish().await.map_err(stored)
    }

    async fn finish(&self, call: &Call, record: &mut AttachmentRecord) -> Result<()> {
        let now = self.now();
        record.ready_at = Some(now);
        let mut tx = self.storage().write().await?;
        if !tx.finish_attachment(record).await? {
            return Err(Error::Unavailable("the upload was given up meanwhile".into()));
        }
        let said = |text: String| Change { from: None, to: Some(text) };
        let changes = BTreeMap::from([
            ("type".to_owned(), said(record.file.media.clone())),
            ("size".to_owned(), said(record.file.size.to_string())),
        ]);
        let resource = format!("attachment:{}", record.file.id);
        self.record(call, tx.as_write(), now, EventType::AttachmentUploaded, resource, changes).await?;
        Ok(tx.commit().await?)
    }
}

fn allowed(kind: FileKind, config: &Config) -> Result<FileKind> {
    if kind.is_allowed(config.text(keys::FILE_TYPES)) { Ok(kind) } else { Err(Error::UnsupportedFile(kind.media())) }
}

fn too_large(max: u64) -> Error {
    Error::TooLarge { max_bytes: usize::try_from(max).unwrap_or(usize::MAX) }
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
