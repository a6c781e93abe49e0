import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { WITHIN_A_SECOND } from '../support/promised.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';
import { Database, StatementError } from '../../src/database/index.js';

const UNAVAILABLE = { code: 'STORE_UNAVAILABLE', extensions: { retryable: true } };
const ECHO = 'SELECT $1::text';
let real: TestDatabase;
let proxy: Proxy;
let database: Database;
beforeAll(async () => {
  real = await createTestDatabase();
  proxy = await startProxy(real.url);
});
beforeEach(() => {
  database = new Database(proxy.url, { checkConnections: 1 });
});
afterEach(async () => {
  proxy.heal();
  await database.close();
});
afterAll(async () => {
  await proxy.stop();
  await real.drop();
});

const echo = (value: string | null) => database.checkText('echo', ECHO, [value]);

describe('a statement that answers one text', () => {
  it.each([
    ['of no character', ''],
    ['with what lists and strings are quoted by', 'it\'s {a,b} "\\\\"'],
    ['in any script', 'Ω ✓ 𝛑'],
    ['longer than a read', 'long '.repeat(60_000)],
  ])('answers one %s', async (_what, text) => {
    expect(await echo(text)).toBe(text);
    expect(await echo(text)).toBe(text);
  });

  it('answers nothing where there is no row, or none but NULL', async () => {
    expect(await database.checkText('none', 'SELECT 1 WHERE false', [])).toBeUndefined();
    expect(await echo(null)).toBeUndefined();
    expect(await database.checkText('empty', '', [])).toBeUndefined();
  });

  it('gives each its own, however many ask at once', async () => {
    const asked = Array.from({ length: 50 }, (_, at) => String(at));
    expect(await Promise.all(asked.map(echo))).toEqual(asked);
  });

  it('is prepared once a connection', async () => {
    for (let turn = 0; turn < 7; turn += 1) await echo('again');
    const prepared = `SELECT generic_plans::int + custom_plans::int AS runs FROM pg_prepared_statements
      WHERE name = 'echo'`;
    expect(await database.check('runs', prepared, [])).toEqual([{ runs: 7 }]);
  });

  it('is asked without its name from when that no longer holds', async () => {
    await echo('named');
    await database.check('forget', 'DEALLOCATE ALL', []);
    expect(await echo('without')).toBe('without');
    expect(await echo('again')).toBe('again');
    const named = 'SELECT count(*)::int AS count FROM pg_prepared_statements';
    expect(await database.check('named', named, [])).toEqual([{ count: 0 }]);
  });

  it.each([
    ['when it is read', 'SELEKT $1::text', '42601'],
    ['by its values', 'SELECT $1::int::text', '22P02'],
    ['while it runs', 'SELECT (1 / (length($1::text) - 6))::text', '22012'],
  ])(
    'that is refused %s says its SQLSTATE alone, and holds up nobody',
    async (_when, text, sqlState) => {
      for (const name of ['refused', 'refused', '']) {
        const error: unknown = await database
          .checkText(name, text, ['secret'])
          .catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(StatementError);
        expect(error).toMatchObject({ sqlState });
        expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret');
        expect(await echo('next')).toBe('next');
      }
    },
  );

  it('that is cut off is unavailable, and the next one is answered', async () => {
    await echo('there is a connection');
    const asked = database.checkText('slow', "SELECT 'late' FROM pg_sleep(20)", []);
    await until(async () => {
      const sleeping =
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND datname = $1 AND pid <> pg_backend_pid()";
      return (await real.query(sleeping, [real.name])).length === 1;
    });
    proxy.cut();
    await expect(asked).rejects.toMatchObject(UNAVAILABLE);
    await until(() =>
      echo('back').then(
        (answer) => answer === 'back',
        () => false,
      ),
    );
  });

  it('is waited for less than a second where nothing comes back', async () => {
    await echo('there is a connection');
    proxy.freeze();
    const started = performance.now();
    await expect(echo('frozen')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(WITHIN_A_SECOND);
  });
});
