-- Append-only facts, each written in the transaction that causes it and kept as long as a token that
-- it could stop may live. xid tells readers up to which snapshot they have seen everything.
CREATE TABLE revocations (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at          timestamptz NOT NULL,
  kind        text NOT NULL,
  session_ids uuid[],
  user_id     uuid,
  epoch       integer,
  reason      text NOT NULL,
  CHECK (
    CASE kind
      WHEN 'sessions' THEN session_ids IS NOT NULL
      WHEN 'user' THEN user_id IS NOT NULL AND epoch IS NOT NULL
      WHEN 'everyone' THEN epoch IS NOT NULL
      ELSE false
    END
  )
);
CREATE INDEX revocations_xid ON revocations (xid);
CREATE INDEX revocations_at ON revocations (at);
