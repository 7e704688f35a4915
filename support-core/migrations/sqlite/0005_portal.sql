-- What admins set of the desk's configuration; what has no row has its default.
CREATE TABLE support_config (
  tenant_id  BLOB    NOT NULL,
  key        TEXT    NOT NULL,
  value      TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
