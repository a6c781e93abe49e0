-- The ends of sessions that live in Redis. A Redis that fails over loses its last writes, among them
-- that a session has ended; so every end is written here too, in the transaction of the revocation,
-- and kept as long as the session could have lived.
CREATE TABLE ended_sessions (
  session_id   uuid PRIMARY KEY,
  ended_at     timestamptz NOT NULL,
  reason       text NOT NULL CHECK (reason IN ('logged_out', 'revoked')),
  detail       text,
  forget_after timestamptz NOT NULL
);
CREATE INDEX ended_sessions_forget_after ON ended_sessions (forget_after);

-- A cut ends every session of a user, or of one device, that is there when it is made: those too that
-- no index of Redis names. A session keeps the number of the last cut that it came after; one of a
-- higher number has ended it. A later cut of the same user or device covers an earlier one.
CREATE SEQUENCE session_cut_numbers;
CREATE TABLE session_cuts (
  user_id      uuid NOT NULL,
  -- NULL: of every device.
  device_id    text,
  number       bigint NOT NULL,
  -- The session that goes on.
  except_id    uuid,
  ended_at     timestamptz NOT NULL,
  reason       text NOT NULL CHECK (reason IN ('logged_out', 'revoked')),
  detail       text,
  forget_after timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (user_id, device_id)
);
CREATE INDEX session_cuts_forget_after ON session_cuts (forget_after);
