-- Values that few tickets have are found by their own index, whatever a list is ordered by. It is written when the value changes and
-- not with every message, which an index on the ticket's column would be.
INSERT INTO support_ticket_index (tenant_id, kind, value, conversation_id)
SELECT tenant_id, 'category', category, id FROM support_conversations WHERE kind = 'ticket' AND category IS NOT NULL;

INSERT INTO support_ticket_index (tenant_id, kind, value, conversation_id)
SELECT tenant_id, 'channel', channel, id FROM support_conversations WHERE kind = 'ticket';

INSERT INTO support_ticket_index (tenant_id, kind, value, conversation_id)
SELECT tenant_id, 'team', team_id::text, id FROM support_conversations WHERE kind = 'ticket' AND team_id IS NOT NULL;

INSERT INTO support_ticket_index (tenant_id, kind, value, conversation_id)
SELECT tenant_id, 'assignee', assignee_id::text, id FROM support_conversations WHERE kind = 'ticket' AND assignee_id IS NOT NULL;

-- Nothing asks for all entries of a ticket.
DROP INDEX support_ticket_index_ticket;

-- Few tickets wait at any time.
CREATE INDEX support_conversations_unread ON support_conversations (tenant_id, id) WHERE unread_by_agent > 0 AND kind = 'ticket';
CREATE INDEX support_conversations_overdue ON support_conversations (tenant_id, is_done, id) WHERE sla_overdue AND kind = 'ticket';

-- With the id, so that the first thousand of a status come from the index alone.
DROP INDEX support_conversations_status;
CREATE INDEX support_conversations_status ON support_conversations (tenant_id, status, id) WHERE kind = 'ticket';

-- The messages of all tickets are read by their ids, and notes are few among them.
CREATE INDEX support_messages_tenant ON support_messages (tenant_id, id);
CREATE INDEX support_messages_notes ON support_messages (tenant_id, id) WHERE is_internal;
