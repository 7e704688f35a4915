//! Attached files.

use std::sync::Arc;

use super::{Desk, World, world::TRICKY};
use crate::{
    model::{AttachmentId, AttachmentRecord, FileWarning, MessageFile, MessageId, PersonId, TenantId},
    storage::FileUsage,
};

fn attachment(world: &World, tenant: TenantId, uploader: PersonId) -> AttachmentRecord {
    AttachmentRecord {
        file: MessageFile {
            id: world.id(),
            name: TRICKY.into(),
            media: "image/png".into(),
            size: 1_000,
            width: Some(640),
            height: Some(480),
            has_thumbnail: true,
            warnings: vec![FileWarning::PrivateKey, FileWarning::Token],
        },
        tenant,
        uploader,
        message: None,
        blob_key: "00ff".repeat(8),
        sha256: "ab".repeat(32),
        is_clean: true,
        created_at: world.now(),
        ready_at: None,
        removed_at: None,
    }
}

/// One person's attachments: the first on its way, the others complete.
async fn attachments(world: &World, desk: &Desk, count: usize) -> Vec<AttachmentRecord> {
    let uploader = PersonId(world.id());
    let mut tx = world.write().await;
    let mut attachments = Vec::new();
    for number in 0..count {
        let mut attachment = attachment(world, desk.tenant, uploader);
        tx.insert_attachment(&attachment).await.unwrap();
        if number > 0 {
            attachment.ready_at = Some(world.now());
            assert!(tx.finish_attachment(&attachment).await.unwrap());
        }
        attachments.push(attachment);
    }
    tx.commit().await.unwrap();
    attachments
}

/// Set aside, finished once, found alone and among others, counted.
pub async fn attachments_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let stored = attachments(&world, &desk, 2).await;
    let (coming, complete) = (&stored[0], &stored[1]);
    let mut tx = world.write().await;
    assert_eq!(tx.find_attachment(desk.tenant, coming.file.id).await.unwrap().as_ref(), Some(coming));
    let found = AttachmentRecord {
        file: MessageFile {
            name: "a.txt".into(),
            media: "text/plain".into(),
            size: 7,
            width: None,
            height: None,
            has_thumbnail: false,
            warnings: Vec::new(),
            ..coming.file.clone()
        },
        sha256: "cd".repeat(32),
        is_clean: false,
        ready_at: Some(world.now()),
        ..coming.clone()
    };
    assert!(tx.finish_attachment(&found).await.unwrap());
    assert!(!tx.finish_attachment(coming).await.unwrap(), "it is complete");
    let mut both = tx.find_attachments(desk.tenant, &[complete.file.id, found.file.id, world.id()]).await.unwrap();
    both.sort_by_key(|attachment| attachment.file.id);
    assert_eq!(both, [found.clone(), complete.clone()]);
    let usage = tx.file_usage(desk.tenant, found.uploader, super::world::START).await.unwrap();
    assert_eq!(usage, FileUsage { files: 2, bytes: 1_007, tenant_bytes: 1_007 });
    let usage = tx.file_usage(desk.tenant, found.uploader, world.now()).await.unwrap();
    assert_eq!(usage, FileUsage { files: 0, bytes: 0, tenant_bytes: 1_007 });
    assert_eq!(tx.find_attachments(desk.tenant, &[]).await.unwrap(), []);
}

