-- What the statistics count, as differences: each change of a ticket adds rows, and the upkeep sums them up. `day` is days since
-- 1970 in UTC, 0 for what is counted as it stands now. Spans of time are in seconds, rounded down to two significant digits.
CREATE TABLE support_tally (
  tenant_id BLOB    NOT NULL,
  day       INTEGER NOT NULL,
  metric    TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  delta     INTEGER NOT NULL
) STRICT;
CREATE INDEX support_tally_day ON support_tally (tenant_id, day, metric, value, delta);

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, 0, 'status', status, COUNT(*) FROM support_conversations WHERE kind = 'ticket' GROUP BY tenant_id, status;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, 0, 'priority', priority, COUNT(*) FROM support_conversations WHERE kind = 'ticket' GROUP BY tenant_id, priority;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, 0, 'channel', channel, COUNT(*) FROM support_conversations WHERE kind = 'ticket' GROUP BY tenant_id, channel;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, 0, 'assignee', CASE WHEN assignee_id IS NULL THEN '' ELSE lower(substr(hex(assignee_id), 1, 8) || '-'
  || substr(hex(assignee_id), 9, 4) || '-' || substr(hex(assignee_id), 13, 4) || '-' || substr(hex(assignee_id), 17, 4) || '-'
  || substr(hex(assignee_id), 21)) END, COUNT(*)
FROM support_conversations WHERE kind = 'ticket' GROUP BY tenant_id, assignee_id;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, created_at / 86400000000, 'created', '', COUNT(*) FROM support_conversations WHERE kind = 'ticket'
GROUP BY tenant_id, created_at / 86400000000;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, day, 'resolved', '', COUNT(*) FROM (
  SELECT tenant_id, COALESCE(resolved_at, closed_at) / 86400000000 AS day FROM support_conversations
  WHERE kind = 'ticket' AND is_done = 1 AND COALESCE(resolved_at, closed_at) IS NOT NULL
) done GROUP BY tenant_id, day;

INSERT INTO support_tally (tenant_id, day, metric, value, delta)
SELECT tenant_id, day, metric,
  CAST(CASE WHEN seconds < 100 THEN seconds WHEN seconds < 1000 THEN seconds / 10 * 10 WHEN seconds < 10000 THEN seconds / 100 * 100
    WHEN seconds < 100000 THEN seconds / 1000 * 1000 WHEN seconds < 1000000 THEN seconds / 10000 * 10000
    WHEN seconds < 10000000 THEN seconds / 100000 * 100000 ELSE seconds / 1000000 * 1000000 END AS TEXT), 1
FROM (
  SELECT tenant_id, 'first_response' AS metric, first_response_at / 86400000000 AS day, max(0, first_response_at - created_at) / 1000000 AS seconds
  FROM support_conversations WHERE kind = 'ticket' AND first_response_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, 'resolution', COALESCE(resolved_at, closed_at) / 86400000000, max(0, COALESCE(resolved_at, closed_at) - created_at) / 1000000
  FROM support_conversations WHERE kind = 'ticket' AND is_done = 1 AND COALESCE(resolved_at, closed_at) IS NOT NULL
) spans;
