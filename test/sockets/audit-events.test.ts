import { systemClock } from '../../src/support/clock.js';
import { newId } from '../../src/support/new-id.js';
import { ask, login, register, tryLogin } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';

let database: TestDatabase;
let one: TestServer;
let two: TestServer;
let admin: Tokens;
beforeAll(async () => {
  database = await createTestDatabase();
  one = await startTestServer({ database });
  two = await startTestServer({ database });
}, 60_000);
beforeEach(async () => {
  admin = await login(one.url, ADMIN.email, ADMIN.password);
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await one.stop();
  await two.stop();
  await database.drop();
});

const FIELDS = 'id type detail sessionId ip actor { email } user { email }';

/** A socket of the admin's on the second node that follows the log. */
async function following(filter = '', fields = FIELDS, id = 'log'): Promise<RawSocket> {
  const socket = await connect(two.url, { accessToken: admin.accessToken });
  await follow(socket, filter, fields, id);
  return socket;
}

async function follow(socket: RawSocket, filter = '', fields = FIELDS, id = 'log') {
  const follows = jest.spyOn(two.node.deps.auditTail, 'follow');
  const arguments_ = filter === '' ? '' : `(filter: { ${filter} })`;
  socket.subscribe(id, `subscription { auditEvents${arguments_} { ${fields} } }`);
  await until(() => follows.mock.results.length > 0);
  await follows.mock.results[0]?.value;
  follows.mockRestore();
}

async function event(socket: RawSocket): Promise<unknown> {
  const { type, payload } = await socket.next();
  return type === 'next' ? payload.data.auditEvents : { type, payload };
}

const write = (type: string, more: { user?: string; detail?: string } = {}) =>
  database.query(
    `INSERT INTO audit_events (id, at, type, user_id, detail)
     VALUES ($1, now(), $2, $3, $4)`,
    [newId(systemClock), type, more.user ?? null, more.detail ?? null],
  );

describe('auditEvents', () => {
  it('tells what happens on any node, within about a second', async () => {
    const socket = await following('type: "session.refused"');
    for (const server of [one, two]) {
      const started = performance.now();
      await tryLogin(server.url, ADMIN.email, 'a wrong password');
      expect(await event(socket)).toEqual({
        id: expect.any(String),
        type: 'session.refused',
        detail: 'wrong credentials',
        sessionId: null,
        ip: '127.0.0.1',
        actor: null,
        user: { email: ADMIN.email },
      });
      // About a second is promised; the rest is for a machine that has much else to do.
      expect(performance.now() - started).toBeLessThan(8_000);
    }
    await socket.close();
  });

  it('tells each socket what it asked for', async () => {
    const ada = await register(one.url, 'ada@example.com', PASSWORD);
    const ofAda = await following(`userId: "${ada.user.id}", type: "test"`, 'detail');
    const ofNow = await following('type: "test", since: "2000-01-01T00:00:00Z"', 'detail');
    const ofThen = await following('type: "test", until: "2000-01-01T00:00:00Z"', 'detail');
    await follow(ofThen, 'type: "test"', 'type', 'all');
    await write('test', { detail: 'nobody' });
    await write('test', { user: ada.user.id, detail: 'ada' });
    expect(await event(ofAda)).toEqual({ detail: 'ada' });
    expect([await event(ofNow), await event(ofNow)]).toEqual([
      { detail: 'nobody' },
      { detail: 'ada' },
    ]);
    expect((await ofThen.next()).id).toBe('all');
    expect((await ofThen.next()).id).toBe('all');
    for (const socket of [ofAda, ofNow, ofThen]) await socket.close();
  });

  it('reads accounts anew for each event, and shows those that are gone as null', async () => {
    const bob = await register(one.url, 'bob@example.com', PASSWORD);
    const socket = await following('type: "test"', 'user { name email }');
    await write('test', { user: bob.user.id });
    expect(await event(socket)).toEqual({ user: { name: null, email: 'bob@example.com' } });
    await database.query("UPDATE users SET name = 'Bob' WHERE id = $1", [bob.user.id]);
    await write('test', { user: bob.user.id });
    expect(await event(socket)).toEqual({ user: { name: 'Bob', email: 'bob@example.com' } });
    await write('test', { user: '0190a5d2-0000-7000-8000-000000000000' });
    expect(await event(socket)).toEqual({ user: null });
    await socket.close();
  });

  it('stops asking the database when the last socket has left, however it left', async () => {
    const read = jest.spyOn(two.node.deps.database, 'read');
    const sockets = [await following(), await following(), await following()];
    sockets[0]?.send({ type: 'complete', id: 'log' });
    sockets[1]?.socket.terminate();
    await sockets[2]?.close();
    await until(async () => {
      read.mockClear();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return read.mock.calls.length === 0;
    });
    await sockets[0]?.close();
  });
});

