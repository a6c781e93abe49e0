import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket } from '../support/socket.js';
import type { Message, RawSocket } from '../support/socket.js';

const PASSWORD = 'a password of some length';
const FORBIDDEN = { code: 4403, reason: 'Forbidden' };
const ENDED = 'subscription { sessionEnded { sessionId reason at } }';

let database: TestDatabase;
let one: TestServer;
let two: TestServer;
let count = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  const env = { REFRESH_GRACE: '0s' };
  one = await startTestServer({ database, env });
  two = await startTestServer({ database, env });
}, 60_000);
afterAll(async () => {
  await one.stop();
  await two.stop();
  await database.drop();
});

const newUser = () => register(one.url, `user${++count}@example.com`, PASSWORD);
const admin = async () => (await login(one.url, ADMIN.email, ADMIN.password)).accessToken;
const mutate = (token: string, mutation: string): Promise<Answer> =>
  ask(one.url, `mutation { ${mutation} }`, { token });

/** A socket on the other node that waits for the end. */
async function waiting({ accessToken }: Tokens, server = two): Promise<RawSocket> {
  const socket = await connect(server.url, { accessToken });
  socket.subscribe('end', ENDED);
  // What is answered behind it says that the subscription is there.
  await socket.ask('{ mySessions { id } }');
  return socket;
}

function told({ session }: Tokens, reason: string): Message[] {
  const at = expect.any(String);
  const sessionEnded = { sessionId: session.id, reason, at };
  return [
    { id: 'end', type: 'next', payload: { data: { sessionEnded } } },
    { id: 'end', type: 'complete' },
  ];
}

describe('the end of a session, whatever ends it, is told on every node', () => {
  const REASONS: readonly (readonly [string, string, (tokens: Tokens) => Promise<unknown>])[] = [
    ['a log-out', 'SESSION_REVOKED', ({ accessToken }) => mutate(accessToken, 'logout')],
    [
      'a log-out by the refresh token',
      'SESSION_REVOKED',
      ({ refreshToken }) => ask(one.url, `mutation { logout(refreshToken: "${refreshToken}") }`),
    ],
    [
      'a log-out everywhere',
      'SESSION_REVOKED',
      ({ accessToken }) => mutate(accessToken, 'logoutEverywhere'),
    ],
    [
      'its owner',
      'SESSION_REVOKED',
      ({ accessToken, session }) =>
        mutate(accessToken, `revokeMySession(id: "${session.id}") { id }`),
    ],
    [
      'an admin',
      'SESSION_REVOKED',
      async ({ session }) => mutate(await admin(), `revokeSession(id: "${session.id}") { id }`),
    ],
    [
      'the end of all that the user had',
      'SESSION_REVOKED',
      async ({ user }) => mutate(await admin(), `revokeUserSessions(userId: "${user.id}")`),
    ],
    [
      'the loss of the device',
      'SESSION_REVOKED',
      async ({ user, session: { device } }) =>
        mutate(await admin(), `revokeUserSessions(userId: "${user.id}", deviceId: "${device.id}")`),
    ],
    [
      'a ban',
      'ACCOUNT_DISABLED',
      async ({ user }) => mutate(await admin(), `disableUser(id: "${user.id}") { id }`),
    ],
    [
      'a change of the password elsewhere',
      'SESSION_REVOKED',
      async ({ user }) => {
        const email = `user${count}@example.com`;
        const { accessToken, user: same } = await login(one.url, email, PASSWORD);
        expect(same.id).toBe(user.id);
        const change = `currentPassword: "${PASSWORD}", newPassword: "another long password"`;
        return mutate(accessToken, `changePassword(${change}) { expiresIn }`);
      },
    ],
    [
      'a refresh token that was used twice',
      'SESSION_REVOKED',
      async ({ refreshToken }) => {
        await refresh(one.url, refreshToken);
        expect(reasons(await tryRefresh(one.url, refreshToken))).toEqual([
          'REFRESH_REJECTED/REFRESH_REUSED',
        ]);
      },
    ],
    [
      'the end of everything',
      'SESSION_REVOKED',
      async () => mutate(await admin(), 'revokeAllSessions(reason: "drill")'),
    ],
  ];

  it.each(REASONS)('%s', async (_what, reason, end) => {
    const tokens = await newUser();
    const sockets = [await waiting(tokens, one), await waiting(tokens, two)];
    const before = Date.now();
    await end(tokens);
    for (const socket of sockets) {
      const rest = await socket.rest();
      expect(rest).toEqual(told(tokens, reason));
      const at = Date.parse(rest[0]?.payload.data.sessionEnded.at);
      expect(Math.abs(at - before)).toBeLessThan(10_000);
      expect(await socket.closed).toEqual(FORBIDDEN);
    }
  });
});

