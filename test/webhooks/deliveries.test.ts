import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TestClock } from '../support/clock.js';
import { ask, login, register, tryLogin } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { receiverOf } from '../../src/webhooks/receiver.js';
import { backOff } from '../../src/webhooks/schedule.js';
import { Receiver } from './receiver.js';

const PASSWORD = 'a password of some length';
const WEBHOOK_SECRET = 'a secret of thirty-two bytes or more';
const DAY = 86_400_000;

let receiver: Receiver;
let database: TestDatabase;
const servers: TestServer[] = [];
beforeAll(async () => {
  receiver = await new Receiver().start();
});
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  receiver.received.length = 0;
  receiver.answer = (response) => response.writeHead(204).end();
  await database.drop();
});
afterAll(() => receiver.stop());

async function start(env: Record<string, string> = {}, clock?: TestClock): Promise<TestServer> {
  const settings = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET, ...env };
  const server = await startTestServer({ database, env: settings, ...(clock ? { clock } : {}) });
  servers.push(server);
  return server;
}

interface Waiting {
  readonly attempts: number;
  readonly dead: boolean;
  readonly receiver: string;
}
const outbox = () =>
  database.query<Waiting>(
    `SELECT attempts, dead_at IS NOT NULL AS dead, receiver FROM webhook_deliveries
     ORDER BY created_at, id`,
  );
const isEmpty = () => until(async () => (await outbox()).length === 0, 20_000);
/** Since when what waits is due, as if nobody had taken it. */
const makeDue = () => database.query("UPDATE webhook_deliveries SET due_at = '2020-01-01'");
const telling = (events: string) => ({ WEBHOOK_EVENTS: events });

