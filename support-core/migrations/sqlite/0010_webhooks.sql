-- Webhooks, what their receivers said, and the lanes of the outbox. Secrets are sealed with a key that is not in the database.

CREATE TABLE support_webhooks (
  id              BLOB    NOT NULL PRIMARY KEY,
  tenant_id       BLOB    NOT NULL,
  url             TEXT    NOT NULL,
  description     TEXT    NOT NULL,
  events          TEXT    NOT NULL,
  secret          TEXT    NOT NULL,
  former_secret   TEXT,
  former_until    INTEGER,
  disabled_at     INTEGER,
  disabled_why    TEXT,
  failing_since   INTEGER,
  last_success_at INTEGER,
  version         INTEGER NOT NULL,
  created_by      BLOB,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX support_webhooks_tenant ON support_webhooks (tenant_id, id);

-- Deliveries of one lane go to one receiver, who gets only so many at once.
ALTER TABLE support_deliveries ADD COLUMN lane TEXT;
CREATE INDEX support_deliveries_lane ON support_deliveries (tenant_id, lane, id) WHERE lane IS NOT NULL;
CREATE INDEX support_deliveries_event ON support_deliveries (tenant_id, lane, event_id) WHERE lane IS NOT NULL;

CREATE TABLE support_delivery_tries (
  id          BLOB    NOT NULL PRIMARY KEY,
  tenant_id   BLOB    NOT NULL,
  delivery_id BLOB    NOT NULL,
  attempt     INTEGER NOT NULL,
  tried_at    INTEGER NOT NULL,
  took_ms     INTEGER NOT NULL,
  status      INTEGER,
  answer      TEXT,
  error       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX support_delivery_tries_delivery ON support_delivery_tries (tenant_id, delivery_id, id);
CREATE INDEX support_delivery_tries_oldest ON support_delivery_tries (tried_at);
