CREATE TABLE support_meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The random value that the log's cursors carry; a restore replaces it.
INSERT INTO support_meta (name, value) VALUES ('epoch', lower(hex(randomblob(8))));

CREATE TABLE support_tenants (
  id          BLOB    NOT NULL PRIMARY KEY,
  last_number INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE support_people (
  id         BLOB    NOT NULL PRIMARY KEY,
  tenant_id  BLOB    NOT NULL,
  kind       TEXT    NOT NULL,
  subject    TEXT,
  name       TEXT    NOT NULL,
  email      TEXT,
  phone      TEXT,
  verified   INTEGER NOT NULL,
  role       TEXT    NOT NULL,
  is_active  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_people_subject ON support_people (tenant_id, kind, subject) WHERE subject IS NOT NULL;
CREATE INDEX support_people_name ON support_people (tenant_id, kind, name, id);

CREATE TABLE support_accounts (
  person_id     BLOB    NOT NULL PRIMARY KEY REFERENCES support_people (id),
  tenant_id     BLOB    NOT NULL,
  email_key     TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,
  first_name    TEXT    NOT NULL,
  last_name     TEXT    NOT NULL,
  last_login_at INTEGER,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_accounts_email ON support_accounts (tenant_id, email_key);

CREATE TABLE support_inboxes (
  id              BLOB    NOT NULL PRIMARY KEY,
  tenant_id       BLOB    NOT NULL,
  name            TEXT    NOT NULL,
  public_key      TEXT    NOT NULL UNIQUE,
  greeting        TEXT    NOT NULL,
  accent          TEXT    NOT NULL,
  allowed_origins TEXT    NOT NULL,
  identity_secret TEXT,
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE support_tokens (
  id          BLOB    NOT NULL PRIMARY KEY,
  tenant_id   BLOB    NOT NULL,
  secret_hash BLOB    NOT NULL UNIQUE,
  scope_kind  TEXT    NOT NULL,
  scope_id    BLOB    NOT NULL,
  can         TEXT    NOT NULL,
  note        TEXT,
  contact_id  BLOB    NOT NULL REFERENCES support_people (id),
  created_by  BLOB,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  use_count   INTEGER NOT NULL,
  revoked_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX support_tokens_scope ON support_tokens (tenant_id, scope_id, id);
CREATE INDEX support_tokens_newest ON support_tokens (tenant_id, id);

CREATE TABLE support_sessions (
  id          BLOB    NOT NULL PRIMARY KEY,
  tenant_id   BLOB    NOT NULL,
  kind        TEXT    NOT NULL,
  secret_hash BLOB,
  person_id   BLOB    REFERENCES support_people (id),
  inbox_id    BLOB    REFERENCES support_inboxes (id),
  token_id    BLOB    REFERENCES support_tokens (id),
  parent_id   BLOB,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  revoked_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_sessions_secret ON support_sessions (kind, secret_hash) WHERE secret_hash IS NOT NULL;
CREATE INDEX support_sessions_person ON support_sessions (tenant_id, person_id);
CREATE INDEX support_sessions_expiry ON support_sessions (expires_at);

CREATE TABLE support_refresh_tokens (
  secret_hash BLOB    NOT NULL PRIMARY KEY,
  session_id  BLOB    NOT NULL REFERENCES support_sessions (id) ON DELETE CASCADE,
  spent_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX support_refresh_tokens_session ON support_refresh_tokens (session_id);

-- One table for every kind of conversation; what only a ticket has is null elsewhere.
CREATE TABLE support_conversations (
  id                 BLOB    NOT NULL PRIMARY KEY,
  tenant_id          BLOB    NOT NULL,
  kind               TEXT    NOT NULL,
  client_id          TEXT,
  number             INTEGER,
  subject            TEXT    NOT NULL,
  description        TEXT,
  status             TEXT    NOT NULL,
  is_done            INTEGER NOT NULL,
  priority           TEXT    NOT NULL,
  category           TEXT,
  channel            TEXT    NOT NULL,
  inbox_id           BLOB,
  requester_id       BLOB    REFERENCES support_people (id),
  assignee_id        BLOB    REFERENCES support_people (id),
  created_by         BLOB,
  last_seq           INTEGER NOT NULL,
  last_public_seq    INTEGER NOT NULL,
  last_message_at    INTEGER,
  preview            TEXT    NOT NULL,
  activity_at        INTEGER NOT NULL,
  unread_by_agent    INTEGER NOT NULL,
  unread_by_customer INTEGER NOT NULL,
  agent_read_seq     INTEGER NOT NULL,
  customer_read_seq  INTEGER NOT NULL,
  first_response_at  INTEGER,
  resolved_at        INTEGER,
  closed_at          INTEGER,
  created_at         INTEGER NOT NULL,
  updated_at         INTEGER NOT NULL,
  version            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_conversations_number ON support_conversations (tenant_id, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX support_conversations_client ON support_conversations (tenant_id, created_by, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX support_conversations_live ON support_conversations (tenant_id, activity_at, id) WHERE is_done = 0 AND kind = 'ticket';
CREATE INDEX support_conversations_done ON support_conversations (tenant_id, activity_at, id) WHERE is_done = 1 AND kind = 'ticket';
CREATE INDEX support_conversations_activity ON support_conversations (tenant_id, activity_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_created ON support_conversations (tenant_id, created_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_updated ON support_conversations (tenant_id, updated_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_assignee ON support_conversations (tenant_id, assignee_id, activity_at, id) WHERE is_done = 0 AND kind = 'ticket';
CREATE INDEX support_conversations_requester ON support_conversations (tenant_id, requester_id, activity_at, id) WHERE kind = 'ticket';
CREATE INDEX support_conversations_status ON support_conversations (tenant_id, status) WHERE kind = 'ticket';

CREATE TABLE support_messages (
  id              BLOB    NOT NULL PRIMARY KEY,
  tenant_id       BLOB    NOT NULL,
  conversation_id BLOB    NOT NULL REFERENCES support_conversations (id),
  seq             INTEGER NOT NULL,
  client_id       TEXT,
  author_kind     TEXT    NOT NULL,
  author_id       BLOB    REFERENCES support_people (id),
  direction       TEXT    NOT NULL,
  is_internal     INTEGER NOT NULL,
  body            TEXT    NOT NULL,
  channel         TEXT    NOT NULL,
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_messages_seq ON support_messages (conversation_id, seq);
CREATE UNIQUE INDEX support_messages_client ON support_messages (tenant_id, author_id, client_id) WHERE client_id IS NOT NULL;

-- `seq` is the commit order: there is one writer, and AUTOINCREMENT never gives a number twice.
CREATE TABLE support_events (
  seq             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id              BLOB    NOT NULL UNIQUE,
  tenant_id       BLOB    NOT NULL,
  kind            TEXT    NOT NULL,
  is_internal     INTEGER NOT NULL,
  actor_kind      TEXT    NOT NULL,
  actor_id        BLOB,
  conversation_id BLOB    REFERENCES support_conversations (id),
  message_id      BLOB,
  up_to_seq       INTEGER,
  changes         TEXT    NOT NULL,
  request_id      TEXT    NOT NULL,
  occurred_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX support_events_conversation ON support_events (conversation_id, id);

CREATE TABLE support_deliveries (
  id              BLOB    NOT NULL PRIMARY KEY,
  tenant_id       BLOB    NOT NULL,
  handler         TEXT    NOT NULL,
  event_id        BLOB    NOT NULL,
  purpose         TEXT    NOT NULL,
  recipient       TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER,
  last_error      TEXT,
  created_at      INTEGER NOT NULL,
  finished_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX support_deliveries_due ON support_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX support_deliveries_newest ON support_deliveries (tenant_id, id);
CREATE INDEX support_deliveries_state ON support_deliveries (tenant_id, state, id);

CREATE TABLE support_idempotency (
  tenant_id   BLOB    NOT NULL,
  caller_id   BLOB    NOT NULL,
  key         TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  body        TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, caller_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_idempotency_age ON support_idempotency (created_at);
