-- A check asks whether an account was disabled or ended its sessions, which most never did or were: those that
-- are not marked here need no look. An account for each of 64 sessions, drawn from ten million, was a third of its cost.

-- step: what an attempt that was cut may have left
DROP INDEX CONCURRENTLY IF EXISTS users_marked;

-- step: the index, while accounts are written
CREATE INDEX CONCURRENTLY users_marked ON users (id) INCLUDE (token_epoch, disabled_at, disabled_until)
  WHERE token_epoch > 0 OR disabled_at IS NOT NULL;
