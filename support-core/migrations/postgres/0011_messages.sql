-- What messages have beyond their text: what they answer, how they are written, and what became of them.
ALTER TABLE support_messages ADD COLUMN format TEXT NOT NULL DEFAULT 'text';
ALTER TABLE support_messages ADD COLUMN body_html TEXT;
ALTER TABLE support_messages ADD COLUMN reply_to UUID;
ALTER TABLE support_messages ADD COLUMN reply_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE support_messages ADD COLUMN edited_at TIMESTAMPTZ;
ALTER TABLE support_messages ADD COLUMN deleted_at TIMESTAMPTZ;
ALTER TABLE support_messages ADD COLUMN details JSONB;
CREATE INDEX support_messages_replies ON support_messages (reply_to, id) WHERE reply_to IS NOT NULL;

-- What a message said before it was edited. Deleting a message deletes them.
CREATE TABLE support_message_revisions (
  id         UUID        NOT NULL,
  message_id UUID        NOT NULL REFERENCES support_messages (id),
  tenant_id  UUID        NOT NULL,
  written_at TIMESTAMPTZ NOT NULL,
  body       TEXT        NOT NULL,
  PRIMARY KEY (message_id, id)
);
