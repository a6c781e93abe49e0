import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { OpenTransactions } from '../support/open-transactions.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';
import { Database } from '../../src/database/index.js';
import { FeedReader } from '../../src/stores/index.js';

const LIFETIME = 600_000;
const WRITE = `INSERT INTO revocations (at, kind, reason, session_ids)
  VALUES (clock_timestamp(), 'sessions', 'SESSION_REVOKED', ARRAY[$1::uuid])`;

let real: TestDatabase;
let proxy: Proxy;
let database: Database;
let reader: FeedReader;
let rings: number;
const transactions = new OpenTransactions();
const begun = () => transactions.begin(real.url);

const open = () =>
  FeedReader.open(database, { lifetime: LIFETIME, now: () => null, onRing: () => (rings += 1) });

beforeEach(async () => {
  real = await createTestDatabase();
  proxy = await startProxy(real.url);
  database = new Database(proxy.url);
  rings = 0;
  reader = await open();
});
afterEach(async () => {
  reader.close();
  await transactions.endAll();
  await database.close();
  await proxy.stop();
  await real.drop();
});

/** Writes a revocation, here or on its own, and answers the session that it ends. */
async function revoke(writer?: pg.Client): Promise<string> {
  const id = randomUUID();
  await (writer ? writer.query(WRITE, [id]) : real.query(WRITE, [id]));
  return id;
}

async function look(): Promise<{ complete: boolean; sessions: string[] }> {
  const { complete, items } = await reader.read();
  const sessions = items.flatMap(({ revocation }) =>
    revocation.kind === 'sessions' ? revocation.sessionIds : [],
  );
  return { complete, sessions };
}

const found = (...sessions: string[]) => ({ complete: false, sessions });
const everything = (...sessions: string[]) => ({ complete: true, sessions });

describe('a look at the revocations', () => {
  it('finds everything first, and then what is new, once', async () => {
    const before = await revoke();
    expect(await look()).toEqual(everything(before));
    expect(await look()).toEqual(found());
    const after = await revoke();
    expect(await look()).toEqual(found(after));
    expect(await look()).toEqual(found());
  });

  it('finds many sessions of one second together, as old as the youngest, each with its reason', async () => {
    const at = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 10_000);
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const write = (id: string | undefined, ms: number, reason: string) =>
      real.query(
        `INSERT INTO revocations (at, kind, reason, session_ids)
         VALUES ($1::timestamptz, 'sessions', $2, ARRAY[$3::uuid])`,
        [new Date(at.getTime() + ms), reason, id],
      );
    await write(ids[0], 0, 'SESSION_REVOKED');
    await write(ids[1], 900, 'SESSION_REVOKED');
    await write(ids[2], 500, 'ACCOUNT_DISABLED');
    await write(ids[3], 1_000, 'SESSION_REVOKED');
    await real.query(
      `INSERT INTO revocations (at, kind, reason, session_ids, receipts_until)
       VALUES ($1, 'sessions', 'SESSION_REVOKED', ARRAY[$2::uuid, $3::uuid], now() + interval '1 minute')`,
      [at, ids[4], ids[5]],
    );
    const { items, databaseTime } = await reader.read();
    const told = items.map(({ id, age, revocation, wantsReceipt }) => ({
      named: id !== null,
      writtenAt: Math.round((databaseTime - age - at.getTime()) / 100) * 100 + 0,
      reason: revocation.reason,
      sessions: revocation.kind === 'sessions' ? [...revocation.sessionIds].sort() : [],
      wantsReceipt,
    }));
    const of = (...at: number[]) => at.map((index) => ids[index]).sort();
    const together = { named: false, reason: 'SESSION_REVOKED', wantsReceipt: false };
    const awaited = { named: true, reason: 'SESSION_REVOKED', wantsReceipt: true };
    expect(told).toHaveLength(4);
    expect(told).toEqual(
      expect.arrayContaining([
        { ...together, writtenAt: 900, sessions: of(0, 1) },
        { ...together, writtenAt: 500, sessions: of(2), reason: 'ACCOUNT_DISABLED' },
        { ...together, writtenAt: 1_000, sessions: of(3) },
        { ...awaited, writtenAt: 0, sessions: of(4, 5) },
      ]),
    );
  });

  it('finds what was written first and committed last', async () => {
    await look();
    const slow = await begun();
    const late = await revoke(slow);
    const early = await revoke();
    expect(await look()).toEqual(found(early));
    const second = await revoke();
    expect(await look()).toEqual(found(second));
    await slow.query('COMMIT');
    expect(await look()).toEqual(found(late));
    expect(await look()).toEqual(found());
  });

  it('finds what was begun before the first look, and what a savepoint holds', async () => {
    const slow = await begun();
    await slow.query('SAVEPOINT one');
    const late = await revoke(slow);
    await slow.query('RELEASE one');
    await slow.query('SAVEPOINT two');
    await revoke(slow);
    await slow.query('ROLLBACK TO two');
    expect(await look()).toEqual(everything());
    await slow.query('COMMIT');
    expect(await look()).toEqual(found(late));
  });

  it('reads nothing twice and loses nothing while a long transaction holds the horizon back', async () => {
    const long = await begun();
    await long.query('CREATE TABLE elsewhere (n int)');
    await look();
    const seen: string[] = [];
    const written: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const slow = await begun();
      written.push(await revoke(slow), await revoke());
      seen.push(...(await look()).sessions);
      await slow.query('COMMIT');
      seen.push(...(await look()).sessions);
    }
    await long.query('COMMIT');
    expect(await look()).toEqual(found());
    expect(seen.sort()).toEqual(written.sort());
  });
});

