import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';

/**
 * One real PostgreSQL for the whole run, with a migrated template to clone. TEST_DATABASE_URL names
 * another server to test against, by a role that may create databases.
 */
export default async function globalSetup() {
  build();
  const { migrate, startEmbeddedPostgres } = await import('../../dist/database/index.js');
  let url = process.env.TEST_DATABASE_URL;
  if (!url) {
    const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
    const settings = { max_connections: '300' };
    const postgres = await startEmbeddedPostgres({ dataDir, durable: false, settings });
    globalThis.portcullisTest = { postgres, dataDir };
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
}
