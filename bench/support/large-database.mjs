import pg from 'pg';
import { fill } from './fill.mjs';

/** Revocations in force: as many at every size, since what differs is the table. */
const REVOKED = 1_000;
/** Sessions that are drawn, about. */
const SAMPLE = 50_000;

const REVOCATIONS = `
  INSERT INTO revocations (at, kind, session_ids, reason)
  SELECT now(), 'sessions', ARRAY[gen_random_uuid()], 'SESSION_REVOKED' FROM generate_series(1, $1)`;

/** Of the whole table, so that what is asked is in no cache for having been asked before. */
const DRAWN = `
  SELECT id, user_id AS "userId", secret, refresh_counter AS counter
  FROM sessions TABLESAMPLE BERNOULLI ($1)
  WHERE ended_at IS NULL AND expires_at > now() + '1 day'::interval ORDER BY random()`;

/** Turns so many sessions into ones whose end is to be written down, and as many to be forgotten. */
const MAKE_DUE = `
  UPDATE sessions SET
    max_expires_at = CASE WHEN n % 2 = 0 THEN now() - '1 minute'::interval ELSE max_expires_at END,
    ended_at = CASE WHEN n % 2 = 1 THEN now() - '5 years'::interval END,
    ended_reason = CASE WHEN n % 2 = 1 THEN 'logged_out' END
  FROM unnest($1::uuid[]) WITH ORDINALITY AS due(due_id, n) WHERE id = due_id AND ended_at IS NULL`;

/** Reads every page by way of its index, so that it stays in shared_buffers: a plain scan's does not. */
const WARM = [
  'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET max_parallel_workers_per_gather = 0',
  'SELECT sum(length(t.secret)) FROM (SELECT secret FROM sessions ORDER BY id OFFSET 0) AS t',
  'SELECT sum(length(t.device_id)) FROM (SELECT device_id FROM sessions ORDER BY user_id, id DESC OFFSET 0) AS t',
  'SELECT sum(length(t.email)) FROM (SELECT email FROM users ORDER BY id OFFSET 0) AS t',
  'SELECT count(t.id) FROM (SELECT id FROM audit_events ORDER BY user_id, id DESC OFFSET 0) AS t',
  'SELECT count(t.id) FROM (SELECT id FROM audit_events ORDER BY session_id, id DESC OFFSET 0) AS t',
  'RESET ALL',
];

const SIZES = `
  SELECT pg_relation_size('sessions') AS "table", pg_indexes_size('sessions') AS indexes,
    pg_database_size(current_database()) AS "all", current_setting('shared_buffers') AS "sharedBuffers",
    current_setting('huge_pages_status') AS "hugePages"`;

/**
 * A database of the cluster with so many sessions, and the use cases over it in this process, with the
 * server's own pools and statements.
 */
export async function openLarge(cluster, defer, { sessions, secret }) {
  const { readConfig } = await import('../../dist/config/index.js');
  const { Database, migrate } = await import('../../dist/database/index.js');
  const { createDeps, tokenLife } = await import('../../dist/server/deps.js');
  const { Checker } = await import('../../dist/revocation/index.js');
  const { follow } = await import('../../dist/server/follow.js');
  const { SyncedClock } = await import('../../dist/support/synced-clock.js');
  const url = await cluster.createDatabase(`with_${sessions}`);
  await migrate(url);
  const seconds = await fill(url, sessions);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  defer(() => client.end());
  await client.query(REVOCATIONS, [REVOKED]);
  const { rows: drawn } = await client.query(DRAWN, [
    Math.min(100, (100 * 1.5 * SAMPLE) / sessions),
  ]);
  const { rows } = await client.query(SIZES);
  const config = readConfig({ DATABASE_URL: url, PORTCULLIS_SECRET: secret });
  const database = new Database(url);
  defer(() => database.close());
  const deps = await createDeps({ config, secret, database, clock: new SyncedClock() });
  defer(() => deps.hasher.close());
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const address = 'bench';
  const following = follow({ config, deps, log, address, tokenLife: tokenLife(config) });
  await following.start();
  defer(() => following.stop());
  // Nothing is confirmed to it, so each of its checks is the first.
  const firstChecker = new Checker(
    (ids) => deps.sessions.readStates(ids),
    deps.denylist,
    deps.clock,
  );
  let at = 0;
  const draw = () => drawn[at++ % drawn.length];
  return {
    ...{ url, deps, firstChecker, seconds, size: rows[0], draw },
    cleanUp: { tokenLife: tokenLife(config), auditRetention: config.auditRetention },
    warm: async () => {
      for (const statement of WARM) await client.query(statement);
    },
    /** The next so many sessions of the sample, each asked for once. */
    take: (count) => Array.from({ length: count }, draw),
    makeDue: async (count) => {
      const ids = drawn.splice(-count).map(({ id }) => id);
      await client.query(MAKE_DUE, [ids]);
    },
  };
}
