-- Files that people attach. The bytes are in the file store, under names that only this table knows.

CREATE TABLE support_attachments (
  id            UUID        NOT NULL PRIMARY KEY,
  tenant_id     UUID        NOT NULL,
  uploader_id   UUID        NOT NULL,
  message_id    UUID,
  blob_key      TEXT        NOT NULL,
  name          TEXT        NOT NULL,
  media         TEXT        NOT NULL,
  size          BIGINT      NOT NULL,
  sha256        TEXT        NOT NULL,
  width         BIGINT,
  height        BIGINT,
  is_clean      BOOLEAN     NOT NULL,
  has_thumbnail BOOLEAN     NOT NULL,
  warnings      TEXT        NOT NULL,
  created_at    TIMESTAMPTZ NOT NULL,
  ready_at      TIMESTAMPTZ,
  removed_at    TIMESTAMPTZ
);
CREATE INDEX support_attachments_uploader ON support_attachments (tenant_id, uploader_id, created_at);
CREATE INDEX support_attachments_usage ON support_attachments (tenant_id, size);
CREATE INDEX support_attachments_message ON support_attachments (message_id) WHERE message_id IS NOT NULL;
-- What nothing names any more, and what may come to that.
CREATE INDEX support_attachments_loose ON support_attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX support_attachments_removed ON support_attachments (removed_at) WHERE removed_at IS NOT NULL;
