-- A key is published, signs from signs_from on, and retires at the signs_from of the next one: its state
-- follows from the rows and the time, so that no node has to be awake at the moment of a change.
ALTER TABLE signing_keys
  ADD COLUMN signs_from timestamptz,
  -- How long the longest token that a node may sign with it lives, tolerances included.
  ADD COLUMN token_life interval NOT NULL DEFAULT '0';
UPDATE signing_keys SET signs_from = created_at;
ALTER TABLE signing_keys ALTER COLUMN signs_from SET NOT NULL;

-- Which keys a node has loaded, by its own word.
ALTER TABLE nodes ADD COLUMN keys_version text;
