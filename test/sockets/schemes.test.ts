import { ask, login, register } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import { ADMIN, startTestServer } from '../support/server.js';
import { connect, openSocket } from '../support/socket.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const FORBIDDEN = { code: 4403, reason: 'Forbidden' };

describe('under every scheme', () => {
  it.each(['refresh', 'stateless', 'checked', 'sliding', 'opaque'])(
    '%s: a session that is revoked on one node is told to sockets of another, and closes them',
    async (scheme) => {
      const database = await createTestDatabase();
      const env = { PORTCULLIS_SCHEME: scheme };
      const one = await startTestServer({ database, env });
      const two = await startTestServer({ database, env });
      const ada = await register(one.url, 'ada@example.com', PASSWORD);
      const { accessToken } = ada;
      const waiting = await connect(two.url, { accessToken });
      const idle = await connect(two.url, { accessToken });
      waiting.subscribe('end', 'subscription { sessionEnded { sessionId reason } }');
      expect((await waiting.ask('{ mySessions { current } }')).errors).toBeUndefined();
      const { accessToken: token } = await login(one.url, ADMIN.email, ADMIN.password);
      await ask(one.url, `mutation { disableUser(id: "${ada.user.id}") { id } }`, { token });
      const sessionEnded = { sessionId: ada.session.id, reason: 'ACCOUNT_DISABLED' };
      expect(await waiting.rest()).toEqual([
        { id: 'end', type: 'next', payload: { data: { sessionEnded } } },
        { id: 'end', type: 'complete' },
      ]);
      expect([await waiting.closed, await idle.closed]).toEqual([FORBIDDEN, FORBIDDEN]);
      const again = await openSocket(two.url);
      again.send({ type: 'connection_init', payload: { accessToken } });
      expect(await again.closed).toEqual(FORBIDDEN);
      await one.stop();
      await two.stop();
      await database.drop();
    },
  );
});

describe('where nodes do not tell each other', () => {
  it('sockets cost the database one statement per interval, however many there are', async () => {
    const env = { PORTCULLIS_SCHEME: 'stateless', FEED_POLL_INTERVAL: '200ms' };
    const server = await startServerBehindProxy({ env });
    const ada = await register(server.url, 'ada@example.com', PASSWORD);
    const bob = await register(server.url, 'bob@example.com', PASSWORD);
    const looks = () => server.proxy.statements.filter((text) => text.includes('ANY($1::uuid[])'));
    const sockets = [];
    for (const { accessToken } of [ada, bob, ada, bob]) {
      sockets.push(await connect(server.url, { accessToken }));
    }
    server.proxy.statements.length = 0;
    const started = performance.now();
    await until(() => looks().length >= 5);
    expect(looks().length).toBeLessThan((performance.now() - started) / 200 + 2);
    for (const socket of sockets) await socket.close();
    await until(async () => {
      server.proxy.statements.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return looks().length === 0;
    });
    await server.stop();
  });
});

describe('under opaque tokens', () => {
  it('a socket is looked up at each operation, and lives as long as its session is used', async () => {
    const server = await startServerBehindProxy({
      env: { PORTCULLIS_SCHEME: 'opaque', SESSION_IDLE_TTL: '5s' },
    });
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await connect(server.url, { accessToken });
    const lookUps = () =>
      server.proxy.statements.filter((text) => text.includes('token_hash')).length;
    const before = lookUps();
    await socket.ask('{ me { id } }');
    expect(lookUps()).toBe(before + 1);
    // Longer than the session would have lived without any use.
    const until7 = performance.now() + 7_000;
    while (performance.now() < until7) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect((await socket.ask('{ me { email } }')).errors).toBeUndefined();
    }
    expect(await socket.closed).toEqual(FORBIDDEN);
    await server.stop();
  });

  it('nobody is admitted while nobody can tell who it is: the client tries again later', async () => {
    const server = await startServerBehindProxy({ env: { PORTCULLIS_SCHEME: 'opaque' } });
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    server.proxy.refuse();
    const socket = await openSocket(server.url);
    socket.send({ type: 'connection_init', payload: { accessToken } });
    expect(await socket.closed).toEqual({ code: 1013, reason: 'Try again later' });
    const anonymous = await connect(server.url);
    expect(await anonymous.ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    await anonymous.close();
    server.proxy.heal();
    await until(async () => {
      const again = await connect(server.url, { accessToken }).catch(() => undefined);
      await again?.close();
      return again !== undefined;
    });
    await server.stop();
  });
});

describe('under sliding tokens', () => {
  it('an answer over a socket carries the renewed token, as over HTTP', async () => {
    const env = { PORTCULLIS_SCHEME: 'sliding', SLIDING_WINDOW: '1s' };
    const server = await startTestServer({ env });
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await connect(server.url, { accessToken });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    const { data, ...rest } = await socket.ask('{ me { email } }');
    expect(data).toEqual({ me: { email: ADMIN.email } });
    const { extensions } = rest as { extensions?: { portcullis?: { accessToken?: string } } };
    const renewed = extensions?.portcullis?.accessToken ?? '';
    expect(renewed).not.toBe(accessToken);
    await (await connect(server.url, { accessToken: renewed })).close();
    await socket.close();
    await server.stop();
  });
});
