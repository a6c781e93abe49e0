import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { WITHIN_A_SECOND } from '../support/promised.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';
import { Database, StatementError } from '../../src/database/index.js';

const UNAVAILABLE = { code: 'STORE_UNAVAILABLE', extensions: { retryable: true } };
const IN_TRANSACTION =
  "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = $1";
let real: TestDatabase;
let proxy: Proxy;
let database: Database;
beforeAll(async () => {
  real = await createTestDatabase();
  proxy = await startProxy(real.url);
  database = new Database(proxy.url, { connections: 2 });
});
afterEach(async () => {
  proxy.heal();
  await until(() =>
    database.check('one', 'SELECT 1', []).then(
      () => true,
      () => false,
    ),
  );
});
afterAll(async () => {
  await database.close();
  await proxy.stop();
  await real.drop();
});

describe('the database', () => {
  it('that refuses a statement says its SQLSTATE and nothing of its text or values', async () => {
    const secret = 'a-value-nobody-may-see';
    const failing = database.read((db) => db.raw('SELECT ?::int', [secret]));
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatementError);
    expect(error).toMatchObject({ sqlState: '22P02' });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(secret);
  });

  it('runs a transaction again that was the victim of a deadlock', async () => {
    await real.query('CREATE TABLE pair (id int PRIMARY KEY, n int); ');
    await real.query('INSERT INTO pair VALUES (1, 0), (2, 0)');
    let arrived = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const swap = (first: number, second: number) =>
      database.transaction(async (trx) => {
        await trx('pair').where({ id: first }).increment('n');
        arrived += 1;
        if (arrived === 2) meet();
        await both;
        await trx('pair').where({ id: second }).increment('n');
      });
    await Promise.all([swap(1, 2), swap(2, 1)]);
    expect(arrived).toBeGreaterThan(2);
    expect(await real.query('SELECT n FROM pair')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('whose pool is exhausted is unavailable, within the bound of the wait', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hold = () =>
      database.transaction(async (trx) => {
        await trx.raw('SELECT 1');
        await released;
      });
    const holding = [hold(), hold()];
    const started = performance.now();
    await expect(database.read((db) => db.raw('SELECT 1'))).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await database.check('named', 'SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
    release();
    await Promise.all(holding);
  });

  const answers = (): Promise<boolean> =>
    database
      .read((db) => db.raw('SELECT 1'))
      .then(
        () => true,
        () => false,
      );

  it('that is cut in a transaction is unavailable, and the process lives', async () => {
    const cut = database.transaction(async (trx) => {
      await trx.raw('SELECT 1');
      proxy.cut();
      await trx.raw('SELECT 2');
    });
    await expect(cut).rejects.toMatchObject(UNAVAILABLE);
    await until(answers);
  });

  it('that is cut between the statements of a transaction ends nothing but it', async () => {
    const cut = database.transaction(async (trx) => {
      await trx.raw('SELECT 1');
      proxy.cut();
      await until(async () => {
        const text =
          "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = $1";
        return (await real.query(text, [real.name])).length === 0;
      });
    });
    await expect(cut).rejects.toMatchObject(UNAVAILABLE);
    await until(answers);
  });

  it('plans a statement that finds rows by their ids once, for the index, however few they are', async () => {
    const text = 'SELECT * FROM users WHERE id = ANY($1::uuid[])';
    for (const run of ['check', 'byId'] as const) {
      for (let turn = 0; turn < 7; turn += 1) await database[run](`users_by_id`, text, [[]]);
      const plans =
        'SELECT generic_plans::int AS kept, custom_plans::int AS anew FROM pg_prepared_statements';
      expect(await database[run]('plans', `${plans} WHERE name = 'users_by_id'`, [])).toEqual([
        { kept: 7, anew: 0 },
      ]);
      const explained = await database[run]('explained', 'EXPLAIN EXECUTE users_by_id(NULL)', []);
      expect(JSON.stringify(explained)).toContain('users_pkey');
    }
  });

  it('that is frozen leaves a check waiting for less than a second', async () => {
    proxy.freeze();
    const started = performance.now();
    await expect(database.check('one', 'SELECT 1', [])).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(WITHIN_A_SECOND);
  });

  it('that warns at the end of a transaction is not believed; a warning within one says nothing', async () => {
    const warn = "DO $$ BEGIN RAISE WARNING 'x'; END $$";
    await expect(database.read((db) => db.raw(warn))).rejects.toMatchObject(UNAVAILABLE);
    await database.transaction(async (trx) => {
      await trx.raw(warn);
    });
    await database.read((db) => db.raw('SELECT 1'));
  });

  it('whose row is locked is unavailable after the bound for locks', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let held: () => void = () => undefined;
    const holds = new Promise<void>((resolve) => (held = resolve));
    const holding = database.transaction(async (trx) => {
      await trx('global_epochs').forUpdate();
      held();
      await released;
    });
    await holds;
    const waiting = database.transaction((trx) => trx('global_epochs').forUpdate());
    await expect(waiting).rejects.toMatchObject(UNAVAILABLE);
    release();
    await holding;
  });
});

describe('the database, when it is closed', () => {
  it('lets what runs come to its end', async () => {
    const closing = new Database(real.url);
    let go: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (go = resolve));
    const running = closing.transaction(async (trx) => {
      await trx.raw('SELECT 1');
      await told;
      return (await trx.raw<{ rows: object[] }>('SELECT 2 AS two')).rows;
    });
    await until(async () => (await real.query(IN_TRANSACTION, [real.name])).length === 1);
    const closed = closing.close();
    go();
    expect(await running).toEqual([{ two: 2 }]);
    await closed;
  });
});
