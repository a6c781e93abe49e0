-- Attempts at passwords. Accounts, places and addresses stand here as keyed hashes alone: the tables tell
-- nobody who was attacked, or from where.

-- Failures since the last success, one row for each account that has any. An unknown account is counted
-- like a known one, so that limits do not tell which exist; its row is forgotten after a while.
CREATE TABLE password_attempts (
  account    text PRIMARY KEY,
  counts     json NOT NULL,
  -- Another one with every write, so that of nodes that count at once only one does.
  version    uuid NOT NULL,
  -- There is such an account: its failures are kept until a success.
  kept       boolean NOT NULL,
  touched_at timestamptz NOT NULL
);
CREATE INDEX password_attempts_touched_at ON password_attempts (touched_at) WHERE NOT kept;

-- Addresses and devices from which an account was signed in to.
CREATE TABLE known_places (
  account text NOT NULL,
  place   text NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (account, place)
);
CREATE INDEX known_places_last_at ON known_places (last_at);

-- Attempts by address in the last hour. Not logged: it is written with every attempt, and what a crash
-- of the database loses of it is an hour's count at most.
CREATE UNLOGGED TABLE rate_limits (
  key    varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  -- Milliseconds since the epoch.
  expire bigint
);
CREATE INDEX rate_limits_expire ON rate_limits (expire);