describe('a message', () => {
  it('is in the outbox until it has arrived', async () => {
    const server = await start();
    await register(server.url, 'ada@example.com', PASSWORD);
    await receiver.told('user.registered');
    await receiver.told('session.started');
    await isEmpty();
  });

  it('is not written for a deed that did not happen, nor a deed done without it', async () => {
    const server = await start(telling('account-created'));
    await register(server.url, 'ada@example.com', PASSWORD);
    await isEmpty();
    await database.query('ALTER TABLE webhook_deliveries RENAME TO elsewhere');
    const query = `mutation { register(input: { email: "bob@example.com", password: "${PASSWORD}" }) { expiresIn } }`;
    expect((await ask(server.url, query)).data).toEqual({ register: null });
    await database.query('ALTER TABLE elsewhere RENAME TO webhook_deliveries');
    const users = await database.query("SELECT FROM users WHERE email = 'bob@example.com'");
    expect(users).toEqual([]);
    const events = await database.query("SELECT FROM audit_events WHERE type = 'user.registered'");
    expect(events).toHaveLength(1);
  });

  it('is sent again, later and later, with the same id, until it arrives', async () => {
    const clock = new TestClock();
    receiver.answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const server = await start(telling('sign-in-refused'), clock);
    await tryLogin(server.url, 'ada@example.com', PASSWORD);
    await receiver.told('session.refused');
    await until(async () => (await outbox())[0]?.attempts === 1 && (await due()) > 3_000);
    expect(await due()).toBeLessThanOrEqual(5_000 * 1.25);
    await makeDue();
    await tryLogin(server.url, 'bob@example.com', PASSWORD);
    const all = await receiver.told('session.refused', 2);
    const [first, second] = all.map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
    receiver.answer = (response) => response.writeHead(200).end('well done');
    await until(async () => {
      await makeDue();
      return (await outbox()).length === 0;
    }, 20_000);
    expect(server.log()).toContain('answered 302');
    expect(server.log()).not.toContain(receiver.url);

    async function due(): Promise<number> {
      const [row] = await database.query<{ due: Date }>(
        'SELECT due_at AS due FROM webhook_deliveries ORDER BY created_at LIMIT 1',
      );
      return (row?.due.getTime() ?? 0) - clock.now();
    }
  });

  it('is given up after three days, kept for a month, and counted', async () => {
    const clock = new TestClock();
    receiver.answer = (response) => response.writeHead(500).end();
    const server = await start({ ...telling('sign-in-refused'), METRICS_PORT: '0' }, clock);
    await tryLogin(server.url, 'ada@example.com', PASSWORD);
    await receiver.told('session.refused');
    await until(async () => (await metric('deliveries_total{outcome="failed"}')) === 1);
    expect(await metric('messages{state="waiting"}')).toBe(1);
    clock.advance(3 * DAY + 1);
    expect(await metric('oldest_seconds')).toBeGreaterThan(3 * 86_400);
    await until(async () => (await outbox())[0]?.dead === true, 20_000);
    expect(await metric('deliveries_total{outcome="dead"}')).toBe(1);
    expect(await metric('messages{state="dead"}')).toBe(1);
    clock.advance(29 * DAY);
    await server.node.cleanUp();
    expect(await outbox()).toHaveLength(1);
    clock.advance(2 * DAY);
    await server.node.cleanUp();
    expect(await outbox()).toEqual([]);

    async function metric(name: string): Promise<number | undefined> {
      const text = await (await fetch(server.metricsUrl!)).text();
      const line = text.split('\n').find((each) => each.startsWith(`portcullis_webhook_${name} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    }
  });
});

describe('a node', () => {
  it('writes nothing where nobody is to be told, or not of that', async () => {
    const server = await start({ WEBHOOK_URL: '', WEBHOOK_SECRET: '' });
    await register(server.url, 'ada@example.com', PASSWORD);
    const picky = await start({ ...telling('key-changed'), WEBHOOK_URL: 'http://127.0.0.1:1/' });
    await login(picky.url, 'ada@example.com', PASSWORD);
    expect(await outbox()).toEqual([]);
  });

  it('delivers what another one took and did not settle, once its lease is over', async () => {
    const silent = await listen();
    await start({ ...telling('account-created'), WEBHOOK_URL: silent.url });
    await until(async () => (await outbox())[0]?.attempts === 1);
    // The same message for a receiver that answers, and for a node that knows it.
    await database.query('UPDATE webhook_deliveries SET receiver = $1', [receiverOf(receiver.url)]);
    const other = await start(telling('account-created'));
    await register(other.url, 'ada@example.com', PASSWORD);
    await receiver.told('user.registered');
    expect(receiver.received).toHaveLength(1);
    await makeDue();
    await register(other.url, 'bob@example.com', PASSWORD);
    await receiver.told('user.created');
    await silent.stop();
    await isEmpty();
  });

  it('that stops leaves what is under way to the others at once', async () => {
    receiver.answer = () => undefined;
    const one = await start(telling('account-created'));
    await receiver.told('user.created');
    servers.splice(servers.indexOf(one), 1);
    await one.stop();
    receiver.answer = (response) => response.writeHead(204).end();
    await start(telling('account-created'));
    await receiver.told('user.created', 2);
    await isEmpty();
  });

  it('shares the work with the others: each message is sent once', async () => {
    const [one, two] = [
      await start(telling('session-revoked')),
      await start(telling('session-revoked')),
    ];
    const { user } = await register(one.url, 'ada@example.com', PASSWORD);
    const admin = await login(two.url, ADMIN.email, ADMIN.password);
    const revoke = `mutation { revokeUserSessions(userId: "${user.id}") }`;
    const from = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : two));
    await Promise.all(from.map(({ url }) => ask(url, revoke, { token: admin.accessToken })));
    await receiver.told('user.sessions-revoked', 20);
    await isEmpty();
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
  });
});

describe('a receiver that does not answer', () => {
  it('holds up no other receiver, and no request', async () => {
    const silent = await listen();
    const server = await start({ WEBHOOK_URL: `${silent.url},${receiver.url}` });
    for (const name of ['ada', 'bob', 'eve']) {
      await register(server.url, `${name}@example.com`, PASSWORD);
    }
    await receiver.told('user.registered', 3);
    const mine = async () =>
      (await outbox()).filter(({ receiver: whose }) => whose !== receiverOf(silent.url));
    await until(async () => (await mine()).length === 0);
    expect((await outbox()).length).toBeGreaterThanOrEqual(6);
    expect(silent.connections()).toBeLessThanOrEqual(4);
    await silent.stop();
  });

  it('or answers without end is not listened to for long', async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      response.on('error', () => undefined);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_024)));
      };
      response.on('drain', more);
      more();
    };
    const server = await start(telling('account-created'));
    await register(server.url, 'ada@example.com', PASSWORD);
    await receiver.told('user.registered');
    await isEmpty();
  });
});

/** A server that takes connections and says nothing. */
async function listen() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connections: () => sockets.size,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

it('attempts come later and later, never all at once, at most six hours apart', () => {
  const HOUR = 3_600_000;
  const middle = [1, 2, 3, 8, 20].map((attempts) => backOff(attempts, () => 0.5));
  expect(middle).toEqual([5_000, 20_000, 80_000, 6 * HOUR, 6 * HOUR]);
  expect([backOff(1, () => 0), backOff(1, () => 1)]).toEqual([3_750, 6_250]);
});
