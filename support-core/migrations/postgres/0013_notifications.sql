-- What people of the desk were told of, what they want to be told of, and the browsers that are told. Addresses and keys of browsers
-- are sealed with a key that is not in the database.

CREATE TABLE support_notifications (
  id               UUID        NOT NULL PRIMARY KEY,
  tenant_id        UUID        NOT NULL,
  person_id        UUID        NOT NULL,
  kind             TEXT        NOT NULL,
  event_id         UUID        NOT NULL,
  ticket_id        UUID,
  is_shown         BOOLEAN     NOT NULL,
  mail_due_at      TIMESTAMPTZ,
  mail_delivery_id UUID,
  push_due_at      TIMESTAMPTZ,
  created_at       TIMESTAMPTZ NOT NULL,
  read_at          TIMESTAMPTZ
);
CREATE UNIQUE INDEX support_notifications_once ON support_notifications (tenant_id, event_id, person_id);
CREATE INDEX support_notifications_newest ON support_notifications (tenant_id, person_id, id) WHERE is_shown;
CREATE INDEX support_notifications_unread ON support_notifications (tenant_id, person_id, id) WHERE read_at IS NULL;
CREATE INDEX support_notifications_mail ON support_notifications (tenant_id, person_id, mail_due_at) WHERE mail_due_at IS NOT NULL;
CREATE INDEX support_notifications_oldest ON support_notifications (created_at);

CREATE TABLE support_notification_preferences (
  tenant_id  UUID        NOT NULL,
  person_id  UUID        NOT NULL,
  body       JSONB       NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
);

CREATE TABLE support_push_subscriptions (
  id            UUID        NOT NULL PRIMARY KEY,
  tenant_id     UUID        NOT NULL,
  person_id     UUID        NOT NULL,
  session_id    UUID,
  endpoint_hash BYTEA       NOT NULL,
  sealed        TEXT        NOT NULL,
  host          TEXT        NOT NULL,
  name          TEXT        NOT NULL,
  created_at    TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX support_push_subscriptions_endpoint ON support_push_subscriptions (tenant_id, endpoint_hash);
CREATE INDEX support_push_subscriptions_person ON support_push_subscriptions (tenant_id, person_id, id);
