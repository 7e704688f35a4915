-- Which rules a ticket's deadlines were computed by: where it is not the mark of today's rules, they are computed anew.
ALTER TABLE support_conversations ADD COLUMN sla_mark INTEGER NOT NULL DEFAULT 0;
CREATE INDEX support_conversations_mark ON support_conversations (tenant_id, sla_mark) WHERE is_done = 0 AND kind = 'ticket';
