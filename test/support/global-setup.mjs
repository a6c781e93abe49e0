import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';
import { databasesFolder } from './databases-folder.mjs';

/**
 * One real PostgreSQL for the whole run, with a migrated template to clone. TEST_DATABASE_URL names
 * another server to test against, by a role that may create databases. TEST_SESSION_STORE=redis adds a
 * Redis, where the servers of the run keep their sessions.
 */
export default async function globalSetup() {
  build();
  const { migrate, startEmbeddedPostgres } = await import('../../dist/database/index.js');
  const folder = await databasesFolder();
  process.env.TEST_DATABASES = folder;
  globalThis.portcullisTest = { folder };
  let url = process.env.TEST_DATABASE_URL;
  if (!url) {
    const dataDir = join(folder, 'run');
    const settings = { max_connections: '300', ...statementLog() };
    const postgres = await startEmbeddedPostgres({ dataDir, durable: false, settings });
    Object.assign(globalThis.portcullisTest, { postgres, dataDir });
    url = postgres.url;
  }
  process.env.TEST_POSTGRES_URL = url;
  process.env.TEST_TEMPLATE = 'portcullis_template';
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE}`);
  await client.query(`CREATE DATABASE ${process.env.TEST_TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${process.env.TEST_TEMPLATE}`;
  await migrate(template.href);
  if (process.env.TEST_SESSION_STORE === 'redis') await startRedis();
}

/** For the search of secrets: all that the database may write down. */
function statementLog() {
  return process.env.TEST_CANARY ? { log_statement: 'all', log_min_duration_statement: '0' } : {};
}

/** One Redis for the whole run; each test database takes a number of it. */
async function startRedis() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--databases', '8192'];
  globalThis.portcullisTest.redis = spawn('redis-server', args, { stdio: 'ignore' });
  process.env.TEST_REDIS_URL = `redis://127.0.0.1:${port}`;
  const client = new Redis(process.env.TEST_REDIS_URL, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}
