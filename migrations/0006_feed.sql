-- A bulk act on users is one row: user_ids[n] is over below epochs[n].
ALTER TABLE revocations DROP CONSTRAINT revocations_check;
ALTER TABLE revocations
  ADD COLUMN user_ids uuid[],
  ADD COLUMN epochs integer[],
  -- Until then, nodes that apply it say so in receipts.
  ADD COLUMN receipts_until timestamptz;
UPDATE revocations
  SET kind = 'users', user_ids = ARRAY[user_id], epochs = ARRAY[epoch], epoch = NULL
  WHERE kind = 'user';
ALTER TABLE revocations
  DROP COLUMN user_id,
  ADD CHECK (
    CASE kind
      WHEN 'sessions' THEN session_ids IS NOT NULL
      WHEN 'users' THEN user_ids IS NOT NULL AND cardinality(user_ids) = cardinality(epochs)
      WHEN 'everyone' THEN epoch IS NOT NULL
      ELSE false
    END
  );

-- Which servers run, by their own word. Nothing here outlives a crash, or needs to.
CREATE UNLOGGED TABLE nodes (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  version    text NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  -- Up to here the node has seen every revocation. Null: it follows no feed.
  mark       timestamptz
);

-- Which node applied which revocation, where somebody waits for it.
CREATE UNLOGGED TABLE receipts (
  revocation_id bigint NOT NULL,
  node_id       uuid NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (revocation_id, node_id)
);
CREATE INDEX receipts_at ON receipts (at);
