import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { folder, keep } from '../canary/canary.js';

/** A migrated database of one's own, on the real PostgreSQL of the run. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Where its servers keep sessions, under TEST_SESSION_STORE=redis. */
  readonly redisUrl: string | undefined;
  /** Runs one statement as somebody who looks from outside. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_POSTGRES_URL'] ?? '';
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = process.env['TEST_TEMPLATE'] ?? '';
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2, application_name: 'test' });
  pool.on('error', () => undefined);
  const query: TestDatabase['query'] = async <Row extends object>(
    text: string,
    values: unknown[] = [],
  ) => (await pool.query<Row>(text, values)).rows;
  return {
    url: url.href,
    name,
    redisUrl: await emptyRedis(),
    query,
    drop: async () => {
      if (folder) keep('rows', await everyRow(query));
      await pool.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Every row of every table, as text. */
export async function everyRow(query: TestDatabase['query']): Promise<string> {
  const tables = await query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const each = tables.map(({ name }) => `SELECT t::text AS row FROM ${name} t`);
  const rows = await query<{ row: string }>(each.join(' UNION ALL '));
  return rows.map(({ row }) => `${row}\n`).join('');
}

let taken = 0;

/** A number of the run's Redis for this database alone; each of Jest's workers has its own range. */
async function emptyRedis(): Promise<string | undefined> {
  const server = process.env['TEST_REDIS_URL'];
  if (server === undefined) return undefined;
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1);
  const url = `${server}/${(worker * 1_000 + (taken++ % 1_000)) % 8_192}`;
  const client = new Redis(url);
  await client.flushdb();
  client.disconnect();
  return url;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