describe('each event of auditEvents is judged as a query would be', () => {
  it('where no field is critical, it asks the store nothing', async () => {
    const check = jest.spyOn(two.node.deps.checker, 'check');
    const socket = await following('type: "test"', 'user { email sessions { current } }');
    for (let round = 1; round <= 2; round += 1) {
      await write('test', { user: admin.user.id });
      expect(await event(socket)).toMatchObject({ user: { email: ADMIN.email } });
    }
    expect(check).not.toHaveBeenCalled();
    await socket.close();
  });

  it('under a scheme that asks each time, each event asks', async () => {
    const own = await startTestServer({ database, env: { PORTCULLIS_SCHEME: 'checked' } });
    const { accessToken } = await login(own.url, ADMIN.email, ADMIN.password);
    const socket = await connect(own.url, { accessToken });
    const check = jest.spyOn(own.node.deps.checker, 'check');
    socket.subscribe('log', 'subscription { auditEvents(filter: { type: "each" }) { type } }');
    await until(() => check.mock.calls.length === 1);
    for (let events = 1; events <= 3; events += 1) {
      // The subscription may begin a moment after its check.
      const written = setInterval(() => void write('each'), 300);
      await event(socket);
      clearInterval(written);
      expect(check.mock.calls.length).toBeGreaterThan(events);
    }
    await socket.close();
    await own.stop();
  });

  it('an admin who is revoked gets nothing more, not even what waits', async () => {
    const socket = await following('type: "more"', 'type');
    await write('more');
    expect(await event(socket)).toEqual({ type: 'more' });
    const other = await login(one.url, ADMIN.email, ADMIN.password);
    const mutation = `mutation { revokeSession(id: "${admin.session.id}") { id } }`;
    await ask(two.url, mutation, { token: other.accessToken });
    await write('more');
    const rest = await socket.rest();
    expect(rest).toEqual([{ id: 'log', type: 'complete' }]);
    expect((await socket.closed).code).toBe(4403);
  });

  it('what was read before a revocation is not told after it', async () => {
    const socket = await following('type: "pair"', 'detail user { id }');
    // The first of two events is stuck on its way while the end of the session becomes known.
    let go: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (go = resolve));
    const { users, denylist } = two.node.deps;
    const load = jest.spyOn(users, 'findMany').mockImplementationOnce(async () => {
      await stuck;
      return [];
    });
    await database.query(
      `INSERT INTO audit_events (id, at, type, user_id)
       SELECT gen_random_uuid(), now(), 'pair', $1 FROM generate_series(1, 2)`,
      [admin.user.id],
    );
    await until(() => load.mock.calls.length === 1);
    const { id } = admin.session;
    denylist.add({ kind: 'sessions', sessionIds: [id], reason: 'SESSION_REVOKED' });
    go();
    const rest = await socket.rest();
    expect(rest.filter(({ type }) => type === 'next').length).toBeLessThanOrEqual(1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('an event after the token has expired ends the stream, and is not told', async () => {
    const clock = new TestClock();
    const own = await startTestServer({ clock });
    const { accessToken } = await login(own.url, ADMIN.email, ADMIN.password);
    const socket = await connect(own.url, { accessToken });
    socket.subscribe('log', 'subscription { auditEvents { type } }');
    await socket.ask('{ mySessions { id } }');
    // The alarm looks at the clock once a minute; the event comes first.
    clock.advance(400_000);
    await tryLogin(own.url, ADMIN.email, 'a wrong password');
    expect(await socket.next()).toMatchObject({
      id: 'log',
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' } }],
    });
    await socket.close();
    await own.stop();
  });

  it('an admin whose token lost its scope cannot come back', async () => {
    const own = await login(one.url, ADMIN.email, ADMIN.password);
    const eve = await register(one.url, 'eve@example.com', PASSWORD);
    const set = (scopes: string) =>
      ask(one.url, `mutation { setUserScopes(id: "${eve.user.id}", scopes: ${scopes}) { id } }`, {
        token: own.accessToken,
      });
    await set('["admin"]');
    const asAdmin = await login(one.url, 'eve@example.com', PASSWORD);
    await set('[]');
    const noMore = await login(one.url, 'eve@example.com', PASSWORD);
    const socket = await connect(two.url, { accessToken: noMore.accessToken });
    expect(await socket.ask('subscription { auditEvents { id } }')).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN', reason: 'SCOPE_MISSING' } }],
    });
    await socket.close();
    // As over HTTP: the token says what its bearer may until it expires.
    const before = await connect(two.url, { accessToken: asAdmin.accessToken });
    await follow(before, 'type: "test"', 'type');
    await write('test');
    expect(await event(before)).toEqual({ type: 'test' });
    await before.close();
  });
});

describe('a socket that does not take what it is told', () => {
  it('loses its subscription, not the server its memory, and others go on', async () => {
    const slow = await following('type: "flood"', 'detail user { email name }');
    const quick = await following('type: "flood"', 'detail');
    slow.stream.pause();
    const size = 900;
    let sent = 0;
    const flood = async (count: number) => {
      await database.query(
        `INSERT INTO audit_events (id, at, type, detail)
         SELECT gen_random_uuid(), now(), 'flood', repeat('x', $2) FROM generate_series(1, $1)`,
        [count, size],
      );
      sent += count;
      for (let taken = 0; taken < count; taken += 1) await event(quick);
    };
    // Several megabytes: what the network holds, and the queue on top.
    while (sent < 12_000) await flood(2_000);
    slow.stream.resume();
    let told = 0;
    for (;;) {
      // On a machine that is busy it may have been silent for so long that it counts as gone.
      const message = await slow.next().catch(() => undefined);
      if (!message) break;
      const { type, payload } = message;
      if (type === 'next') {
        told += 1;
        continue;
      }
      expect(type).toBe('error');
      expect(payload).toEqual([
        {
          message: 'Events came faster than they were taken.',
          extensions: { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', retryAfter: 1 },
        },
      ]);
      break;
    }
    expect(told).toBeLessThan(sent);
    await slow.close();
    await quick.close();
  }, 120_000);
});
