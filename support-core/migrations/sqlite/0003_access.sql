-- The custom role of an agent: none means the usual rights.
ALTER TABLE support_people ADD COLUMN custom_role_id BLOB;
CREATE INDEX support_people_role ON support_people (tenant_id, custom_role_id) WHERE custom_role_id IS NOT NULL;

-- Somebody invited has an account without a password. SQLite takes a NOT NULL away by a new table only.
ALTER TABLE support_accounts RENAME TO support_accounts_1;
DROP INDEX support_accounts_email;
CREATE TABLE support_accounts (
  person_id     BLOB    NOT NULL PRIMARY KEY REFERENCES support_people (id),
  tenant_id     BLOB    NOT NULL,
  email_key     TEXT    NOT NULL,
  password_hash TEXT,
  first_name    TEXT    NOT NULL,
  last_name     TEXT    NOT NULL,
  last_login_at INTEGER,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO support_accounts
  SELECT person_id, tenant_id, email_key, password_hash, first_name, last_name, last_login_at, created_at
  FROM support_accounts_1;
DROP TABLE support_accounts_1;
CREATE UNIQUE INDEX support_accounts_email ON support_accounts (tenant_id, email_key);

-- A program's key. It acts as a person of its own, whose id it has.
CREATE TABLE support_api_keys (
  id           BLOB    NOT NULL PRIMARY KEY REFERENCES support_people (id),
  tenant_id    BLOB    NOT NULL,
  name         TEXT    NOT NULL,
  secret_hash  BLOB    NOT NULL UNIQUE,
  hint         TEXT    NOT NULL,
  scopes       TEXT    NOT NULL,
  created_by   BLOB    NOT NULL REFERENCES support_people (id),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER,
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX support_api_keys_newest ON support_api_keys (tenant_id, id);

-- How often something was tried that must not be tried often. The key is a hash of what is limited.
CREATE TABLE support_throttle (
  tenant_id BLOB    NOT NULL,
  key       BLOB    NOT NULL,
  tries     INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_throttle_end ON support_throttle (ends_at);