/// Attached once, by whoever brought it, when it is complete; taken away with its message, and never back.
pub async fn an_attachment_goes_to_one_message(world: Arc<World>) {
    let desk = world.desk().await;
    let stored = attachments(&world, &desk, 3).await;
    let ids: Vec<AttachmentId> = stored.iter().map(|attachment| attachment.file.id).collect();
    let uploader = stored[0].uploader;
    let (first, second): (MessageId, MessageId) = (world.id(), world.id());
    let mut tx = world.write().await;
    assert_eq!(tx.bind_attachments(desk.tenant, PersonId(world.id()), &ids, first).await.unwrap(), 0, "not theirs");
    assert_eq!(tx.bind_attachments(desk.tenant, uploader, &ids[..1], first).await.unwrap(), 0, "not complete");
    assert_eq!(tx.bind_attachments(desk.tenant, uploader, &ids[..2], first).await.unwrap(), 1);
    assert_eq!(tx.bind_attachments(desk.tenant, uploader, &ids, second).await.unwrap(), 1, "each once");
    let now = world.now();
    assert!(!tx.remove_attachment(desk.tenant, uploader, ids[1], now).await.unwrap(), "a message has it");
    tx.remove_attachments_of(desk.tenant, first, now).await.unwrap();
    let removed = tx.list_removed_attachments(9).await.unwrap();
    assert_eq!(removed.iter().map(|one| (one.file.id, one.removed_at)).collect::<Vec<_>>(), [(ids[1], Some(now))]);
    tx.delete_attachment(desk.tenant, ids[2]).await.unwrap();
    assert!(tx.find_attachment(desk.tenant, ids[2]).await.unwrap().is_some(), "nobody removed it");
    tx.delete_attachment(desk.tenant, ids[1]).await.unwrap();
    assert_eq!(tx.find_attachment(desk.tenant, ids[1]).await.unwrap(), None);
    assert_eq!(tx.list_removed_attachments(9).await.unwrap(), []);
}

/// What nobody attached goes after its time, and what is attached never.
pub async fn loose_attachments_are_given_up(world: Arc<World>) {
    let desk = world.desk().await;
    let stored = attachments(&world, &desk, 3).await;
    let ids: Vec<AttachmentId> = stored.iter().map(|attachment| attachment.file.id).collect();
    let uploader = stored[0].uploader;
    let mut tx = world.write().await;
    tx.bind_attachments(desk.tenant, uploader, &ids[1..2], world.id()).await.unwrap();
    let (early, late) = (super::world::START, world.in_seconds(60));
    assert_eq!(tx.remove_loose_attachments(early, early, late).await.unwrap(), 0, "too young");
    assert_eq!(tx.remove_loose_attachments(late, early, late).await.unwrap(), 1, "the one on its way");
    assert!(!tx.finish_attachment(&stored[0]).await.unwrap(), "it was given up");
    assert_eq!(tx.remove_loose_attachments(late, late, late).await.unwrap(), 1, "the one that nobody attached");
    assert_eq!(tx.bind_attachments(desk.tenant, uploader, &ids, world.id()).await.unwrap(), 0);
    assert_eq!(tx.list_removed_attachments(1).await.unwrap().len(), 1);
    assert_eq!(tx.list_removed_attachments(9).await.unwrap().len(), 2);
    assert!(!tx.remove_attachment(desk.tenant, uploader, ids[2], late).await.unwrap(), "it is removed already");
}

/// Nothing of them can be reached from another tenant.
pub async fn attachments_keep_to_their_tenant(world: Arc<World>) {
    let desk = world.desk().await;
    let stranger = world.desk().await.tenant;
    let stored = attachments(&world, &desk, 2).await;
    let (id, uploader, now) = (stored[1].file.id, stored[1].uploader, world.now());
    let message: MessageId = world.id();
    let mut tx = world.write().await;
    assert_eq!(tx.find_attachment(stranger, id).await.unwrap(), None);
    assert_eq!(tx.find_attachments(stranger, &[id]).await.unwrap(), []);
    assert_eq!(tx.file_usage(stranger, uploader, super::world::START).await.unwrap(), FileUsage::default());
    let foreign = AttachmentRecord { tenant: stranger, ..stored[0].clone() };
    assert!(!tx.finish_attachment(&foreign).await.unwrap());
    assert_eq!(tx.bind_attachments(stranger, uploader, &[id], message).await.unwrap(), 0);
    assert!(!tx.remove_attachment(stranger, uploader, id, now).await.unwrap());
    assert_eq!(tx.bind_attachments(desk.tenant, uploader, &[id], message).await.unwrap(), 1);
    tx.remove_attachments_of(stranger, message, now).await.unwrap();
    assert_eq!(tx.list_removed_attachments(9).await.unwrap(), []);
    tx.remove_attachments_of(desk.tenant, message, now).await.unwrap();
    tx.delete_attachment(stranger, id).await.unwrap();
    assert!(tx.find_attachment(desk.tenant, id).await.unwrap().is_some());
}
