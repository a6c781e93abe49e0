import pg from 'pg';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { startProxy } from '../support/proxy.js';
import { migrate, pendingMigrations } from '../../src/database/index.js';

let full: TestDatabase;
let admin: pg.Client;
const made: string[] = [];
beforeAll(async () => {
  full = await createTestDatabase();
  admin = new pg.Client({ connectionString: full.url });
  await admin.connect();
});
afterAll(async () => {
  for (const name of made) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
  await full.drop();
});

async function emptyDatabase(): Promise<string> {
  const name = `${full.name}_${made.length}`;
  await admin.query(`CREATE DATABASE ${name}`);
  made.push(name);
  const url = new URL(full.url);
  url.pathname = `/${name}`;
  return url.href;
}

describe('migrate', () => {
  it('applies everything in order once, whoever else starts at the same moment', async () => {
    const url = await emptyDatabase();
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url), migrate(url)]);
    const first = applied.find((names) => names.length > 0) ?? [];
    expect(applied.flat()).toEqual(first);
    expect(first).toEqual([...first].sort());
    expect(await pendingMigrations(first)).toEqual([]);
    expect(await pendingMigrations(first.slice(1))).toEqual(first.slice(0, 1));
    expect(await migrate(url)).toEqual([]);
  });

  it('refuses a database that a newer Portcullis has migrated', async () => {
    await full.query("INSERT INTO migrations (name, batch) VALUES ('9999_future.sql', 9)");
    await expect(migrate(full.url)).rejects.toThrow('newer Portcullis');
  });

  it('that was cut in the middle leaves nothing behind and runs again', async () => {
    const url = await emptyDatabase();
    const proxy = await startProxy(url);
    proxy.loseAnswerTo('CREATE TABLE revocations');
    await expect(migrate(proxy.url)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await proxy.stop();
    const rest = await migrate(url);
    expect(rest.at(-1)).toMatch(/^\d{4}_/);
    expect(await migrate(url)).toEqual([]);
  });
});
