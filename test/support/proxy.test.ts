import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { until } from './until.js';

let database: TestDatabase;
let proxy: Proxy;
const clients: pg.Client[] = [];

async function connected({ patience = 20_000 } = {}): Promise<pg.Client & { gone?: boolean }> {
  const client: pg.Client & { gone?: boolean } = new pg.Client({
    connectionString: proxy.url,
    application_name: 'proxied',
    connectionTimeoutMillis: patience,
  });
  client.on('error', () => (client.gone = true));
  clients.push(client);
  await client.connect();
  return client;
}

const soon = <T>(answer: Promise<T>) => Promise.race([answer, delay(300, 'silence')]);
const backends = () =>
  database.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'proxied'");

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await startProxy(database.url);
});
afterEach(async () => {
  await proxy.stop();
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  await database.drop();
});

it('a black hole takes bytes and the news of an end, both ways and for good', async () => {
  const client = await connected();
  const idle = await connected();
  proxy.blackHole();
  const answer = client.query('SELECT 1').catch(() => 'broken');
  expect(await soon(answer)).toBe('silence');
  proxy.heal();
  expect(await soon(answer)).toBe('silence');
  // What ends at one end is not heard of at the other.
  expect(await soon(idle.end())).toBe('silence');
  expect(await backends()).toHaveLength(2);
  proxy.cut();
  await until(async () => (await backends()).length === 0);
});

it('a black hole answers no one who comes; after it, those who come are answered', async () => {
  proxy.blackHole();
  await expect(connected({ patience: 300 })).rejects.toThrow('timeout');
  proxy.heal();
  expect(await (await connected()).query('SELECT 1')).toHaveProperty('rowCount', 1);
});

it('a frozen network delivers when it is healed', async () => {
  const client = await connected();
  proxy.freeze();
  const answer = client.query('SELECT 1');
  expect(await soon(answer)).toBe('silence');
  proxy.heal();
  expect(await answer).toHaveProperty('rowCount', 1);
  expect(client.gone).toBeUndefined();
});

it('once it has another target, new connections go there and old ones stay', async () => {
  const other = await createTestDatabase();
  const elsewhere = await startProxy(other.url);
  const before = await connected();
  proxy.retarget(elsewhere.url);
  const after = await connected();
  await before.query('SELECT 1 AS "before"');
  await after.query('SELECT 1 AS "after"');
  expect(elsewhere.statements).toEqual(['SELECT 1 AS "after"']);
  await after.end();
  await elsewhere.stop();
  await other.drop();
});
