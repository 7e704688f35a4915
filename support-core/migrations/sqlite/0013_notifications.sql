-- What people of the desk were told of, what they want to be told of, and the browsers that are told. Addresses and keys of browsers
-- are sealed with a key that is not in the database.

CREATE TABLE support_notifications (
  id               BLOB    NOT NULL PRIMARY KEY,
  tenant_id        BLOB    NOT NULL,
  person_id        BLOB    NOT NULL,
  kind             TEXT    NOT NULL,
  event_id         BLOB    NOT NULL,
  ticket_id        BLOB,
  is_shown         INTEGER NOT NULL,
  mail_due_at      INTEGER,
  mail_delivery_id BLOB,
  push_due_at      INTEGER,
  created_at       INTEGER NOT NULL,
  read_at          INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_notifications_once ON support_notifications (tenant_id, event_id, person_id);
CREATE INDEX support_notifications_newest ON support_notifications (tenant_id, person_id, id) WHERE is_shown = 1;
CREATE INDEX support_notifications_unread ON support_notifications (tenant_id, person_id, id) WHERE read_at IS NULL;
CREATE INDEX support_notifications_mail ON support_notifications (tenant_id, person_id, mail_due_at) WHERE mail_due_at IS NOT NULL;
CREATE INDEX support_notifications_oldest ON support_notifications (created_at);

CREATE TABLE support_notification_preferences (
  tenant_id  BLOB    NOT NULL,
  person_id  BLOB    NOT NULL,
  body       TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE support_push_subscriptions (
  id            BLOB    NOT NULL PRIMARY KEY,
  tenant_id     BLOB    NOT NULL,
  person_id     BLOB    NOT NULL,
  session_id    BLOB,
  endpoint_hash BLOB    NOT NULL,
  sealed        TEXT    NOT NULL,
  host          TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX support_push_subscriptions_endpoint ON support_push_subscriptions (tenant_id, endpoint_hash);
CREATE INDEX support_push_subscriptions_person ON support_push_subscriptions (tenant_id, person_id, id);
