import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { audited } from '../support/audit.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { storedSession } from '../support/stored-sessions.js';

const PASSWORD = 'a password of some length';
const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';
const clock = new TestClock();
let one: ServerBehindProxy;
let two: TestServer;
let count = 0;
beforeAll(async () => {
  const env = { SESSION_IDLE_TTL: '10m', SESSION_MAX_TTL: '25m' };
  one = await startServerBehindProxy({ clock, env });
  two = await startTestServer({
    clock,
    database: one.database,
    env: { ...env, REFRESH_GRACE: '0s' },
  });
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const someone = (): Promise<Tokens> => register(one.url, `user${++count}@example.com`, PASSWORD);
const refused = async (url: string, { refreshToken }: Tokens): Promise<string[]> =>
  reasons(await tryRefresh(url, refreshToken));

describe('a refresh token that is used again', () => {
  it('gets the same successor until a second before the grace ends', async () => {
    const first = await someone();
    const next = await refresh(one.url, first.refreshToken);
    clock.advance(29_000);
    const again = await refresh(one.url, first.refreshToken);
    expect(again.refreshToken).toBe(next.refreshToken);
    expect(again.session).toEqual(next.session);
  });

  it('ends that session a second after, and no other, and it is audited', async () => {
    const first = await someone();
    const other = await login(one.url, `user${count}@example.com`, PASSWORD);
    const next = await refresh(one.url, first.refreshToken);
    clock.advance(31_000);
    expect(await refused(one.url, first)).toEqual(['REFRESH_REJECTED/REFRESH_REUSED']);
    expect(await refused(one.url, next)).toEqual(['REFRESH_REJECTED/SESSION_REVOKED']);
    expect((await ask(one.url, '{ me { id } }', { token: next.accessToken })).status).toBe(401);
    await refresh(one.url, other.refreshToken);
    expect(await audited(one.database, 'session.refresh-reused')).toContainEqual(
      expect.objectContaining({ user_id: first.user.id, session_id: first.session.id }),
    );
  });

  it('has a grace that does not slide', async () => {
    const first = await someone();
    await refresh(one.url, first.refreshToken);
    clock.advance(20_000);
    await refresh(one.url, first.refreshToken);
    clock.advance(11_000);
    expect(await refused(one.url, first)).toEqual(['REFRESH_REJECTED/REFRESH_REUSED']);
  });

  it('has a grace that does not fork: one lineage goes on, from its newest token', async () => {
    const first = await someone();
    const second = await refresh(one.url, first.refreshToken);
    clock.advance(10_000);
    const third = await refresh(one.url, second.refreshToken);
    const late = await refresh(one.url, first.refreshToken);
    expect(late.refreshToken).toBe(third.refreshToken);
    clock.advance(21_000);
    expect(await refused(one.url, first)).toEqual(['REFRESH_REJECTED/REFRESH_REUSED']);
  });

  it('has no grace where it is 0: the replay is theft at once', async () => {
    const first = await someone();
    const next = await refresh(two.url, first.refreshToken);
    expect(await refused(two.url, first)).toEqual(['REFRESH_REJECTED/REFRESH_REUSED']);
    expect(await refused(two.url, next)).toEqual(['REFRESH_REJECTED/SESSION_REVOKED']);
  });
});

describe('a refresh token that is forged', () => {
  it('for a session that lives leaves it alone', async () => {
    const victim = await someone();
    const bytes = Buffer.from(victim.refreshToken.slice(4), 'base64url');
    for (const position of [20, 21, 52]) {
      const forged = Buffer.from(bytes);
      forged[position] = (forged[position] ?? 0) ^ 1;
      const refreshToken = `prt_${forged.toString('base64url')}`;
      expect(await refused(one.url, { ...victim, refreshToken })).toEqual([
        'REFRESH_REJECTED/REFRESH_INVALID',
      ]);
      expect((await ask(one.url, LOGOUT, { variables: { t: refreshToken } })).data).toEqual({
        logout: true,
      });
    }
    await refresh(one.url, victim.refreshToken);
  });

  it('by adding to its text is refused too', async () => {
    const victim = await someone();
    for (const text of [`${victim.refreshToken}=`, ` ${victim.refreshToken}`, victim.accessToken]) {
      expect(reasons(await tryRefresh(one.url, text))).toEqual([
        'REFRESH_REJECTED/REFRESH_INVALID',
      ]);
    }
  });
});

describe('the limits of a session', () => {
  it('idle: each refresh moves it, and without one the session expires', async () => {
    let tokens = await someone();
    for (const minutes of [9, 9]) {
      clock.advance(minutes * 60_000);
      tokens = await refresh(one.url, tokens.refreshToken);
    }
    const other = await login(one.url, `user${count}@example.com`, PASSWORD);
    clock.advance(10 * 60_000);
    expect(await refused(one.url, other)).toEqual(['REFRESH_REJECTED/SESSION_EXPIRED']);
  });

  it('absolute: no refresh moves it, and no access token outlives it', async () => {
    let tokens = await someone();
    for (const minutes of [9, 9, 6]) {
      clock.advance(minutes * 60_000);
      tokens = await refresh(one.url, tokens.refreshToken);
    }
    expect(tokens.expiresIn).toBe(60);
    clock.advance(60_000);
    expect(await refused(one.url, tokens)).toEqual(['REFRESH_REJECTED/SESSION_EXPIRED']);
    clock.advance(6_000);
    const answer = await ask(one.url, '{ me { id } }', { token: tokens.accessToken });
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/TOKEN_EXPIRED']);
  });
});

describe('a refresh', () => {
  it('reads the scopes anew, and a lowered one is gone', async () => {
    const user = await someone();
    const { accessToken: token } = await login(one.url, ADMIN.email, ADMIN.password);
    const set = async (scopes: string[]) => {
      const query =
        'mutation ($id: ID!, $s: [String!]!) { setUserScopes(id: $id, scopes: $s) { scopes } }';
      const answer = await ask(one.url, query, {
        token,
        variables: { id: user.user.id, s: scopes },
      });
      expect(answer.data).toEqual({ setUserScopes: { scopes: [...new Set(scopes)].sort() } });
    };
    const users = async ({ accessToken }: Tokens) =>
      reasons(await ask(one.url, '{ users { totalCount } }', { token: accessToken }));
    await set(['z', 'admin', 'z']);
    expect(await users(user)).toEqual(['FORBIDDEN/SCOPE_MISSING']);
    const raised = await refresh(one.url, user.refreshToken);
    expect(await users(raised)).toEqual([]);
    await set([]);
    const lowered = await refresh(one.url, raised.refreshToken);
    expect(await users(lowered)).toEqual(['FORBIDDEN/SCOPE_MISSING']);
    const events = await audited(one.database, 'user.scopes-changed');
    expect(events.map(({ detail }) => detail)).toEqual(['none -> admin z', 'admin z -> none']);
  });

  it('whose answer was lost is repeated on another node and gets the same successor', async () => {
    const first = await someone();
    const third = await startTestServer({ clock, database: one.database });
    one.loseAnswerToRotation();
    expect(await refused(one.url, first)).toEqual(['STORE_UNAVAILABLE/STORE_UNAVAILABLE']);
    expect(await storedSession(one.database, first.session.id)).toMatchObject({ counter: 1 });
    const retried = await refresh(third.url, first.refreshToken);
    const again = await refresh(one.url, first.refreshToken);
    expect(again.refreshToken).toBe(retried.refreshToken);
    await refresh(one.url, again.refreshToken);
    await third.stop();
  });
});

describe('logging out', () => {
  it('answers the same true twice, with an unknown, an expired and no token', async () => {
    const { accessToken: token, refreshToken } = await someone();
    const answers = [
      await ask(one.url, LOGOUT, { variables: { t: refreshToken } }),
      await ask(one.url, LOGOUT, { variables: { t: refreshToken } }),
      await ask(one.url, LOGOUT, { token }),
      await ask(one.url, LOGOUT, { variables: { t: 'unknown' } }),
      await ask(one.url, LOGOUT),
    ];
    clock.advance(3_600_000);
    answers.push(await ask(one.url, LOGOUT, { token }));
    for (const { status, data, errors } of answers) {
      expect({ status, data, errors }).toEqual({ status: 200, data: { logout: true } });
    }
    expect(await audited(one.database, 'session.logged-out')).toHaveLength(1);
  });

  it('with an expired access token ends its session', async () => {
    const user = await someone();
    clock.advance(6 * 60_000);
    await ask(one.url, LOGOUT, { token: user.accessToken });
    expect(await refused(one.url, user)).toEqual(['REFRESH_REJECTED/SESSION_REVOKED']);
  });
});
