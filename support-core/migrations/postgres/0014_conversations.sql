-- Direct and group conversations. `pair` is what makes the direct conversation of two people the only one.
ALTER TABLE support_conversations ADD COLUMN pair TEXT;
CREATE UNIQUE INDEX support_conversations_pair ON support_conversations (tenant_id, pair) WHERE pair IS NOT NULL;

-- Who takes part, and how far they have read: up to `read_seq`, and single messages beyond it in `read_apart`.
CREATE TABLE support_participants (
  conversation_id UUID        NOT NULL REFERENCES support_conversations (id),
  person_id       UUID        NOT NULL REFERENCES support_people (id),
  tenant_id       UUID        NOT NULL,
  role            TEXT        NOT NULL,
  joined_at       TIMESTAMPTZ NOT NULL,
  read_seq        BIGINT      NOT NULL,
  read_apart      JSONB,
  unread          BIGINT      NOT NULL,
  PRIMARY KEY (conversation_id, person_id)
);
CREATE INDEX support_participants_person ON support_participants (tenant_id, person_id);
