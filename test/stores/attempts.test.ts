import { Database } from '../../src/database/index.js';
import { AttemptStore } from '../../src/stores/index.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';

const DAY = 86_400_000;
const clock = new TestClock();
let testDatabase: TestDatabase;
let database: Database;
let store: AttemptStore<number>;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(testDatabase.url);
  store = new AttemptStore(database, clock);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const open = (account: string, first = 1) =>
  store.open({ account, email: `${account}@example.com`, places: ['home', 'phone'], first });
const accounts = async () =>
  (await testDatabase.query<{ account: string }>('SELECT account FROM password_attempts')).map(
    ({ account }) => account,
  );

describe('counts of attempts', () => {
  it('are made once, however many come at once, and put back by the fastest alone', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, (_, at) => open('ada', at)));
    expect(opened.filter(({ made }) => made)).toHaveLength(1);
    expect(new Set(opened.map(({ version }) => version)).size).toBe(1);
    const { version } = opened[0]!;
    const put = Array.from({ length: 20 }, (_, at) => store.replace('ada', version, 100 + at));
    const won = (await Promise.all(put)).filter((each) => each !== undefined);
    expect(won).toHaveLength(1);
    expect((await store.read('ada'))?.version).toBe(won[0]);
    expect(await store.replace('ada', version, undefined)).toBeUndefined();
    expect(await store.replace('ada', won[0]!, undefined)).toBe(won[0]);
    expect(await store.read('ada')).toBeUndefined();
  });

  it('come with the places that are known', async () => {
    await store.learn('bea', ['home']);
    expect((await open('bea')).known).toEqual({ home: { lately: true } });
    clock.advance(2 * DAY);
    expect((await open('bea')).known).toEqual({ home: { lately: false } });
    expect(await store.knows('bea', ['phone', 'office'])).toBe(false);
    expect(await store.knows('bea', ['phone', 'home'])).toBe(true);
    await store.learn('bea', ['phone']);
    await store.forget('bea', ['phone']);
    expect((await open('bea')).known).toEqual({ phone: { lately: true } });
  });
});

describe('clean-up', () => {
  it('forgets an account that there is not after a month, and keeps one that there is', async () => {
    await testDatabase.query('TRUNCATE password_attempts, known_places');
    await testDatabase.query(
      `INSERT INTO users (id, email, password_hash, scopes, created_at)
       VALUES (gen_random_uuid(), 'real@example.com', 'x', '{}', now())`,
    );
    await store.learn('signed in once', ['home']);
    for (const account of ['real', 'signed in once', 'nobody']) await open(account);
    clock.advance(29 * DAY);
    expect(await store.cleanUp(10)).toBe(0);
    clock.advance(2 * DAY);
    expect(await store.cleanUp(10)).toBe(1);
    expect((await accounts()).sort()).toEqual(['real', 'signed in once']);
  });

  it('forgets a place after half a year, and an address when its hour is over', async () => {
    await testDatabase.query('TRUNCATE known_places');
    await store.learn('ada', ['home']);
    const [before, after] = [Date.now() - 1_000, Date.now() + 60_000];
    await testDatabase.query(
      `INSERT INTO rate_limits VALUES ('a', 1, ${before}), ('b', 1, ${before}), ('c', 1, ${after})`,
    );
    expect(await store.cleanUp(10)).toBe(2);
    expect(await testDatabase.query('SELECT key FROM rate_limits')).toEqual([{ key: 'c' }]);
    clock.advance(181 * DAY);
    expect(await store.cleanUp(10)).toBe(1);
    expect(await testDatabase.query('SELECT 1 FROM known_places')).toEqual([]);
  });
});
