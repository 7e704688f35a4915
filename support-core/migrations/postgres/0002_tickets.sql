-- What a ticket has beyond its thread. `sla_due_at` is never null, so that it can order a list: the far future stands for none.
ALTER TABLE support_conversations ADD COLUMN team_id UUID;
ALTER TABLE support_conversations ADD COLUMN priority_rank BIGINT NOT NULL DEFAULT 1;
ALTER TABLE support_conversations ADD COLUMN snoozed_until TIMESTAMPTZ;
ALTER TABLE support_conversations ADD COLUMN merged_into UUID;
ALTER TABLE support_conversations ADD COLUMN merged_at TIMESTAMPTZ;
ALTER TABLE support_conversations ADD COLUMN sla_due_at TIMESTAMPTZ NOT NULL DEFAULT '9999-12-31T23:59:59Z';
ALTER TABLE support_conversations ADD COLUMN sla_overdue BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE support_conversations ADD COLUMN sla JSONB;
ALTER TABLE support_conversations ADD COLUMN sla_timer_at TIMESTAMPTZ;
ALTER TABLE support_conversations ADD COLUMN details JSONB;
UPDATE support_conversations SET priority_rank = CASE priority WHEN 'low' THEN 0 WHEN 'medium' THEN 1 WHEN 'high' THEN 2 ELSE 3 END;
CREATE INDEX support_conversations_due ON support_conversations (tenant_id, sla_due_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_priority ON support_conversations (tenant_id, priority_rank, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_snoozed ON support_conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX support_conversations_timer ON support_conversations (sla_timer_at) WHERE sla_timer_at IS NOT NULL;
CREATE INDEX support_conversations_merged ON support_conversations (merged_into) WHERE merged_into IS NOT NULL;

-- Tags, links and watchers of tickets by value; the ticket's own row carries them too, for reading.
CREATE TABLE support_ticket_index (
  tenant_id       UUID NOT NULL,
  kind            TEXT NOT NULL,
  value           TEXT NOT NULL,
  conversation_id UUID NOT NULL REFERENCES support_conversations (id),
  PRIMARY KEY (tenant_id, kind, value, conversation_id)
);
CREATE INDEX support_ticket_index_ticket ON support_ticket_index (conversation_id);

-- Where a message stood before its ticket was merged into another.
ALTER TABLE support_messages ADD COLUMN merged_from UUID;
ALTER TABLE support_messages ADD COLUMN merged_seq BIGINT;
CREATE INDEX support_messages_merged ON support_messages (merged_from) WHERE merged_from IS NOT NULL;

-- The log is the audit too: facts about other things than tickets name their resource.
ALTER TABLE support_events ADD COLUMN resource TEXT;
ALTER TABLE support_events ADD COLUMN address TEXT;

-- Small things that people with rights make and many read: tags, views, teams, roles, policies.
CREATE TABLE support_settings (
  id         UUID    NOT NULL PRIMARY KEY,
  tenant_id  UUID    NOT NULL,
  kind       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  owner_id   UUID,
  body       JSONB   NOT NULL,
  version    BIGINT NOT NULL,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX support_settings_name ON support_settings (tenant_id, kind, name_key);
