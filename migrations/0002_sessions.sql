-- Every rise of the global epoch; sessions from below the newest one have ended.
CREATE TABLE global_epochs (
  epoch      integer PRIMARY KEY,
  started_at timestamptz NOT NULL,
  reason     text
);
INSERT INTO global_epochs (epoch, started_at) VALUES (0, now());

-- One row per sign-in on one device; never a row per token.
-- Nothing that a refresh writes is indexed, so that a rotation stays a heap-only update.
CREATE TABLE sessions (
  id               uuid PRIMARY KEY,
  user_id          uuid NOT NULL REFERENCES users (id),
  device_id        text NOT NULL,
  device_name      text,
  ip               text,
  user_agent       text,
  created_at       timestamptz NOT NULL,
  authenticated_at timestamptz NOT NULL,
  last_used_at     timestamptz NOT NULL,
  -- The earlier of idle and absolute expiry; moves with every refresh.
  expires_at       timestamptz NOT NULL,
  max_expires_at   timestamptz NOT NULL,
  -- Of the user and of everybody at sign-in: below the current one, the session has ended.
  token_epoch      integer NOT NULL,
  global_epoch     integer NOT NULL,
  -- Half of the key of its refresh tokens; the other half is the server's secret.
  secret           bytea NOT NULL,
  refresh_counter  integer NOT NULL DEFAULT 0,
  -- When the last few rotations took place, newest first: each token's grace runs from its own.
  rotated_at       timestamptz[] NOT NULL DEFAULT '{}',
  ended_at         timestamptz,
  ended_reason     text CHECK (ended_reason IN ('logged_out', 'revoked', 'expired')),
  ended_detail     text,
  CHECK ((ended_at IS NULL) = (ended_reason IS NULL))
) WITH (fillfactor = 80);

CREATE INDEX sessions_of_user ON sessions (user_id, id DESC);
CREATE INDEX sessions_of_device ON sessions (user_id, device_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_from_ip ON sessions (ip, id DESC);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_open_until ON sessions (max_expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_open_epoch ON sessions (global_epoch) WHERE ended_at IS NULL;
