//! Giving files to a message: each once, by whoever brought it.

use super::super::{Call, work::Work};
use crate::{
    error::{Error, Fields, Result},
    model::{AttachmentId, MessageFile, NewMessage, limits},
    storage::ReadTx,
};

/// Checks what can be checked of a list of files without looking them up.
pub(in crate::desk) fn check_attachments(fields: &mut Fields, ids: &[AttachmentId]) {
    if ids.len() > limits::FILES_MAX {
        fields.refuse("/attachments", "too_many", "must name at most 10 files");
    }
    for (index, id) in ids.iter().enumerate() {
        if ids[..index].contains(id) {
            fields.refuse(&format!("/attachments/{index}"), "duplicate", "must name each file once");
        }
    }
}

/// The caller's own files that no message has yet, in the order of their naming.
///
/// # Errors
/// `NotFound` when any of them is not there, not complete, another's, or attached already: nobody learns which.
pub(in crate::desk) async fn own_files<T: ReadTx + ?Sized>(
    tx: &mut T,
    call: &Call,
    ids: &[AttachmentId],
) -> Result<Vec<MessageFile>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = tx.find_attachments(call.actor.tenant, ids).await?;
    found.retain(|attachment| {
        Some(attachment.uploader) == call.actor.person
            && attachment.message.is_none()
            && attachment.ready_at.is_some()
            && attachment.removed_at.is_none()
    });
    let file = |id: &AttachmentId| Some(found.iter().find(|attachment| attachment.file.id == *id)?.file.clone());
    ids.iter().map(file).collect::<Option<_>>().ok_or(Error::NotFound)
}

impl Work<'_> {
    /// Binds its files to the message that a change adds. Of two messages that name one file the second fails whole.
    pub(in crate::desk) async fn attach(&mut self, messages: &[NewMessage]) -> Result<()> {
        let (call, tenant) = (self.call, self.call.actor.tenant);
        for message in messages.iter().filter(|message| !message.details.files.is_empty()) {
            let ids: Vec<AttachmentId> = message.details.files.iter().map(|file| file.id).collect();
            let uploader = call.actor.person.ok_or(Error::Forbidden)?;
            let bound = self.tx().bind_attachments(tenant, uploader, &ids, message.id).await?;
            if usize::try_from(bound).ok() != Some(ids.len()) {
                return Err(Error::NotFound);
            }
        }
        Ok(())
    }
}
