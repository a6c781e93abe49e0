import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { Database, unlessLate } from '../../src/database/index.js';
import type { Executor } from '../../src/database/index.js';

let real: TestDatabase;
let database: Database;
beforeAll(async () => {
  real = await createTestDatabase();
  database = new Database(real.url);
  await real.query('CREATE TABLE kept (n int)');
});
afterAll(async () => {
  await database.close();
  await real.drop();
});

const boundOf = async (db: Executor) => {
  const { rows } = await db.raw<{ rows: { bound: string }[] }>(
    "SELECT current_setting('statement_timeout') AS bound",
  );
  return rows[0]?.bound;
};

describe('what a transaction can do without', () => {
  it('is given up when it takes too long, and the transaction goes on as before', async () => {
    const told = await database.transaction(async (trx) => {
      await trx('kept').insert({ n: 1 });
      const before = await boundOf(trx);
      const answer = await unlessLate(trx, 50, (inner) => inner.raw('SELECT pg_sleep(20)'));
      await trx('kept').insert({ n: 2 });
      return { answer, isAsBefore: (await boundOf(trx)) === before };
    });
    expect(told).toEqual({ answer: null, isAsBefore: true });
    expect(await real.query('SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('is done when there is time for it, under the bound that it was given', async () => {
    const told = await database.transaction(async (trx) => {
      const before = await boundOf(trx);
      const answer = await unlessLate(trx, 4_321, boundOf);
      return { answer, isAsBefore: (await boundOf(trx)) === before };
    });
    expect(told).toEqual({ answer: '4321ms', isAsBefore: true });
  });

  it('fails the transaction when it fails for another reason', async () => {
    const failing = database.transaction((trx) =>
      unlessLate(trx, 5_000, (inner) => inner.raw("SELECT 'x'::int")),
    );
    await expect(failing).rejects.toMatchObject({ sqlState: '22P02' });
  });
});
