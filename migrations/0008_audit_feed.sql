-- xid tells a reader which events it has not seen yet: neither ids nor times are in the order of commits.
-- A constant first, so that the table is not rewritten; what is there already was always seen.
ALTER TABLE audit_events ADD COLUMN xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE audit_events ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX audit_events_xid ON audit_events (xid);

-- How many sessions the deed ended; one deed may end many.
ALTER TABLE audit_events ADD COLUMN ended integer NOT NULL DEFAULT 0;
UPDATE audit_events SET ended = 1
  WHERE type IN ('session.logged-out', 'session.revoked', 'session.refresh-reused');
