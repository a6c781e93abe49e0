-- What happened, to whom and by whom. No foreign keys: the log outlives what it speaks of.
CREATE TABLE audit_events (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  type       text NOT NULL,
  actor_id   uuid,
  user_id    uuid,
  session_id uuid,
  ip         text,
  detail     text
);
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_of_type ON audit_events (type, id DESC);
CREATE INDEX audit_events_of_user ON audit_events (user_id, id DESC);
CREATE INDEX audit_events_of_session ON audit_events (session_id, id DESC);
