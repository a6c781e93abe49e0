import { login, reasons, refresh, register, tryRefresh } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import {
  CLEARED,
  LOGOUT,
  REFRESH,
  askWithCookie,
  cookieOf,
  signInByCookie,
} from '../../support/cookies.js';
import type { CookieSession } from '../../support/cookies.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';

const PASSWORD = 'a password of some length';
const NEW = 'another password, of some length';
const clock = new TestClock();
let server: TestServer;
let count = 0;
beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());

const email = () => `user${count}@example.com`;
const newAddress = () => {
  count += 1;
  return email();
};
const someone = (): Promise<CookieSession> => signInByCookie(server.url, newAddress(), PASSWORD);
const ask = (query: string, options?: Parameters<typeof askWithCookie>[2]) =>
  askWithCookie(server.url, query, options);
const refreshWith = async (cookie: string) => reasons(await ask(REFRESH, { cookie }));
const critical = async (token: string) => reasons(await ask('{ mySessions { id } }', { token }));
const LIVES: string[] = [];
const IS_OVER = ['REFRESH_REJECTED/SESSION_REVOKED'];

describe('logout', () => {
  it('ends the session of the cookie and clears it, also when it had already ended', async () => {
    const { cookie, accessToken } = await someone();
    for (let time = 1; time <= 2; time += 1) {
      const answer = await ask(LOGOUT, { cookie });
      expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
    }
    expect(await refreshWith(cookie)).toEqual(IS_OVER);
    expect(await critical(accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
  });

  it('with both ends the session of the cookie and that of the bearer token', async () => {
    const one = await someone();
    const two = await someone();
    const answer = await ask(LOGOUT, { cookie: one.cookie, token: two.accessToken });
    expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
    for (const { cookie } of [one, two]) expect(await refreshWith(cookie)).toEqual(IS_OVER);
  });

  it('by the bearer token alone, or by nothing, sets no cookie', async () => {
    const { cookie, accessToken: token } = await someone();
    for (const options of [{ token }, {}, { cookie: 'theme=dark' }]) {
      const answer = await ask(LOGOUT, options);
      expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, []]);
    }
    expect(await refreshWith(cookie)).toEqual(IS_OVER);
  });

  it('with an argument leaves the cookie and its session alone', async () => {
    const { cookie } = await someone();
    const { refreshToken } = await register(server.url, newAddress(), PASSWORD);
    for (const t of [refreshToken, 'unknown']) {
      const answer = await ask(LOGOUT, { cookie, variables: { t } });
      expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, []]);
    }
    expect(reasons(await tryRefresh(server.url, refreshToken))).toEqual(IS_OVER);
    expect(await refreshWith(cookie)).toEqual(LIVES);
  });

  it('with a cookie that is none of ours answers true and clears it', async () => {
    const answer = await ask(LOGOUT, { cookie: 'portcullis-refresh=garbage' });
    expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
  });
});

describe.each([
  ['changePassword', `currentPassword: "${PASSWORD}", newPassword: "${NEW}"`],
  ['reauthenticate', `password: "${PASSWORD}"`],
])('%s', (field, given) => {
  const query = `mutation { ${field}(${given}) { accessToken refreshToken session { id } } }`;

  it('of a session that travels by cookie answers by the cookie', async () => {
    const { cookie, accessToken: token, session } = await someone();
    clock.advance(1_000);
    const answer = await ask(query, { cookie, token });
    const payload = answer.data?.[field] as { accessToken: string };
    expect(payload).toMatchObject({ refreshToken: null, session: { id: session.id } });
    expect(answer.text).not.toContain('prt_');
    expect(answer.setCookies[0]).toMatch(
      /^portcullis-refresh=prt_[\w-]{71}; Max-Age=\d{7}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await critical(payload.accessToken)).toEqual([]);
    clock.advance(31_000);
    expect(await refreshWith(cookieOf(answer))).toEqual(LIVES);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['no cookie', async () => undefined],
    [
      'a cookie of another session',
      async () => (await signInByCookie(server.url, email(), PASSWORD, 'login')).cookie,
    ],
    ['a cookie of another user', async () => (await someone()).cookie],
    ['a cookie that is none of ours', async () => 'portcullis-refresh=garbage'],
  ])('beside %s answers in the body', async (_name, other) => {
    const { accessToken: token } = await register(server.url, newAddress(), PASSWORD);
    const answer = await ask(query, { cookie: await other(), token });
    expect(answer.setCookies).toEqual([]);
    await refresh(server.url, answer.data?.[field].refreshToken as string);
  });

  it('that is refused changes neither cookie nor session', async () => {
    const { cookie, accessToken: token } = await someone();
    const wrong = query.replace(PASSWORD, 'not the password');
    const answer = await ask(wrong, { cookie, token });
    expect(reasons(answer)).toEqual(['INVALID_CREDENTIALS/INVALID_CREDENTIALS']);
    expect(answer.setCookies).toEqual([]);
    expect(await refreshWith(cookie)).toEqual(LIVES);
  });
});

