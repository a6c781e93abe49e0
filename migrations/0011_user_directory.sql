-- Accounts whose truth is a team's own store: a row here for what is ours (epoch, status), and a copy of
-- what it said last. It vouches for their addresses, so they need not be unique here.
ALTER TABLE users
  ADD COLUMN external_id text,
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD CHECK (password_hash IS NOT NULL OR external_id IS NOT NULL);
CREATE UNIQUE INDEX users_external_id ON users (external_id);
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (email) WHERE external_id IS NULL;