describe('a socket whose session has ended', () => {
  it('closes also when it does not wait for the end, and nobody comes back with that token', async () => {
    const tokens = await newUser();
    const { accessToken, session } = tokens;
    const idle = [await connect(one.url, { accessToken }), await connect(two.url, { accessToken })];
    await mutate(await admin(), `revokeSession(id: "${session.id}") { id }`);
    for (const socket of idle) {
      expect(await socket.closed).toEqual(FORBIDDEN);
      expect(await socket.rest()).toEqual([]);
    }
    for (const { url } of [one, two]) {
      const socket = await openSocket(url);
      socket.send({ type: 'connection_init', payload: { accessToken } });
      expect(await socket.closed).toEqual(FORBIDDEN);
    }
  });

  it('answers first what ended it, when that came by this very socket', async () => {
    const tokens = await newUser();
    const socket = await waiting(tokens);
    socket.subscribe('out', 'mutation { logout }');
    const rest = await socket.rest();
    expect(rest.filter(({ id }) => id === 'out')).toEqual([
      { id: 'out', type: 'next', payload: { data: { logout: true } } },
      { id: 'out', type: 'complete' },
    ]);
    expect(rest.filter(({ id }) => id === 'end')).toEqual(told(tokens, 'SESSION_REVOKED'));
    expect(await socket.closed).toEqual(FORBIDDEN);
  });

  it('is not told so when only its token is over: the session that changed its password goes on', async () => {
    const tokens = await newUser();
    const socket = await waiting(tokens);
    const change = `currentPassword: "${PASSWORD}", newPassword: "another long password"`;
    const answer = await mutate(tokens.accessToken, `changePassword(${change}) { accessToken }`);
    // It has to come back with the new token, and that is all.
    expect(await socket.closed).toEqual(FORBIDDEN);
    // Not completed: its client goes on with it on the next socket.
    expect(await socket.rest()).toEqual([]);
    const next = { ...tokens, ...(answer.data?.['changePassword'] as Tokens) };
    const after = await waiting(next);
    await mutate(next.accessToken, 'logout');
    expect(await after.rest()).toEqual(told(tokens, 'SESSION_REVOKED'));
  });

  it('tells each that waits on it, and those of other sessions nothing', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    const email = `user${count}@example.com`;
    const other = await login(one.url, email, PASSWORD);
    const socket = await waiting(bob);
    socket.subscribe('too', 'subscription { sessionEnded { reason } }');
    const others = [await waiting(ada), await waiting(other)];
    await mutate(bob.accessToken, 'logout');
    const rest = await socket.rest();
    expect(rest.filter(({ id }) => id === 'too')).toEqual([
      {
        id: 'too',
        type: 'next',
        payload: { data: { sessionEnded: { reason: 'SESSION_REVOKED' } } },
      },
      { id: 'too', type: 'complete' },
    ]);
    expect(rest).toEqual(expect.arrayContaining(told(bob, 'SESSION_REVOKED')));
    for (const each of others) {
      expect((await each.ask('{ mySessions { id } }')).errors).toBeUndefined();
      await each.close();
    }
  });

  it('that left the subscription is told nothing', async () => {
    const tokens = await newUser();
    const socket = await waiting(tokens);
    socket.send({ type: 'complete', id: 'end' });
    await socket.ask('{ me { id } }');
    await mutate(tokens.accessToken, 'logout');
    expect(await socket.rest()).toEqual([]);
  });

  it('leaves nobody behind who watches', async () => {
    const tokens = await newUser();
    const { sessionEnds } = two.node.deps;
    const sockets = [await waiting(tokens), await waiting(tokens)];
    expect(sessionEnds.endsAt(tokens.session.id)).toBeGreaterThan(Date.now());
    for (const socket of sockets) await socket.close();
    await (await connect(two.url)).close();
    expect(sessionEnds.endsAt(tokens.session.id)).toBeUndefined();
  });
});

describe('sessionEnded', () => {
  it('without a token is refused, and asks the store nothing', async () => {
    const find = jest.spyOn(two.node.deps.sessions, 'find');
    const watch = jest.spyOn(two.node.deps.sessionEnds, 'watch');
    const socket = await connect(two.url);
    expect(await socket.ask(ENDED)).toMatchObject({
      errors: [
        { path: ['sessionEnded'], extensions: { code: 'UNAUTHENTICATED', reason: 'NO_TOKEN' } },
      ],
    });
    expect(find).not.toHaveBeenCalled();
    expect(watch).not.toHaveBeenCalled();
    jest.restoreAllMocks();
    await socket.close();
  });

  it('fires at once when the session turns out to have ended before', async () => {
    const tokens = await newUser();
    const socket = await connect(two.url, { accessToken: tokens.accessToken });
    // Ended behind the node's back: the feed says nothing of it.
    await database.query(
      "UPDATE sessions SET ended_at = now(), ended_reason = 'revoked' WHERE id = $1",
      [tokens.session.id],
    );
    socket.subscribe('end', ENDED);
    expect(await socket.rest()).toEqual(told(tokens, 'SESSION_REVOKED'));
    expect(await socket.closed).toEqual(FORBIDDEN);
  });

  it('fires at once for a session that is gone', async () => {
    const tokens = await newUser();
    const socket = await connect(two.url, { accessToken: tokens.accessToken });
    await database.query('DELETE FROM sessions WHERE id = $1', [tokens.session.id]);
    socket.subscribe('end', ENDED);
    expect(await socket.rest()).toEqual(told(tokens, 'SESSION_REVOKED'));
  });

  it('outlives a refresh: the old token and the new one are of the same session', async () => {
    const tokens = await newUser();
    const socket = await waiting(tokens);
    const next = await refresh(one.url, tokens.refreshToken);
    const after = await waiting(next);
    await mutate(next.accessToken, 'logout');
    for (const each of [socket, after]) {
      expect(await each.rest()).toEqual(told(tokens, 'SESSION_REVOKED'));
    }
  });
});