describe('what ends the caller’s own session clears its cookie', () => {
  const admin = () => signInByCookie(server.url, ADMIN.email, ADMIN.password, 'login');

  it.each<[string, () => Promise<CookieSession>, string]>([
    ['logoutEverywhere', someone, 'mutation { done: logoutEverywhere }'],
    ['revokeMySession', someone, 'mutation { done: revokeMySession(id: "SESSION") { id } }'],
    ['revokeSession', admin, 'mutation { done: revokeSession(id: "SESSION") { id } }'],
    ['revokeUserSessions', admin, 'mutation { done: revokeUserSessions(userId: "USER") }'],
    ['revokeAllSessions', admin, 'mutation { done: revokeAllSessions(reason: "drill") }'],
    ['disableUser', admin, 'mutation { done: disableUser(id: "USER") { status } }'],
  ])('%s', async (_name, signIn, mutation) => {
    const { cookie, accessToken: token, session, user } = await signIn();
    const query = mutation.replace('SESSION', session.id).replace('USER', user.id);
    const answer = await ask(query, { cookie, token });
    expect(reasons(answer)).toEqual([]);
    expect(answer.setCookies).toEqual([CLEARED]);
    expect(await refreshWith(cookie)).not.toEqual(LIVES);
    await server.node.deps.database.read((db) => server.node.deps.users.enable(db, user.id));
  });

  it.each<[string, (user: CookieSession, other: CookieSession) => string]>([
    ['logoutEverywhere(keepCurrent: true)', () => 'logoutEverywhere(keepCurrent: true)'],
    [
      'revokeMySession of another',
      (_, { session }) => `revokeMySession(id: "${session.id}") { id }`,
    ],
  ])('and what spares it does not: %s', async (_name, field) => {
    const mine = await someone();
    const other = await signInByCookie(server.url, email(), PASSWORD, 'login');
    const { cookie, accessToken: token } = mine;
    const answer = await ask(`mutation { ${field(mine, other)} }`, { cookie, token });
    expect([reasons(answer), answer.setCookies]).toEqual([[], []]);
    expect(await refreshWith(cookie)).toEqual(LIVES);
    expect(await refreshWith(other.cookie)).toEqual(IS_OVER);
  });

  it('leaves the cookie of somebody else’s session alone', async () => {
    const other = await someone();
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer = await ask('mutation { logoutEverywhere }', { cookie: other.cookie, token });
    expect([reasons(answer), answer.setCookies]).toEqual([[], []]);
    expect(await refreshWith(other.cookie)).toEqual(LIVES);
  });

  it('is done even where the cookies are in disorder, which clears none', async () => {
    const { cookie, accessToken: token } = await someone();
    const answer = await ask('mutation { logoutEverywhere }', {
      cookie: `${cookie}; portcullis-refresh=planted`,
      token,
    });
    expect([answer.data, answer.setCookies]).toEqual([{ logoutEverywhere: 1 }, []]);
    expect(await refreshWith(cookie)).toEqual(IS_OVER);
  });
});
