-- One document a message, and one with seq 0 for the ticket itself. The words are cut and folded by the program, not by a text search
-- configuration, so that every database finds the same.
CREATE TABLE support_search (
  tenant_id UUID     NOT NULL,
  number    BIGINT   NOT NULL,
  seq       BIGINT   NOT NULL,
  is_note   BOOLEAN  NOT NULL,
  words     TSVECTOR NOT NULL,
  PRIMARY KEY (tenant_id, number, seq)
);
-- What waits to be sorted in is read by every search: keep it short.
CREATE INDEX support_search_words ON support_search USING gin (words) WITH (gin_pending_list_limit = 256);

-- The newest tickets first, the order of what was searched for.
CREATE INDEX support_conversations_newest ON support_conversations (tenant_id, number, id) WHERE kind = 'ticket';
