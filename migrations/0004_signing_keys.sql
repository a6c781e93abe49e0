-- Private keys are encrypted under a key derived from PORTCULLIS_SECRET.
CREATE TABLE signing_keys (
  kid         text PRIMARY KEY,
  algorithm   text NOT NULL,
  private_key bytea NOT NULL,
  created_at  timestamptz NOT NULL
);
