import { migrate } from '../../src/database/index.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { createOldDatabase } from '../support/old-database.js';
import type { OldDatabase } from '../support/old-database.js';
import { startProxy } from '../support/proxy.js';
import { until } from '../support/until.js';

const ROWS = 100;
/** Each of them is changed by some migration. */
const TABLES = ['revocations', 'audit_events', 'sessions', 'users'];
/** Tables, columns, constraints and indexes; what is not valid says so. */
const CATALOGUE = `
  SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS part
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL
  SELECT concat_ws(' ', indexdef, indisvalid) FROM pg_indexes
    JOIN pg_index ON indexrelid = indexname::regclass WHERE schemaname = 'public'
  UNION ALL
  SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  ORDER BY part`;

let fresh: TestDatabase;
let database: OldDatabase;
beforeAll(async () => {
  fresh = await createTestDatabase();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  database = await createOldDatabase({ rows: ROWS });
});
afterEach(() => database.drop());

/** Answers at once or not at all: a reader that nobody makes wait. */
async function reads(table: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
  return row?.count ?? 0;
}

describe('migrations of a database that is in use', () => {
  it('that need a table while somebody reads it for long step aside for other readers, say for whom they wait, and go on after them', async () => {
    const report = await database.connected('a long report');
    await report.query('BEGIN');
    await report.query(`SELECT FROM ${TABLES.join(', ')} LIMIT 1`);
    const told: string[] = [];
    const migrating = migrate(database.url, { onWait: (line) => told.push(line) });
    await until(() => told.length > 0);
    expect(told[0]).toMatch(
      /^00\d\d_\w+\.sql waits for the transaction of process \d+ \(a long report\), open for \d+ s$/,
    );
    // Behind a request for the lock that is not given up, none of these would be answered.
    for (const table of [...TABLES, ...TABLES]) expect(await reads(table)).toBe(ROWS);
    await report.query('COMMIT');
    expect((await migrating).at(0)).toBe('0006_feed.sql');
  });

  it('wait for an old snapshot in nobody’s way, and end when the server is told to stop', async () => {
    const report = await database.connected('a long report');
    await report.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await report.query('SELECT 1');
    const told: string[] = [];
    const stop = new AbortController();
    const options = { onWait: (line: string) => told.push(line), signal: stop.signal };
    const migrating = migrate(database.url, options);
    await until(() => told.length > 0);
    await database.query(
      `INSERT INTO audit_events (id, at, type) VALUES (gen_random_uuid(), now(), 'log-in')`,
    );
    expect(await reads('audit_events')).toBe(ROWS + 1);
    stop.abort();
    await expect(migrating).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await report.query('COMMIT');
    expect(await migrate(database.url)).toContain('0008_audit_feed.sql');
  });

  it('are done once, whoever else starts meanwhile, and end where a fresh database does', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await database.query(CATALOGUE)).toEqual(await fresh.query(CATALOGUE));
    const counts = `SELECT
      (SELECT count(*)::int FROM revocations WHERE kind = 'users' AND epochs = '{1}') AS revocations,
      (SELECT sum(ended)::int FROM audit_events) AS ended`;
    expect(await database.query(counts)).toEqual([{ revocations: ROWS, ended: ROWS }]);
  });

  it('are taken up again where they were cut, and end at the same place', async () => {
    const proxy = await startProxy(database.url);
    for (const statement of ['VALIDATE CONSTRAINT', 'UPDATE audit_events', 'RENAME TO']) {
      proxy.loseAnswerTo(statement);
      await expect(migrate(proxy.url)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    await proxy.stop();
    await migrate(database.url);
    expect(await database.query(CATALOGUE)).toEqual(await fresh.query(CATALOGUE));
  });
});
