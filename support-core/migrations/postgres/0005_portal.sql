-- What admins set of the desk's configuration; what has no row has its default.
CREATE TABLE support_config (
  tenant_id  UUID        NOT NULL,
  key        TEXT        NOT NULL,
  value      JSONB       NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (tenant_id, key)
);

-- The log is read by time, by who did it and by what it is about, and never written again but for its number.
CREATE INDEX support_events_tenant ON support_events (tenant_id, id);
CREATE INDEX support_events_actor ON support_events (tenant_id, actor_id, id);
CREATE INDEX support_events_resource ON support_events (tenant_id, resource, id) WHERE resource IS NOT NULL;
CREATE INDEX support_events_kind ON support_events (tenant_id, kind, id) WHERE resource IS NOT NULL;
CREATE FUNCTION support_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$;
CREATE TRIGGER support_events_stay BEFORE DELETE ON support_events FOR EACH ROW EXECUTE FUNCTION support_events_stay();
CREATE TRIGGER support_events_same BEFORE UPDATE OF id, tenant_id, kind, is_internal, actor_kind, actor_id, conversation_id, message_id, up_to_seq, changes, request_id, occurred_at, resource, address ON support_events FOR EACH ROW EXECUTE FUNCTION support_events_stay();

-- What a link to a record of the host opens ("kind:id"), where its holder could be reached when it was made, and when it was used.
ALTER TABLE support_tokens ADD COLUMN scope_link TEXT;
ALTER TABLE support_tokens ADD COLUMN address TEXT;
ALTER TABLE support_tokens ADD COLUMN last_used_at TIMESTAMPTZ;
CREATE INDEX support_tokens_contact ON support_tokens (tenant_id, contact_id, id);
