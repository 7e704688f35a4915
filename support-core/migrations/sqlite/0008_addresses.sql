-- Whoever asks for a fresh portal link is looked for by their address.
CREATE INDEX support_people_email ON support_people (tenant_id, LOWER(email)) WHERE email IS NOT NULL;
