-- The custom role of an agent: none means the usual rights.
ALTER TABLE support_people ADD COLUMN custom_role_id uuid;
CREATE INDEX support_people_role ON support_people (tenant_id, custom_role_id) WHERE custom_role_id IS NOT NULL;

-- Somebody invited has an account without a password.
ALTER TABLE support_accounts ALTER COLUMN password_hash DROP NOT NULL;

-- A program's key. It acts as a person of its own, whose id it has.
CREATE TABLE support_api_keys (
  id           uuid        NOT NULL PRIMARY KEY REFERENCES support_people (id),
  tenant_id    uuid        NOT NULL,
  name         text        NOT NULL,
  secret_hash  bytea       NOT NULL UNIQUE,
  hint         text        NOT NULL,
  scopes       text        NOT NULL,
  created_by   uuid        NOT NULL REFERENCES support_people (id),
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX support_api_keys_newest ON support_api_keys (tenant_id, id);

-- How often something was tried that must not be tried often. The key is a hash of what is limited.
CREATE TABLE support_throttle (
  tenant_id uuid        NOT NULL,
  key       bytea       NOT NULL,
  tries     bigint      NOT NULL,
  ends_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX support_throttle_end ON support_throttle (ends_at);
