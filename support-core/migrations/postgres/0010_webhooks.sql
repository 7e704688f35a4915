-- Webhooks, what their receivers said, and the lanes of the outbox. Secrets are sealed with a key that is not in the database.

CREATE TABLE support_webhooks (
  id              UUID        NOT NULL PRIMARY KEY,
  tenant_id       UUID        NOT NULL,
  url             TEXT        NOT NULL,
  description     TEXT        NOT NULL,
  events          TEXT        NOT NULL,
  secret          TEXT        NOT NULL,
  former_secret   TEXT,
  former_until    TIMESTAMPTZ,
  disabled_at     TIMESTAMPTZ,
  disabled_why    TEXT,
  failing_since   TIMESTAMPTZ,
  last_success_at TIMESTAMPTZ,
  version         BIGINT      NOT NULL,
  created_by      UUID,
  created_at      TIMESTAMPTZ NOT NULL,
  updated_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX support_webhooks_tenant ON support_webhooks (tenant_id, id);

-- Deliveries of one lane go to one receiver, who gets only so many at once.
ALTER TABLE support_deliveries ADD COLUMN lane TEXT;
CREATE INDEX support_deliveries_lane ON support_deliveries (tenant_id, lane, id) WHERE lane IS NOT NULL;
CREATE INDEX support_deliveries_event ON support_deliveries (tenant_id, lane, event_id) WHERE lane IS NOT NULL;

CREATE TABLE support_delivery_tries (
  id          UUID        NOT NULL PRIMARY KEY,
  tenant_id   UUID        NOT NULL,
  delivery_id UUID        NOT NULL,
  attempt     BIGINT      NOT NULL,
  tried_at    TIMESTAMPTZ NOT NULL,
  took_ms     BIGINT      NOT NULL,
  status      BIGINT,
  answer      TEXT,
  error       TEXT
);
CREATE INDEX support_delivery_tries_delivery ON support_delivery_tries (tenant_id, delivery_id, id);
CREATE INDEX support_delivery_tries_oldest ON support_delivery_tries (tried_at);
