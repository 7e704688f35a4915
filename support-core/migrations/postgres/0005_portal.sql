-- What admins set of the desk's configuration; what has no row has its default.
CREATE TABLE support_config (
  tenant_id  uuid        NOT NULL,
  key        text        NOT NULL,
  value      jsonb       NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
