-- Accounts whose truth is a team's own store: a row here for what is ours (epoch, status), and a copy of
-- what it said last. It vouches for their addresses, so they need not be unique here.

-- step: the column
ALTER TABLE users
  ADD COLUMN IF NOT EXISTS external_id text,
  ALTER COLUMN password_hash DROP NOT NULL,
  DROP CONSTRAINT IF EXISTS users_check1,
  ADD CONSTRAINT users_check1 CHECK (password_hash IS NOT NULL OR external_id IS NOT NULL) NOT VALID;

-- step: nobody has to wait for the look at every row
ALTER TABLE users VALIDATE CONSTRAINT users_check1;

-- step: what an attempt that was cut may have left
DROP INDEX CONCURRENTLY IF EXISTS users_external_id;

-- step: while people sign in
CREATE UNIQUE INDEX CONCURRENTLY users_external_id ON users (external_id);

-- step: what an attempt that was cut may have left
DROP INDEX CONCURRENTLY IF EXISTS users_own_email;

-- step: the new one beside the old one, so that an address is unique at every moment
CREATE UNIQUE INDEX CONCURRENTLY users_own_email ON users (email) WHERE external_id IS NULL;

-- step: the new one in place of the old one
DROP INDEX users_email;
ALTER INDEX users_own_email RENAME TO users_email;
