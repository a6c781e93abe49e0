// How long statements of a server wait while the database that it works on is migrated from the first
// release to this one, beside somebody who reads every table in transactions of seconds.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startCluster, withUndo } from './support/cluster.mjs';
import { median, round } from './support/numbers.mjs';
import { keep, machine, say, table } from './support/report.mjs';

const ROWS = 300_000;
/** The migrations that the first release had. */
const FIRST = 5;
/** Milliseconds. */
const CALM = 3_000;
const REPORT = 1_500;

const MIGRATIONS = new URL('../migrations/', import.meta.url);

const FILL = `
  INSERT INTO users (id, email, password_hash, created_at)
    SELECT gen_random_uuid(), n || '@example.com', repeat('h', 97), now()
    FROM generate_series(1, ${ROWS}) AS n;
  INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at, expires_at,
      max_expires_at, token_epoch, global_epoch, secret)
    SELECT gen_random_uuid(), id, 'a device', now(), now(), now(), now() + '1 day', now() + '9 days',
      0, 0, decode(repeat('ab', 32), 'hex') FROM users;
  INSERT INTO revocations (at, kind, user_id, epoch, reason)
    SELECT now() - '1 hour'::interval, 'user', id, 1, 'SESSION_REVOKED' FROM users;
  INSERT INTO audit_events (id, at, type, user_id)
    SELECT gen_random_uuid(), now(), 'session.revoked', id FROM users;
  ANALYZE`;

/** Only names that every release has: nodes of the old one go on while the first new one starts. */
const STATEMENTS = {
  check: `SELECT s.id, s.ended_at IS NOT NULL OR s.token_epoch < u.token_epoch AS revoked,
      (SELECT max(epoch) FROM global_epochs), (SELECT array_agg(kid) FROM signing_keys)
    FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`,
  feed: `SELECT id, kind, session_ids FROM revocations WHERE at > now() - interval '6 minutes' AND $1 <> ''`,
  'log-in': `SELECT u.* FROM users u JOIN sessions s ON s.user_id = u.id WHERE s.id = $1`,
  log: `SELECT a.type FROM audit_events a JOIN sessions s USING (user_id) WHERE s.id = $1`,
  refresh: `WITH rotated AS (UPDATE sessions SET refresh_counter = refresh_counter + 1, last_used_at = now()
      WHERE id = $1 RETURNING user_id, id)
    INSERT INTO audit_events (id, at, type, user_id, session_id)
    SELECT gen_random_uuid(), now(), 'session.refreshed', user_id, id FROM rotated`,
};
const WRITES = new Set(['refresh']);

async function fill(client) {
  await client.query(
    `CREATE TABLE migrations (id serial PRIMARY KEY, name varchar(255), batch integer,
       migration_time timestamptz)`,
  );
  for (const name of readdirSync(MIGRATIONS).sort().slice(0, FIRST)) {
    await client.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
    await client.query('INSERT INTO migrations (name, batch) VALUES ($1, 1)', [name]);
  }
  await client.query(FILL);
}

/** Sends one statement again and again, and keeps how long each took, in milliseconds. */
async function send(client, text, sessions, state) {
  const waits = [];
  for (let turn = 0; !state.over; turn += 1) {
    const sent = performance.now();
    await client.query(text, [sessions[turn % sessions.length]]);
    waits.push({ sent, took: performance.now() - sent });
    await delay(2);
  }
  return waits;
}

/** Reads every table in one transaction, for long; then leaves them alone for as long. */
async function report(client, state) {
  while (!state.over) {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await client.query('SELECT FROM users, sessions, revocations, audit_events LIMIT 1');
    await delay(REPORT);
    await client.query('COMMIT');
    await delay(REPORT);
  }
}

await withUndo(async (undo) => {
  const before = machine();
  const cluster = await startCluster();
  undo(() => cluster.stop());
  const { migrate } = await import('../dist/database/index.js');
  const url = await cluster.createDatabase('migrations');
  const clients = [];
  const connected = async (name) => {
    const client = new pg.Client({ connectionString: url, application_name: name });
    await client.connect();
    clients.push(client);
    return client;
  };
  undo(() => Promise.all(clients.map((client) => client.end())));
  const first = await connected('bench');
  say(`filling four tables with ${ROWS} rows each`);
  await fill(first);
  const { rows } = await first.query('SELECT id FROM sessions LIMIT 5000');
  const sessions = rows.map(({ id }) => id);
  const state = { over: false };
  const sending = [];
  for (const text of Object.values(STATEMENTS)) {
    sending.push(send(await connected('bench'), text, sessions, state));
  }
  await delay(CALM);
  const reporting = report(await connected('a report'), state);
  await delay(REPORT / 2);
  const began = performance.now();
  const applied = await migrate(url, { onWait: say });
  const ended = performance.now();
  state.over = true;
  const all = await Promise.all(sending);
  await reporting;

  const results = Object.keys(STATEMENTS).map((name, index) => {
    const took = (from, to) =>
      all[index].filter((w) => w.sent + w.took >= from && w.sent <= to).map((w) => w.took);
    const [calm, during] = [took(0, began - REPORT / 2), took(began, ended)];
    const longest = (list) => round(Math.max(0, ...list), 1);
    return {
      statement: name,
      kind: WRITES.has(name) ? 'write' : 'read',
      calm: { count: calm.length, median: round(median(calm), 2), longest: longest(calm) },
      during: { count: during.length, median: round(median(during), 2), longest: longest(during) },
    };
  });
  const reads = results.filter(({ kind }) => kind === 'read');
  const longestRead = Math.max(...reads.map(({ during }) => during.longest));
  console.log(
    table(
      ['statement', 'median before, ms', 'longest before', 'median during', 'longest during'],
      results.map(({ statement, calm, during }) => [
        ...[statement, calm.median, calm.longest, during.median, during.longest],
      ]),
    ),
  );
  console.log(
    `\n${applied.length} migrations in ${round((ended - began) / 1_000, 1)} s; no read waited longer than ${longestRead} ms.`,
  );
  keep('migrations', {
    ...before,
    rows: ROWS,
    seconds: round((ended - began) / 1_000, 1),
    longestRead,
    results,
  });
});
