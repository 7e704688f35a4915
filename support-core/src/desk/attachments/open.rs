//! Reading files: by the right to read their message, as it is now.

use std::ops::Range;

use super::{
    super::{Audience, Call, Desk, found},
    stored,
};
use crate::{
    error::{Error, Result},
    files::{BlobKey, BlobStream, FileKind, Variant, disposition},
    model::{AttachmentId, AttachmentRecord, EventType, MessageRecord, Scope},
    storage::ReadTx,
};

/// Which of an attachment's files somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileVariant {
    /// The file.
    Whole,
    /// The small picture of an image.
    Thumbnail,
}

/// A file that the caller may read, and what to say of it.
#[derive(Debug)]
pub struct FileAccess {
    key: BlobKey,
    id: AttachmentId,
    /// Its bytes; none where only reading tells.
    pub size: Option<u64>,
    /// What it is to a browser: its type where that can do no harm, else nothing in particular.
    pub media: String,
    /// The `Content-Disposition`.
    pub disposition: String,
    /// Changes with the content, which never changes.
    pub tag: String,
}

impl Desk {
    /// Whether the caller may read a file now, and what to say of it.
    ///
    /// # Errors
    /// `NotFound` for everything that the caller must not know of.
    pub async fn file(&self, call: &Call, id: AttachmentId, variant: FileVariant) -> Result<FileAccess> {
        self.file_store()?;
        let mut tx = self.reader().await?;
        let record = found(tx.find_attachment(call.actor.tenant, id).await?)?;
        if record.ready_at.is_none() || record.removed_at.is_some() {
            return Err(Error::NotFound);
        }
        match record.message {
            None if call.actor.person == Some(record.uploader) => {}
            None => return Err(Error::NotFound),
            Some(message) => self.check_readable(call, &mut *tx, message).await?,
        }
        access(&record, variant).ok_or(Error::NotFound)
    }

    /// A part of it.
    ///
    /// # Errors
    /// `Unavailable` when the store is.
    pub async fn read_file(&self, access: &FileAccess, range: Range<u64>) -> Result<BlobStream> {
        self.file_store()?.read(&access.key, range).await.map_err(stored)
    }

    /// Keeps the fact that somebody of the desk took a customer's file.
    ///
    /// # Errors
    /// When the storage fails: nobody takes a file unseen.
    pub async fn note_download(&self, call: &Call, access: &FileAccess) -> Result<()> {
        if !call.actor.is_staff() {
            return Ok(());
        }
        let mut tx = self.storage().write().await?;
        let resource = format!("attachment:{}", access.id);
        let kind = EventType::AttachmentDownloaded;
        self.record(call, tx.as_write(), self.now(), kind, resource, Default::default()).await?;
        Ok(tx.commit().await?)
    }

    /// Throws one's own file away that no message has yet.
    ///
    /// # Errors
    /// `NotFound` for every other one.
    pub async fn discard_file(&self, call: &Call, id: AttachmentId) -> Result<()> {
        let uploader = call.actor.person.ok_or(Error::NotFound)?;
        let now = self.now();
        let mut tx = self.storage().write().await?;
        if !tx.remove_attachment(call.actor.tenant, uploader, id, now).await? {
            return Err(Error::NotFound);
        }
        let resource = format!("attachment:{id}");
        self.record(call, tx.as_write(), now, EventType::AttachmentRemoved, resource, Default::default()).await?;
        Ok(tx.commit().await?)
    }

    async fn check_readable(&self, call: &Call, tx: &mut dyn ReadTx, message: crate::model::MessageId) -> Result<()> {
        match self.seen_message(call, tx, message).await {
            Ok(_) => Ok(()),
            Err(Error::NotFound) => self.check_merged(call, tx, message).await,
            Err(error) => Err(error),
        }
    }

    /// A link to one ticket goes on where its ticket's thread goes on.
    async fn check_merged(&self, call: &Call, tx: &mut dyn ReadTx, message: crate::model::MessageId) -> Result<()> {
        let Scope::Ticket(own) = call.actor.scope else { return Err(Error::NotFound) };
        let own = self.readable(call, tx, own).await?;
        let message: MessageRecord = found(tx.find_message_anywhere(call.actor.tenant, message).await?)?;
        let visible = Audience::of(&call.actor) == Audience::Staff || !message.is_internal;
        if own.merged_into == Some(message.conversation) && visible { Ok(()) } else { Err(Error::NotFound) }
    }
}

fn access(record: &AttachmentRecord, variant: FileVariant) -> Option<FileAccess> {
    let file = &record.file;
    let kind = FileKind::of_media(&file.media);
    let whole = if record.is_clean { Variant::Clean } else { Variant::Original };
    let (variant, media, size, name) = match variant {
        FileVariant::Whole if kind.is_image() => (whole, file.media.clone(), Some(file.size), file.name.clone()),
        FileVariant::Whole if kind == FileKind::Text => {
            (whole, "text/plain; charset=utf-8".to_owned(), Some(file.size), file.name.clone())
        }
        FileVariant::Whole => (whole, file.media.clone(), Some(file.size), file.name.clone()),
        FileVariant::Thumbnail if file.has_thumbnail => {
            (Variant::Thumbnail, "image/jpeg".to_owned(), None, "thumbnail.jpg".to_owned())
        }
        FileVariant::Thumbnail => return None,
    };
    let inline = kind.is_image();
    let suffix = if variant == Variant::Thumbnail { "-t" } else { "" };
    Some(FileAccess {
        key: BlobKey::new(&record.blob_key, variant),
        id: file.id,
        size: size.and_then(|size| u64::try_from(size).ok()),
        media,
        disposition: disposition(&name, inline),
        tag: format!("\"{}{suffix}\"", record.sha256),
    })
}
