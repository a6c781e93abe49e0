import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { canPin } from './node.mjs';

/** What a rotation writes into the row of its session, and nothing else. */
const UPDATE = (id) => `
  UPDATE sessions SET refresh_counter = refresh_counter + 1,
    rotated_at = (array_prepend(now(), rotated_at))[1:16],
    last_used_at = now(), expires_at = least(max_expires_at, now() + interval '14 days')
  WHERE id = ${id}`;

/** Sessions of their own, one for each client, whose ids follow from a number. */
const ID = (n) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}::integer), 12, '0'))::uuid`;

const ROWS = `
  INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at, expires_at,
    max_expires_at, token_epoch, global_epoch, secret)
  SELECT ${ID('n')}, (SELECT min(id::text)::uuid FROM users), 'bench', now(), now(), now(),
    now() + interval '14 days', now() + interval '90 days', 0, 0, sha256(n::text::bytea)
  FROM generate_series(0, $1::integer - 1) AS n ON CONFLICT DO NOTHING`;

/** The newest pgbench that is installed; it is in no package of embedded binaries. */
function findPgbench() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((v) => join(root, v, 'bin', 'pgbench')).find((path) => existsSync(path));
}

/** Makes the rows; to be called once before either of the loops. */
export async function makeRows(url, clients) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(ROWS, [clients]);
  await client.end();
}

/** Updates a second by pgbench, each client at its own row, one after the other; undefined without pgbench. */
export function pgbenchOf(url, { clients, core }) {
  const program = findPgbench();
  if (program === undefined) return undefined;
  const { hostname, port, username, password, pathname } = new URL(url);
  const environment = {
    ...{ PATH: process.env.PATH, PGHOST: hostname, PGPORT: port },
    ...{ PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) },
  };
  return async (seconds) => {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-pgbench-'));
    const script = join(folder, 'update.sql');
    await writeFile(script, `${UPDATE(ID(':client_id')).replaceAll('\n', ' ')};\n`);
    const options = ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-T', seconds, '-f', script];
    const pinned = canPin ? ['taskset', '-c', core] : [];
    const [command, ...rest] = [...pinned, program, ...options].map(String);
    const child = spawn(command, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    await rm(folder, { recursive: true, force: true });
    const rate = Number(/^tps = ([\d.]+)/m.exec(output)?.[1]);
    if (!(rate > 0)) throw new Error(`pgbench: ${output.slice(0, 1_000)}`);
    return rate;
  };
}

/** The same from this process: a prepared statement over as many connections. */
export async function loopOf(url, { clients }, defer) {
  const connections = Array.from(
    { length: clients },
    () => new pg.Client({ connectionString: url }),
  );
  for (const connection of connections) {
    await connection.connect();
    defer(() => connection.end());
  }
  const text = UPDATE(ID('$1'));
  return async (seconds) => {
    const began = performance.now();
    const end = began + seconds * 1_000;
    let done = 0;
    const one = async (connection, n) => {
      while (performance.now() < end) {
        await connection.query({ name: 'update', text, values: [n] });
        done += 1;
      }
    };
    await Promise.all(connections.map(one));
    return (done * 1_000) / (performance.now() - began);
  };
}
