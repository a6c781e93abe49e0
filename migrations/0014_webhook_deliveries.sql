-- Events on their way to receivers: a row for each event and receiver, written in the transaction of the
-- deed, deleted when it has arrived.
CREATE TABLE webhook_deliveries (
  id         uuid PRIMARY KEY,
  -- A hash: the URL may have a secret in it.
  receiver   text NOT NULL,
  -- The same for all receivers of the event.
  message_id text NOT NULL,
  body       text NOT NULL,
  created_at timestamptz NOT NULL,
  attempts   integer NOT NULL DEFAULT 0,
  -- When somebody may take it; while a node delivers it, when that node is taken to be dead.
  due_at     timestamptz NOT NULL,
  -- Given up.
  dead_at    timestamptz
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (receiver, due_at) WHERE dead_at IS NULL;
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at);