describe('another database under the same connection, as behind a pooler', () => {
  /** What the server says of itself comes from a table that the test writes. */
  beforeEach(async () => {
    const [row] = await real.query<{ snapshot: string }>(
      'SELECT pg_current_snapshot()::text AS snapshot',
    );
    const xmax = Number(row?.snapshot.split(':')[1]);
    for (const text of [
      'CREATE SCHEMA said',
      'CREATE TABLE said.facts (snapshot pg_snapshot, timeline text)',
      `CREATE FUNCTION said.pg_current_snapshot() RETURNS pg_snapshot LANGUAGE sql AS
         'SELECT coalesce((SELECT snapshot FROM said.facts), pg_catalog.pg_current_snapshot())'`,
      `CREATE FUNCTION said.pg_walfile_name(pg_lsn) RETURNS text LANGUAGE sql AS
         'SELECT timeline FROM said.facts'`,
      `INSERT INTO said.facts VALUES ('${xmax + 1000}:${xmax + 1000}:', '000000010000000000000001')`,
      `ALTER DATABASE ${real.name} SET search_path = said, pg_catalog, public`,
    ]) {
      await real.query(text);
    }
    reader.close();
    reader = await open();
  });

  it('is noticed by transaction numbers that went back, and everything is read anew', async () => {
    expect(await look()).toEqual(everything());
    // Its number is below those that were seen: no look for what is new would find it.
    const reissued = await revoke();
    expect(await look()).toEqual(found());
    await real.query('UPDATE said.facts SET snapshot = NULL');
    expect(await look()).toEqual(everything(reissued));
    expect(await look()).toEqual(found());
  });

  it('is noticed by another timeline, and everything is read anew', async () => {
    expect(await look()).toEqual(everything());
    const reissued = await revoke();
    await real.query("UPDATE said.facts SET timeline = '000000020000000000000001'");
    expect(await look()).toEqual(everything(reissued));
    expect(await look()).toEqual(found());
  });
});

describe('the connection of the feed', () => {
  it('hears the doorbell, and tells by a ring that it is gone', async () => {
    await look();
    expect(await reader.hearsDoorbell()).toBe(true);
    await real.query("SELECT pg_notify('portcullis', '')");
    await until(() => rings === 1);
    await real.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'portcullis-feed'`);
    await until(() => rings === 2);
    await expect(reader.read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const missed = await revoke();
    reader = await open();
    expect(await look()).toEqual(everything(missed));
  });

  it('that became a black hole fails a look within its bound', async () => {
    await look();
    proxy.blackHole();
    const sent = performance.now();
    await expect(reader.read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(performance.now() - sent).toBeLessThan(5_000);
    proxy.heal();
    proxy.cut();
  });
});
