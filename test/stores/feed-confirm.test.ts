import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { OpenTransactions } from '../support/open-transactions.js';
import { until } from '../support/until.js';
import { Database } from '../../src/database/index.js';
import { CONFIRM } from '../../src/stores/feed/statements.js';
import { FeedReader } from '../../src/stores/index.js';

let real: TestDatabase;
let database: Database;
let reader: FeedReader;
const transactions = new OpenTransactions();
const begun = () => transactions.begin(real.url);
beforeEach(async () => {
  real = await createTestDatabase();
  database = new Database(real.url);
  reader = await FeedReader.open(database, {
    lifetime: 600_000,
    now: () => null,
    onRing: () => undefined,
  });
});
afterEach(async () => {
  reader.close();
  await transactions.endAll();
  await database.close();
  await real.drop();
});

const revoke = (count = 1, by: { query(sql: string): Promise<unknown> } = real) =>
  by.query(`INSERT INTO revocations (at, kind, reason, session_ids)
    SELECT clock_timestamp(), 'sessions', 'SESSION_REVOKED', ARRAY['${randomUUID()}'::uuid]
    FROM generate_series(1, ${count})`);

describe('a confirmation', () => {
  it('says that the last look saw everything, until something is new', async () => {
    expect(await reader.confirm()).toBe(false);
    await revoke();
    await reader.read();
    expect(await reader.confirm()).toBe(true);
    await revoke();
    expect(await reader.confirm()).toBe(false);
    expect(await reader.confirm()).toBe(false);
    await reader.read();
    expect(await reader.confirm()).toBe(true);
  });

  it('says so of what is committed: not of what is written, and as soon as it is committed', async () => {
    const [early, undone] = [await begun(), await begun()];
    await revoke(1, early);
    await revoke(1, undone);
    await reader.read();
    const late = await begun();
    await revoke(1, late);
    expect(await reader.confirm()).toBe(true);
    // Numbered after the one that is still open, and seen.
    await revoke();
    await reader.read();
    expect(await reader.confirm()).toBe(true);
    await early.query('COMMIT');
    expect(await reader.confirm()).toBe(false);
    await reader.read();
    await undone.query('ROLLBACK');
    expect(await reader.confirm()).toBe(true);
    await late.query('COMMIT');
    expect(await reader.confirm()).toBe(false);
  });

  it('says nothing where a long transaction makes it look through much', async () => {
    const long = await begun();
    await long.query('CREATE TABLE elsewhere (n int)');
    await reader.read();
    await revoke(99);
    await reader.read();
    expect(await reader.confirm()).toBe(true);
    await revoke(1);
    await reader.read();
    expect(await reader.confirm()).toBe(false);
    await long.query('COMMIT');
    // The cluster is shared: whatever else is open in it has to end too.
    await until(async () => {
      await reader.read();
      return reader.confirm();
    });
  });

  it.each([
    ['of another timeline', `'00000099'`, 'pg_current_snapshot()::text'],
    [
      'where transactions are numbered anew',
      'left(pg_walfile_name(pg_current_wal_lsn()), 8)',
      `(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000)::text || ':'
        || (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000)::text || ':'`,
    ],
  ])('is none of a database %s', async (_what, timeline, snapshot) => {
    const [row] = await real.query<{ timeline: string; snapshot: string; right: string }>(
      `SELECT ${timeline} AS timeline, ${snapshot} AS snapshot,
        left(pg_walfile_name(pg_current_wal_lsn()), 8) AS right`,
    );
    const confirm = async (...values: unknown[]) =>
      Object.values((await real.query<Record<string, string>>(CONFIRM, values))[0]!)[0];
    expect(await confirm(row?.snapshot, row?.timeline)).toBe('false');
    expect(await confirm('1:1:', row?.right)).toBe('true');
  });

  it('looks at the newest alone, by their index', async () => {
    await revoke(20_000);
    await real.query('ANALYZE revocations');
    const writer = await begun();
    await writer.query('SET plan_cache_mode = force_generic_plan');
    await writer.query(`PREPARE confirm (pg_snapshot, text) AS ${CONFIRM}`);
    const { rows } = await writer.query<Record<string, string>>(
      `EXPLAIN EXECUTE confirm (pg_current_snapshot(), '00000001')`,
    );
    const plan = rows.flatMap((row) => Object.values(row)).join('\n');
    expect(plan).toMatch(/Index Only Scan Backward using revocations_xid/);
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it('goes by the index too where nobody has told the planner how large the table is', async () => {
    await revoke(1_000);
    const scans = async () => {
      const [row] = await real.query<{ read: number; found: number }>(
        `SELECT seq_scan::int AS read, idx_scan::int AS found FROM pg_stat_user_tables
          WHERE relname = 'revocations'`,
      );
      return row!;
    };
    const before = await scans();
    await reader.read();
    // What it answers hangs on who else writes to this PostgreSQL.
    for (let time = 1; time <= 7; time += 1) await reader.confirm();
    // Its connection tells what it has done when it ends.
    reader.close();
    await until(async () => (await scans()).found > before.found);
    expect((await scans()).read).toBe(before.read);
  });

  it('rejects where the connection is lost', async () => {
    await reader.read();
    await real.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'portcullis-feed'`);
    await expect(reader.confirm()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(reader.confirm()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

it('a look finds what was written long ago and is committed now', async () => {
  await reader.read();
  await real.query(`INSERT INTO revocations (at, kind, reason, session_ids)
    VALUES (now() - interval '1 day', 'sessions', 'SESSION_REVOKED', ARRAY['${randomUUID()}'::uuid])`);
  expect((await reader.read()).items).toHaveLength(1);
});
