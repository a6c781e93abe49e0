-- Accounts. token_epoch is raised to end every token of the user at once.
CREATE TABLE users (
  id              uuid PRIMARY KEY,
  email           text NOT NULL,
  name            text,
  password_hash   text NOT NULL,
  scopes          text[] NOT NULL DEFAULT '{}',
  token_epoch     integer NOT NULL DEFAULT 0,
  disabled_at     timestamptz,
  disabled_until  timestamptz,
  disabled_reason text,
  created_at      timestamptz NOT NULL,
  CHECK (disabled_until IS NULL OR disabled_at IS NOT NULL)
);

-- E-mail addresses are stored in their normal form: NFC, lower case.
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_disabled ON users (id DESC) WHERE disabled_at IS NOT NULL;
