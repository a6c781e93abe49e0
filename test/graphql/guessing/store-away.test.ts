import { Database } from '../../../src/database/index.js';
import { Redis } from '../../../src/redis/index.js';
import { Attempts } from '../../../src/services/index.js';
import { AddressLimits, AttemptStore, AuditStore } from '../../../src/stores/index.js';
import { TestClock } from '../../support/clock.js';
import { createTestDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { startProxy } from '../../support/proxy.js';
import type { Proxy } from '../../support/proxy.js';
import { describeWithRedis, startRedis, target } from '../../support/redis.js';
import { SECRET } from '../../support/server.js';
import { until } from '../../support/until.js';

const clock = new TestClock();
let testDatabase: TestDatabase;
let proxy: Proxy;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  proxy = await startProxy(testDatabase.url);
  database = new Database(proxy.url);
});
afterAll(async () => {
  proxy.heal();
  await database.close();
  await proxy.stop();
  await testDatabase.drop();
});

const warnings: unknown[] = [];

/** As one node has it. */
function createAttempts(redis?: Redis): Attempts {
  return new Attempts({
    store: new AttemptStore(database, clock),
    limits: new AddressLimits({ database, redis }),
    audit: new AuditStore(clock),
    ...{ database, clock, secret: () => SECRET },
    warn: (facts, message) => warnings.push([facts, message]),
  });
}

const ADA = { email: 'ada@example.com', ip: '192.0.2.1', device: null };

/** How many of so many wrong passwords were tried. */
async function tried(attempts: Attempts, times: number, guesser = ADA): Promise<number> {
  let executed = 0;
  for (let at = 0; at < times; at += 1) {
    const prove = () => {
      executed += 1;
      return Promise.resolve({ correct: false });
    };
    await attempts.guess(guesser, prove).catch(() => undefined);
  }
  return executed;
}

describe('while the database does not answer', () => {
  afterEach(() => proxy.heal());

  it('a node limits attempts by itself, and with the others again when it does', async () => {
    const [here, there] = [createAttempts(), createAttempts()];
    proxy.refuse();
    expect(await tried(here, 15)).toBe(10);
    expect(warnings).toEqual([
      [{ ip: ADA.ip, userId: undefined }, 'a refusal of attempts is not in the audit log'],
    ]);
    proxy.heal();
    const bea = { ...ADA, email: 'bea@example.com' };
    await until(async () => (await testDatabase.query('SELECT 1')).length === 1);
    expect(await tried(here, 5, bea)).toBe(5);
    expect(await tried(there, 15, bea)).toBe(5);
  });

  it('a right password is not held up by counts that cannot be cleared', async () => {
    const attempts = createAttempts();
    const proof = { correct: true };
    const cyd = { ...ADA, email: 'cyd@example.com' };
    const answer = await attempts.guess(cyd, () => {
      proxy.refuse();
      return Promise.resolve(proof);
    });
    expect(answer).toBe(proof);
  });
});

describeWithRedis('addresses where sessions live in Redis', () => {
  it('are counted there over all nodes, without their names; on each node alone while it is away', async () => {
    const server = await startRedis();
    const open = () => Redis.open(target(server.url));
    const clients = await Promise.all([open(), open()]);
    try {
      await Promise.all(clients.map((client) => client.ready()));
      const [here, there] = clients.map((redis) => createAttempts(redis));
      const somebody = (at: number) => ({ ...ADA, email: `somebody${at}@example.com` });
      for (let at = 0; at < 10; at += 1) {
        await tried(at % 2 ? here! : there!, 1, somebody(at));
      }
      const keys = await server.client.keys('*');
      expect(keys).toEqual([expect.stringMatching(/^portcullis:attempts:[\w-]{22}$/)]);
      expect(await server.client.get(keys[0]!)).toBe('10');
      expect(await testDatabase.query('SELECT 1 FROM rate_limits')).toHaveLength(1);
      await server.kill();
      expect(await tried(here!, 1, somebody(11))).toBe(1);
      await server.start();
      await until(async () => {
        await tried(here!, 1, somebody(12));
        return (await server.client.keys('portcullis:attempts:*')).length === 1;
      });
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
    }
  });
});

it.each(['RATE_LIMITED', 'STORE_UNAVAILABLE'] as const)(
  'a proof that ends in %s is given back',
  async (code) => {
    const attempts = createAttempts();
    const dan = { ...ADA, email: `${code}@example.com` };
    const { PortcullisError } = await import('../../../src/errors/index.js');
    for (let at = 0; at < 20; at += 1) {
      const busy = new PortcullisError(code, code === 'RATE_LIMITED' ? 'TOO_MANY_ATTEMPTS' : code);
      await expect(attempts.guess(dan, () => Promise.reject(busy))).rejects.toBe(busy);
    }
    expect(await tried(attempts, 15, dan)).toBe(10);
  },
);

it('in a flood those who find no room are refused at once', async () => {
  const attempts = createAttempts();
  const { promise, end } = pending();
  const guess = (at: number) =>
    attempts.guess({ ...ADA, email: `flood${at}@example.com` }, () => promise);
  const underWay = Array.from({ length: 120 }, (_, at) => guess(at));
  await new Promise(setImmediate);
  expect(attempts.full).toBe(true);
  await expect(guess(121)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  end();
  await Promise.all(underWay);
  expect(attempts.full).toBe(false);
});

function pending() {
  let end: () => void = () => undefined;
  const promise = new Promise<{ correct: boolean }>((resolve) => {
    end = () => resolve({ correct: false });
  });
  return { promise, end };
}
