import pg from 'pg';
import { Database } from '../../src/database/index.js';
import { Denylist } from '../../src/revocation/index.js';
import { AuditTail } from '../../src/services/index.js';
import { AuditStore } from '../../src/stores/index.js';
import type { AuditRecord } from '../../src/stores/index.js';
import type { EventQueue } from '../../src/support/event-queue.js';
import { systemClock } from '../../src/support/clock.js';
import { newId } from '../../src/support/new-id.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';

type Events = EventQueue<AuditRecord>;

let testDatabase: TestDatabase;
let proxy: Proxy;
let database: Database;
let denylist: Denylist;
let tail: AuditTail;
const audit = new AuditStore(systemClock);
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  proxy = await startProxy(testDatabase.url);
  database = new Database(proxy.url);
});
beforeEach(() => {
  denylist = new Denylist(systemClock, 60_000);
  tail = new AuditTail(database, denylist);
});
afterEach(() => tail.stop());
afterAll(async () => {
  await database.close();
  await proxy.stop();
  await testDatabase.drop();
});

const all = () => true;
const write = (detail: string) =>
  database.read((db) => audit.append(db, { type: 'key.created', detail }));

async function take(events: Events, count: number): Promise<(string | null)[]> {
  const taken: (string | null)[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('over');
    taken.push(value.detail);
  }
  return taken;
}

/** Somebody whose transaction takes its time. */
async function slowWriter(detail: string) {
  const client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  await client.query('BEGIN');
  const text = "INSERT INTO audit_events (id, at, type, detail) VALUES ($1, now(), 'slow', $2)";
  await client.query(text, [newId(systemClock), detail]);
  return {
    finish: async (how: 'COMMIT' | 'ROLLBACK') => {
      await client.query(how);
      await client.end();
    },
  };
}

const tells = () => proxy.background.filter((text) => text.includes('pg_visible_in_snapshot'));

describe('the tail of the audit log', () => {
  it('tells what is committed from now on, whole, and nothing of before', async () => {
    await write('before');
    const events = await tail.follow(all);
    await database.read((db) =>
      audit.append(db, { type: 'session.refused', ip: '192.0.2.1', detail: 'after' }),
    );
    const { value } = await events.next();
    const [row] = await testDatabase.query<{ id: string; at: Date }>(
      "SELECT id, at FROM audit_events WHERE detail = 'after'",
    );
    expect(value).toEqual({
      id: row?.id,
      at: row?.at,
      type: 'session.refused',
      actorId: null,
      userId: null,
      sessionId: null,
      ip: '192.0.2.1',
      detail: 'after',
    });
  });

  it('loses nothing that commits late, and tells nothing twice', async () => {
    const events = await tail.follow(all);
    const slow = await slowWriter('began first');
    const dead = await slowWriter('rolled back');
    await write('began second');
    expect(await take(events, 1)).toEqual(['began second']);
    await dead.finish('ROLLBACK');
    await write('third');
    expect(await take(events, 1)).toEqual(['third']);
    await slow.finish('COMMIT');
    expect(await take(events, 1)).toEqual(['began first']);
    await write('last');
    expect(await take(events, 1)).toEqual(['last']);
  });

  it('tells each follower what it wants', async () => {
    const even = await tail.follow(({ detail }) => detail === 'even');
    const odd = await tail.follow(({ detail }) => detail === 'odd');
    for (const detail of ['odd', 'even', 'odd']) await write(detail);
    expect(await take(odd, 2)).toEqual(['odd', 'odd']);
    expect(await take(even, 1)).toEqual(['even']);
  });

  it('asks once for all who follow, and not at all when nobody does', async () => {
    proxy.background.length = 0;
    const events = await Promise.all([tail.follow(all), tail.follow(all), tail.follow(all)]);
    expect(tells()).toHaveLength(1);
    await write('one');
    for (const each of events) expect(await take(each, 1)).toEqual(['one']);
    expect(tells().length).toBeLessThan(5);
    for (const each of events) await each.return();
    await until(async () => {
      proxy.background.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return tells().length === 0;
    });
    const again = await tail.follow(all);
    await write('two');
    expect(await take(again, 1)).toEqual(['two']);
  });

  it('looks at once when this node hears of a revocation', async () => {
    const events = await tail.follow(all);
    // As soon as a look of its own is over, the next one is a second away.
    await write('first');
    await take(events, 1);
    const started = performance.now();
    await write('second');
    denylist.add({ kind: 'sessions', sessionIds: ['s'], reason: 'SESSION_REVOKED' });
    await take(events, 1);
    expect(performance.now() - started).toBeLessThan(900);
  });

  it('tells a burst of thousands to one who takes it', async () => {
    const events = await tail.follow(all);
    await testDatabase.query(
      `INSERT INTO audit_events (id, at, type, detail)
       SELECT gen_random_uuid(), now(), 'burst', n::text FROM generate_series(1, 5000) n`,
    );
    const taken = await take(events, 5_000);
    expect(new Set(taken).size).toBe(5_000);
    await write('after the burst');
    expect(await take(events, 1)).toEqual(['after the burst']);
  });

  it('gives up one who takes nothing, says so, and goes on for the others', async () => {
    const slow = await tail.follow(all);
    const quick = await tail.follow(all);
    await testDatabase.query(
      `INSERT INTO audit_events (id, at, type, detail)
       SELECT gen_random_uuid(), now(), 'burst', n::text FROM generate_series(1, 3000) n`,
    );
    expect(new Set(await take(quick, 3_000)).size).toBe(3_000);
    await expect(slow.next()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      reason: 'TOO_MANY_ATTEMPTS',
      extensions: { retryAfter: 1 },
    });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
    await write('on');
    expect(await take(quick, 1)).toEqual(['on']);
  });

  it('waits out an outage without a loss', async () => {
    const events = await tail.follow(all);
    proxy.refuse();
    const away = await slowWriter('meanwhile');
    await away.finish('COMMIT');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    proxy.heal();
    expect(await take(events, 1)).toEqual(['meanwhile']);
    await write('after');
    expect(await take(events, 1)).toEqual(['after']);
  });

  it('cannot be followed while the database is away, and can be afterwards', async () => {
    proxy.refuse();
    const asked = [tail.follow(all), tail.follow(all)];
    for (const each of asked) {
      await expect(each).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    proxy.heal();
    const events = await tail.follow(all);
    await write('back');
    expect(await take(events, 1)).toEqual(['back']);
  });

  it('says after a failover that nobody can tell what was missed', async () => {
    const read = jest.spyOn(database, 'read');
    const events = await tail.follow(all);
    const original = read.getMockImplementation();
    read.mockImplementation(async () => ({
      mark: { snapshot: '1:1:', timeline: '00000099' },
      events: [],
    }));
    await expect(events.next()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      extensions: { retryable: true },
    });
    read.mockImplementation(original);
    read.mockRestore();
  });

  it('lets go of its followers when the server stops', async () => {
    const events = await tail.follow(all);
    const next = events.next();
    tail.stop();
    expect(await next).toEqual({ value: undefined, done: true });
  });
});
