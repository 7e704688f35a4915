CREATE TABLE support_meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- The random value that the log's cursors carry; a restore replaces it.
INSERT INTO support_meta (name, value) VALUES ('epoch', md5(gen_random_uuid()::text));

CREATE TABLE support_tenants (
  id          UUID   NOT NULL PRIMARY KEY,
  last_number BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE support_people (
  id         UUID        NOT NULL PRIMARY KEY,
  tenant_id  UUID        NOT NULL,
  kind       TEXT        NOT NULL,
  subject    TEXT,
  -- Lists page by the name: in the order of the code points, as on SQLite, whatever the server's alphabet.
  name       TEXT        COLLATE "C" NOT NULL,
  email      TEXT,
  phone      TEXT,
  verified   BOOLEAN     NOT NULL,
  role       TEXT        NOT NULL,
  is_active  BOOLEAN     NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX support_people_subject ON support_people (tenant_id, kind, subject) WHERE subject IS NOT NULL;
CREATE INDEX support_people_name ON support_people (tenant_id, kind, name, id);

CREATE TABLE support_accounts (
  person_id     UUID        NOT NULL PRIMARY KEY REFERENCES support_people (id),
  tenant_id     UUID        NOT NULL,
  email_key     TEXT        NOT NULL,
  password_hash TEXT        NOT NULL,
  first_name    TEXT        NOT NULL,
  last_name     TEXT        NOT NULL,
  last_login_at TIMESTAMPTZ,
  created_at    TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX support_accounts_email ON support_accounts (tenant_id, email_key);

CREATE TABLE support_inboxes (
  id              UUID        NOT NULL PRIMARY KEY,
  tenant_id       UUID        NOT NULL,
  name            TEXT        NOT NULL,
  public_key      TEXT        NOT NULL UNIQUE,
  greeting        TEXT        NOT NULL,
  accent          TEXT        NOT NULL,
  allowed_origins TEXT        NOT NULL,
  identity_secret TEXT,
  created_at      TIMESTAMPTZ NOT NULL
);

CREATE TABLE support_tokens (
  id          UUID        NOT NULL PRIMARY KEY,
  tenant_id   UUID        NOT NULL,
  secret_hash BYTEA       NOT NULL UNIQUE,
  scope_kind  TEXT        NOT NULL,
  scope_id    UUID        NOT NULL,
  can         TEXT        NOT NULL,
  note        TEXT,
  contact_id  UUID        NOT NULL REFERENCES support_people (id),
  created_by  UUID,
  created_at  TIMESTAMPTZ NOT NULL,
  expires_at  TIMESTAMPTZ NOT NULL,
  use_count   BIGINT      NOT NULL,
  revoked_at  TIMESTAMPTZ
);
CREATE INDEX support_tokens_scope ON support_tokens (tenant_id, scope_id, id);
CREATE INDEX support_tokens_newest ON support_tokens (tenant_id, id);

CREATE TABLE support_sessions (
  id          UUID        NOT NULL PRIMARY KEY,
  tenant_id   UUID        NOT NULL,
  kind        TEXT        NOT NULL,
  secret_hash BYTEA,
  person_id   UUID        REFERENCES support_people (id),
  inbox_id    UUID        REFERENCES support_inboxes (id),
  token_id    UUID        REFERENCES support_tokens (id),
  parent_id   UUID,
  created_at  TIMESTAMPTZ NOT NULL,
  expires_at  TIMESTAMPTZ NOT NULL,
  revoked_at  TIMESTAMPTZ
);
CREATE UNIQUE INDEX support_sessions_secret ON support_sessions (kind, secret_hash) WHERE secret_hash IS NOT NULL;
CREATE INDEX support_sessions_person ON support_sessions (tenant_id, person_id);
CREATE INDEX support_sessions_expiry ON support_sessions (expires_at);

CREATE TABLE support_refresh_tokens (
  secret_hash BYTEA       NOT NULL PRIMARY KEY,
  session_id  UUID        NOT NULL REFERENCES support_sessions (id) ON DELETE CASCADE,
  spent_at    TIMESTAMPTZ
);
CREATE INDEX support_refresh_tokens_session ON support_refresh_tokens (session_id);

-- One table for every kind of conversation; what only a ticket has is null elsewhere.
CREATE TABLE support_conversations (
  id                 UUID        NOT NULL PRIMARY KEY,
  tenant_id          UUID        NOT NULL,
  kind               TEXT        NOT NULL,
  client_id          TEXT,
  number             BIGINT,
  subject            TEXT        NOT NULL,
  description        TEXT,
  status             TEXT        NOT NULL,
  is_done            BOOLEAN     NOT NULL,
  priority           TEXT        NOT NULL,
  category           TEXT,
  channel            TEXT        NOT NULL,
  inbox_id           UUID,
  requester_id       UUID        REFERENCES support_people (id),
  assignee_id        UUID        REFERENCES support_people (id),
  created_by         UUID,
  last_seq           BIGINT      NOT NULL,
  last_public_seq    BIGINT      NOT NULL,
  last_message_at    TIMESTAMPTZ,
  preview            TEXT        NOT NULL,
  activity_at        TIMESTAMPTZ NOT NULL,
  unread_by_agent    BIGINT      NOT NULL,
  unread_by_customer BIGINT      NOT NULL,
  agent_read_seq     BIGINT      NOT NULL,
  customer_read_seq  BIGINT      NOT NULL,
  first_response_at  TIMESTAMPTZ,
  resolved_at        TIMESTAMPTZ,
  closed_at          TIMESTAMPTZ,
  created_at         TIMESTAMPTZ NOT NULL,
  updated_at         TIMESTAMPTZ NOT NULL,
  version            BIGINT      NOT NULL
);
CREATE UNIQUE INDEX support_conversations_number ON support_conversations (tenant_id, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX support_conversations_client ON support_conversations (tenant_id, created_by, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX support_conversations_live ON support_conversations (tenant_id, activity_at, id) WHERE NOT is_done AND kind = 'ticket';
CREATE INDEX support_conversations_done ON support_conversations (tenant_id, activity_at, id) WHERE is_done AND kind = 'ticket';
CREATE INDEX support_conversations_activity ON support_conversations (tenant_id, activity_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_created ON support_conversations (tenant_id, created_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_updated ON support_conversations (tenant_id, updated_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_assignee ON support_conversations (tenant_id, assignee_id, activity_at, id) WHERE NOT is_done AND kind = 'ticket';
CREATE INDEX support_conversations_requester ON support_conversations (tenant_id, requester_id, activity_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_status ON support_conversations (tenant_id, status) WHERE kind = 'ticket';

CREATE TABLE support_messages (
  id              UUID        NOT NULL PRIMARY KEY,
  tenant_id       UUID        NOT NULL,
  conversation_id UUID        NOT NULL REFERENCES support_conversations (id),
  seq             BIGINT      NOT NULL,
  client_id       TEXT,
  author_kind     TEXT        NOT NULL,
  author_id       UUID        REFERENCES support_people (id),
  direction       TEXT        NOT NULL,
  is_internal     BOOLEAN     NOT NULL,
  body            TEXT        NOT NULL,
  channel         TEXT        NOT NULL,
  created_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX support_messages_seq ON support_messages (conversation_id, seq);
CREATE UNIQUE INDEX support_messages_client ON support_messages (tenant_id, author_id, client_id) WHERE client_id IS NOT NULL;

-- `seq` is the commit order, given after the commit by one sequencer at a time. `draft` is the order of insertion, which agrees with the
-- commit order within a conversation, because its row is locked before the draw.
CREATE TABLE support_events (
  id              UUID        NOT NULL PRIMARY KEY,
  seq             BIGINT      UNIQUE,
  draft           BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
  tenant_id       UUID        NOT NULL,
  kind            TEXT        NOT NULL,
  is_internal     BOOLEAN     NOT NULL,
  actor_kind      TEXT        NOT NULL,
  actor_id        UUID,
  conversation_id UUID        REFERENCES support_conversations (id),
  message_id      UUID,
  up_to_seq       BIGINT,
  changes         JSONB       NOT NULL,
  request_id      TEXT        NOT NULL,
  occurred_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX support_events_conversation ON support_events (conversation_id, id);
CREATE INDEX support_events_unnumbered ON support_events (draft) WHERE seq IS NULL;

CREATE TABLE support_deliveries (
  id              UUID        NOT NULL PRIMARY KEY,
  tenant_id       UUID        NOT NULL,
  handler         TEXT        NOT NULL,
  event_id        UUID        NOT NULL,
  purpose         TEXT        NOT NULL,
  recipient       TEXT        NOT NULL,
  state           TEXT        NOT NULL,
  attempts        BIGINT      NOT NULL,
  next_attempt_at TIMESTAMPTZ,
  last_error      TEXT,
  created_at      TIMESTAMPTZ NOT NULL,
  finished_at     TIMESTAMPTZ
);
CREATE INDEX support_deliveries_due ON support_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX support_deliveries_newest ON support_deliveries (tenant_id, id);
CREATE INDEX support_deliveries_state ON support_deliveries (tenant_id, state, id);

CREATE TABLE support_idempotency (
  tenant_id   UUID        NOT NULL,
  caller_id   UUID        NOT NULL,
  key         TEXT        NOT NULL,
  fingerprint TEXT        NOT NULL,
  body        TEXT        NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (tenant_id, caller_id, key)
);
CREATE INDEX support_idempotency_age ON support_idempotency (created_at);
