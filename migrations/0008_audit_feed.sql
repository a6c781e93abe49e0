-- xid tells a reader which events it has not seen yet: neither ids nor times are in the order of commits.

-- step: a constant first, so that the table is not rewritten; what is there already was always seen
ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE audit_events ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
-- How many sessions the deed ended; one deed may end many.
ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS ended integer NOT NULL DEFAULT 0;

-- step: what an attempt that was cut may have left
DROP INDEX CONCURRENTLY IF EXISTS audit_events_xid;

-- step: the index, while the log is written on
CREATE INDEX CONCURRENTLY audit_events_xid ON audit_events (xid);

-- step: what is there
UPDATE audit_events SET ended = 1
  WHERE ended = 0 AND type IN ('session.logged-out', 'session.revoked', 'session.refresh-reused');
