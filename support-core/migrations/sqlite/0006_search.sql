-- Where a tenant's documents lie in the index: the rowid of a document is base | ticket number << 20 | seq of the message, 0 for the
-- ticket itself. So the documents of a tenant and those of a ticket lie together, and the newest ticket comes last.
CREATE TABLE support_search_tenants (
  tenant_id BLOB    NOT NULL PRIMARY KEY,
  base      INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
INSERT INTO support_search_tenants (tenant_id, base) SELECT id, (ROW_NUMBER() OVER (ORDER BY id) - 1) << 46 FROM support_tenants;

-- The texts come as words that the program has cut and folded, separated by spaces: the tokenizer has nothing left to decide.
CREATE VIRTUAL TABLE support_search USING fts5 (
  subject, requester, body, note, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3 4'
);

-- The newest tickets first, the order of what was searched for.
CREATE INDEX support_conversations_newest ON support_conversations (tenant_id, number, id) WHERE kind = 'ticket';
