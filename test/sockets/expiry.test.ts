import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { login, refresh, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';
import type { Message, RawSocket } from '../support/socket.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const FORBIDDEN = { code: 4403, reason: 'Forbidden' };
const ENDED = 'subscription { sessionEnded { sessionId reason at } }';
const DAY = 86_400_000;

async function waiting(server: TestServer, accessToken: string): Promise<RawSocket> {
  const socket = await connect(server.url, { accessToken });
  socket.subscribe('end', ENDED);
  await socket.ask('{ me { id } }');
  return socket;
}

const ends = (messages: readonly Message[]): unknown[] =>
  messages.map(({ type, payload }): unknown => payload?.data?.sessionEnded ?? type);

describe('a token that expires while nothing happens', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ env: { ACCESS_TTL: '2s' } });
  });
  afterAll(() => server.stop());

  /** Milliseconds from the expiry that the client was told to the close. */
  async function lateness(socket: RawSocket, accessToken: string): Promise<number> {
    const { exp } = JSON.parse(
      Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString(),
    ) as { exp: number };
    expect(await socket.closed).toEqual(FORBIDDEN);
    return Date.now() - exp * 1_000;
  }

  it('closes its socket with 4403 within a second, and is no end of the session', async () => {
    const { accessToken, refreshToken } = await register(server.url, 'ada@example.com', PASSWORD);
    const idle = await connect(server.url, { accessToken });
    const subscribed = await waiting(server, accessToken);
    for (const socket of [idle, subscribed]) {
      const late = await lateness(socket, accessToken);
      expect(late).toBeGreaterThan(-100);
      // A second is promised; the rest is for a machine that has much else to do.
      expect(late).toBeLessThan(2_500);
      expect(await socket.rest()).toEqual([]);
    }
    await refresh(server.url, refreshToken);
  });

  it('is replaced by a client that comes back, whose subscription goes on', async () => {
    let tokens = await login(server.url, ADMIN.email, ADMIN.password);
    let connections = 0;
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: () => Promise.resolve(),
      connectionParams: async () => {
        connections += 1;
        if (connections > 1) tokens = await refresh(server.url, tokens.refreshToken);
        return { accessToken: tokens.accessToken };
      },
    });
    const events = client.iterate<{ auditEvents: { detail: string } }>({
      query: 'subscription { auditEvents(filter: { type: "test" }) { detail } }',
    });
    const next = events.next();
    await until(() => connections === 3, 20_000);
    // The third socket's subscription is there when its event arrives.
    const write = setInterval(() => {
      void server.database.query(
        "INSERT INTO audit_events (id, at, type, detail) VALUES (gen_random_uuid(), now(), 'test', 'on')",
      );
    }, 200);
    expect((await next).value).toEqual({ data: { auditEvents: { detail: 'on' } } });
    clearInterval(write);
    await client.dispose();
  });

  it('closes its socket after the answers that are under way', async () => {
    const { accessToken, user } = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await connect(server.url, { accessToken });
    const { profiles } = server.node.deps;
    const profile = await profiles.get(user.id);
    // A query that is under way when the token expires, and needs no more than a moment after that.
    let asked: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (asked = resolve));
    const gate = socket.closed.then(() => true);
    jest.spyOn(profiles, 'get').mockImplementation(async () => {
      asked();
      const { exp } = claims(accessToken);
      await until(() => Date.now() > exp * 1_000 + 100);
      return profile;
    });
    socket.subscribe('1', '{ me { email } }');
    await begun;
    expect((await socket.next()).payload.data.me).toEqual({ email: ADMIN.email });
    expect(await gate).toBe(true);
    jest.restoreAllMocks();
  });
});

function claims(token: string): { exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
  };
}

describe('a session that is not used any more', () => {
  it('ends by itself, and its socket is told before it closes, under every scheme', async () => {
    const underScheme = async (scheme: string) => {
      const env = { PORTCULLIS_SCHEME: scheme, SESSION_IDLE_TTL: '4s' };
      const server = await startTestServer({ env });
      const { accessToken, session } = await login(server.url, ADMIN.email, ADMIN.password);
      const { expiresAt } = session as unknown as { expiresAt: string };
      const socket = await waiting(server, accessToken);
      const rest = await socket.rest();
      expect([scheme, ends(rest)]).toEqual([
        scheme,
        [{ sessionId: session.id, reason: 'SESSION_EXPIRED', at: expect.any(String) }, 'complete'],
      ]);
      const { at } = rest[0]?.payload.data.sessionEnded as { at: string };
      expect(Math.abs(Date.parse(at) - Date.parse(expiresAt))).toBeLessThan(1_000);
      expect(await socket.closed).toEqual(FORBIDDEN);
      await server.stop();
    };
    await Promise.all(['refresh', 'stateless', 'checked', 'sliding', 'opaque'].map(underScheme));
  });

  it('lives on when it was refreshed elsewhere meanwhile, and ends when that is over', async () => {
    const server = await startTestServer({ env: { SESSION_IDLE_TTL: '4s', ACCESS_TTL: '10s' } });
    const tokens = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await waiting(server, tokens.accessToken);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const next = await refresh(server.url, tokens.refreshToken);
    const after = await waiting(server, next.accessToken);
    // The first token was cut short by the end that the session then had.
    expect(await socket.closed).toEqual(FORBIDDEN);
    expect(await socket.rest()).toEqual([]);
    expect((await after.ask('{ mySessions { current } }')).errors).toBeUndefined();
    expect(ends(await after.rest())).toEqual([
      expect.objectContaining({ reason: 'SESSION_EXPIRED' }),
      'complete',
    ]);
    await server.stop();
  });

  it('loses its socket all the same when the store is away at that moment', async () => {
    const server = await startServerBehindProxy({
      env: { SESSION_IDLE_TTL: '3s', PORTCULLIS_SCHEME: 'opaque' },
    });
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await waiting(server, accessToken);
    server.proxy.refuse();
    expect(await socket.closed).toEqual(FORBIDDEN);
    server.proxy.heal();
    await server.stop();
  });
});

describe('a token that lives longer than any timer', () => {
  it('does not close its socket at once, and does not outlive its end', async () => {
    const clock = new TestClock();
    const server = await startTestServer({
      clock,
      env: { ACCESS_TTL: '60d', SESSION_IDLE_TTL: '80d' },
    });
    const tokens: Tokens = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await waiting(server, tokens.accessToken);
    clock.advance(50 * DAY);
    expect((await socket.ask('{ me { id } }')).data).toEqual({ me: { id: tokens.user.id } });
    clock.advance(11 * DAY);
    const { errors } = await socket.ask('{ me { id } }');
    expect(errors?.[0]?.extensions.reason).toBe('TOKEN_EXPIRED');
    await socket.close();
    await server.stop();
  });
});
