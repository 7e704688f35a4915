//! Attached files.

use async_trait::async_trait;

use super::{Arg, Executor, Row, SqlTx, apply::insert, args, tickets::Conditions};
use crate::{
    model::{AttachmentId, AttachmentRecord, FileWarning, MessageFile, MessageId, PersonId, TenantId, Timestamp},
    storage::{Attachments, AttachmentsMut, FileUsage, Result},
};

const COLUMNS: &str = "id, tenant_id, uploader_id, message_id, blob_key, name, media, size, sha256, width, height, is_clean, \
     has_thumbnail, warnings, created_at, ready_at, removed_at";

fn attachment(row: &Row) -> Result<AttachmentRecord> {
    let warnings = row.text("warnings")?;
    Ok(AttachmentRecord {
        file: MessageFile {
            id: row.id("id")?,
            name: row.text("name")?,
            media: row.text("media")?,
            size: row.int("size")?,
            width: row.maybe_int("width")?,
            height: row.maybe_int("height")?,
            has_thumbnail: row.bool("has_thumbnail")?,
            warnings: warnings.split(' ').filter_map(|word| word.parse().ok()).collect(),
        },
        tenant: row.id("tenant_id")?,
        uploader: row.id("uploader_id")?,
        message: row.maybe_id("message_id")?,
        blob_key: row.text("blob_key")?,
        sha256: row.text("sha256")?,
        is_clean: row.bool("is_clean")?,
        created_at: row.time("created_at")?,
        ready_at: row.maybe_time("ready_at")?,
        removed_at: row.maybe_time("removed_at")?,
    })
}

fn words(warnings: &[FileWarning]) -> String {
    warnings.iter().map(|warning| warning.as_str()).collect::<Vec<_>>().join(" ")
}

fn values(attachment: &AttachmentRecord) -> Vec<Arg> {
    let file = &attachment.file;
    let mut values = args![
        file.id,
        attachment.tenant,
        attachment.uploader,
        attachment.message,
        &attachment.blob_key,
        &file.name,
        &file.media,
        file.size,
        &attachment.sha256,
        file.width,
        file.height,
        attachment.is_clean,
    ];
    values.extend(args![
        file.has_thumbnail,
        words(&file.warnings),
        attachment.created_at,
        attachment.ready_at,
        attachment.removed_at,
    ]);
    values
}

#[async_trait]
impl<E: Executor> Attachments for SqlTx<E> {
    async fn find_attachment(&mut self, tenant: TenantId, id: AttachmentId) -> Result<Option<AttachmentRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_attachments WHERE id = $1 AND tenant_id = $2");
        self.executor.fetch_optional(sql.into(), args![id, tenant]).await?.as_ref().map(attachment).transpose()
    }

    async fn find_attachments(&mut self, tenant: TenantId, ids: &[AttachmentId]) -> Result<Vec<AttachmentRecord>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        conditions.any_id("id", ids.to_vec());
        let sql = format!("SELECT {COLUMNS} FROM support_attachments WHERE {}", conditions.sql);
        self.executor.fetch(sql.into(), conditions.args).await?.iter().map(attachment).collect()
    }

    async fn file_usage(&mut self, tenant: TenantId, uploader: PersonId, since: Timestamp) -> Result<FileUsage> {
        let own = "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM support_attachments \
                   WHERE tenant_id = $1 AND uploader_id = $2 AND created_at > $3";
        let own = self.executor.fetch_one(own.into(), args![tenant, uploader, since]).await?;
        let all =
            "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM support_attachments WHERE tenant_id = $1";
        let all = self.executor.fetch_one(all.into(), args![tenant]).await?;
        Ok(FileUsage { files: own.int("files")?, bytes: own.int("bytes")?, tenant_bytes: all.int("bytes")? })
    }

    async fn list_removed_attachments(&mut self, limit: u32) -> Result<Vec<AttachmentRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM support_attachments WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT +$1"
        );
        self.executor.fetch(sql.into(), args![limit]).await?.iter().map(attachment).collect()
    }
}

#[async_trait]
impl<E: Executor> AttachmentsMut for SqlTx<E> {
    async fn insert_attachment(&mut self, attachment: &AttachmentRecord) -> Result<()> {
        insert(&mut self.executor, "support_attachments", COLUMNS, values(attachment)).await
    }

    async fn finish_attachment(&mut self, attachment: &AttachmentRecord) -> Result<bool> {
        let sql = "UPDATE support_attachments SET name = $1, media = $2, size = $3, sha256 = $4, width = $5, height = $6, \
                   is_clean = $7, has_thumbnail = $8, warnings = $9, ready_at = $10 \
                   WHERE id = $11 AND tenant_id = $12 AND ready_at IS NULL AND removed_at IS NULL";
        let file = &attachment.file;
        let mut values: Vec<Arg> = args![
            &file.name,
            &file.media,
            file.size,
            &attachment.sha256,
            file.width,
            file.height,
            attachment.is_clean,
            file.has_thumbnail,
            words(&file.warnings),
        ];
        values.extend(args![attachment.ready_at, file.id, attachment.tenant]);
        Ok(self.executor.execute(sql.into(), values).await? == 1)
    }

    async fn bind_attachments(
        &mut self,
        tenant: TenantId,
        uploader: PersonId,
        ids: &[AttachmentId],
        message: MessageId,
    ) -> Result<u64> {
        if ids.is_empty() {
            return Ok(0);
        }
        let mut conditions = Conditions::new(
            "tenant_id = $1 AND uploader_id = $2 AND message_id IS NULL AND ready_at IS NOT NULL AND removed_at IS NULL",
            args![tenant, uploader, message],
        );
        conditions.any_id("id", ids.to_vec());
        let sql = format!("UPDATE support_attachments SET message_id = $3 WHERE {}", conditions.sql);
        self.executor.execute(sql.into(), conditions.args).await
    }

    async fn remove_attachment(
        &mut self,
        tenant: TenantId,
        uploader: PersonId,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE support_attachments SET removed_at = $4 WHERE id = $1 AND tenant_id = $2 AND uploader_id = $3 \
                   AND message_id IS NULL AND removed_at IS NULL";
        Ok(self.executor.execute(sql.into(), args![id, tenant, uploader, now]).await? == 1)
    }

    async fn remove_attachments_of(&mut self, tenant: TenantId, message: MessageId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE support_attachments SET removed_at = $3 WHERE message_id = $1 AND tenant_id = $2 AND removed_at IS NULL";
        self.executor.execute(sql.into(), args![message, tenant, now]).await?;
        Ok(())
    }

    async fn remove_loose_attachments(
        &mut self,
        begun_before: Timestamp,
        complete_before: Timestamp,
        now: Timestamp,
    ) -> Result<u64> {
        let sql = "UPDATE support_attachments SET removed_at = $3 WHERE message_id IS NULL AND removed_at IS NULL \
                   AND created_at < $1 AND (ready_at IS NULL OR ready_at < $2)";
        self.executor.execute(sql.into(), args![begun_before, complete_before, now]).await
    }

    async fn delete_attachment(&mut self, tenant: TenantId, id: AttachmentId) -> Result<()> {
        let sql = "DELETE FROM support_attachments WHERE id = $1 AND tenant_id = $2 AND removed_at IS NOT NULL";
        self.executor.execute(sql.into(), args![id, tenant]).await?;
        Ok(())
    }
}
