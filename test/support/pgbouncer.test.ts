import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';
import { describeWith } from './debian.js';
import { PGBOUNCER, startPgBouncer } from './pgbouncer.js';
import type { PgBouncer } from './pgbouncer.js';

describeWith(PGBOUNCER)('a pooler', () => {
  let database: TestDatabase;
  let pooler: PgBouncer | undefined;
  const clients: pg.Client[] = [];
  const connected = async () => {
    const client = new pg.Client({ connectionString: pooler?.url, statement_timeout: 5_000 });
    clients.push(client);
    await client.connect();
    return client;
  };
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await pooler?.stop();
    await database.drop();
  });

  it('of transactions lends one connection to many, says yes to LISTEN and delivers nothing', async () => {
    pooler = await startPgBouncer(database.url, { mode: 'transaction', poolSize: 1 });
    const [one, two] = [await connected(), await connected()];
    const pid = 'SELECT pg_backend_pid() AS pid';
    expect((await one.query(pid)).rows).toEqual((await two.query(pid)).rows);
    const heard: string[] = [];
    one.on('notification', ({ channel }) => heard.push(channel));
    await one.query('LISTEN doorbell');
    await database.query('NOTIFY doorbell');
    await delay(500);
    expect(heard).toEqual([]);
  });

  it('of sessions delivers', async () => {
    pooler = await startPgBouncer(database.url, { mode: 'session' });
    const client = await connected();
    const heard = new Promise((resolve) =>
      client.on('notification', ({ channel }) => resolve(channel)),
    );
    await client.query('LISTEN doorbell');
    await database.query('NOTIFY doorbell');
    expect(await heard).toBe('doorbell');
  });
});
