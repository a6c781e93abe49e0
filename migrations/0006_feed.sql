-- A bulk act on users is one row: user_ids[n] is over below epochs[n].

-- step: room for it
ALTER TABLE revocations
  ADD COLUMN IF NOT EXISTS user_ids uuid[],
  ADD COLUMN IF NOT EXISTS epochs integer[],
  -- Until then, nodes that apply it say so in receipts.
  ADD COLUMN IF NOT EXISTS receipts_until timestamptz,
  DROP CONSTRAINT IF EXISTS revocations_check;

-- step: what is there, in nobody's way
DO $$ BEGIN
  IF EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = 'revocations'::regclass AND attname = 'user_id' AND NOT attisdropped
  ) THEN
    UPDATE revocations
      SET kind = 'users', user_ids = ARRAY[user_id], epochs = ARRAY[epoch], epoch = NULL
      WHERE kind = 'user';
  END IF;
END $$;

-- step: what an attempt that was cut may have left
DROP INDEX CONCURRENTLY IF EXISTS revocations_of_old;

-- step: finds what comes meanwhile, so that the next step takes no time
CREATE INDEX CONCURRENTLY revocations_of_old ON revocations (id) WHERE kind = 'user';

-- step: what came meanwhile, and no more of it
-- The planner has not heard yet that hardly any row is left.
SET LOCAL enable_seqscan = off;
LOCK TABLE revocations IN ACCESS EXCLUSIVE MODE;
DO $$ BEGIN
  IF EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = 'revocations'::regclass AND attname = 'user_id' AND NOT attisdropped
  ) THEN
    UPDATE revocations
      SET kind = 'users', user_ids = ARRAY[user_id], epochs = ARRAY[epoch], epoch = NULL
      WHERE kind = 'user';
    ALTER TABLE revocations DROP COLUMN user_id;
  END IF;
END $$;
DROP INDEX revocations_of_old;
ALTER TABLE revocations
  DROP CONSTRAINT IF EXISTS revocations_check,
  ADD CONSTRAINT revocations_check CHECK (
    CASE kind
      WHEN 'sessions' THEN session_ids IS NOT NULL
      WHEN 'users' THEN user_ids IS NOT NULL AND cardinality(user_ids) = cardinality(epochs)
      WHEN 'everyone' THEN epoch IS NOT NULL
      ELSE false
    END
  ) NOT VALID;

-- step: nobody has to wait for the look at every row
ALTER TABLE revocations VALIDATE CONSTRAINT revocations_check;

-- step: nodes
-- Which servers run, by their own word. Nothing here outlives a crash, or needs to.
CREATE UNLOGGED TABLE IF NOT EXISTS nodes (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  version    text NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  -- Up to here the node has seen every revocation. Null: it follows no feed.
  mark       timestamptz
);

-- Which node applied which revocation, where somebody waits for it.
CREATE UNLOGGED TABLE IF NOT EXISTS receipts (
  revocation_id bigint NOT NULL,
  node_id       uuid NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (revocation_id, node_id)
);
CREATE INDEX IF NOT EXISTS receipts_at ON receipts (at);
