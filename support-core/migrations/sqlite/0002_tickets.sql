-- What a ticket has beyond its thread. `sla_due_at` is never null, so that it can order a list: the far future stands for none.
ALTER TABLE support_conversations ADD COLUMN team_id BLOB;
ALTER TABLE support_conversations ADD COLUMN priority_rank INTEGER NOT NULL DEFAULT 1;
ALTER TABLE support_conversations ADD COLUMN snoozed_until INTEGER;
ALTER TABLE support_conversations ADD COLUMN merged_into BLOB;
ALTER TABLE support_conversations ADD COLUMN merged_at INTEGER;
ALTER TABLE support_conversations ADD COLUMN sla_due_at INTEGER NOT NULL DEFAULT 253402300799000000;
ALTER TABLE support_conversations ADD COLUMN sla_overdue INTEGER NOT NULL DEFAULT 0;
ALTER TABLE support_conversations ADD COLUMN sla TEXT;
ALTER TABLE support_conversations ADD COLUMN sla_timer_at INTEGER;
ALTER TABLE support_conversations ADD COLUMN details TEXT;
UPDATE support_conversations SET priority_rank = CASE priority WHEN 'low' THEN 0 WHEN 'medium' THEN 1 WHEN 'high' THEN 2 ELSE 3 END;
CREATE INDEX support_conversations_due ON support_conversations (tenant_id, sla_due_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_priority ON support_conversations (tenant_id, priority_rank, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_snoozed ON support_conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX support_conversations_timer ON support_conversations (sla_timer_at) WHERE sla_timer_at IS NOT NULL;
CREATE INDEX support_conversations_merged ON support_conversations (merged_into) WHERE merged_into IS NOT NULL;

-- Tags, links and watchers of tickets by value; the ticket's own row carries them too, for reading.
CREATE TABLE support_ticket_index (
  tenant_id       BLOB NOT NULL,
  kind            TEXT NOT NULL,
  value           TEXT NOT NULL,
  conversation_id BLOB NOT NULL REFERENCES support_conversations (id),
  PRIMARY KEY (tenant_id, kind, value, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_ticket_index_ticket ON support_ticket_index (conversation_id);

-- Where a message stood before its ticket was merged into another.
ALTER TABLE support_messages ADD COLUMN merged_from BLOB;
ALTER TABLE support_messages ADD COLUMN merged_seq INTEGER;
CREATE INDEX support_messages_merged ON support_messages (merged_from) WHERE merged_from IS NOT NULL;

-- The log is the audit too: facts about other things than tickets name their resource.
ALTER TABLE support_events ADD COLUMN resource TEXT;
ALTER TABLE support_events ADD COLUMN address TEXT;

-- Small things that people with rights make and many read: tags, views, teams, roles, policies.
CREATE TABLE support_settings (
  id         BLOB    NOT NULL PRIMARY KEY,
  tenant_id  BLOB    NOT NULL,
  kind       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  owner_id   BLOB,
  body       TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_by BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_settings_name ON support_settings (tenant_id, kind, name_key);
