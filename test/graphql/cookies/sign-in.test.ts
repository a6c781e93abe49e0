import { reasons, register, tryRefresh } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import {
  CLEARED,
  LOGIN,
  LOGOUT,
  REFRESH,
  REGISTER,
  askWithCookie,
  cookieOf,
  signInByCookie,
  tokenIn,
} from '../../support/cookies.js';
import type { CookieSession } from '../../support/cookies.js';
import { post } from '../../support/post.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { connect } from '../../support/socket.js';

const PASSWORD = 'a password of some length';
const clock = new TestClock();
let server: TestServer;
let count = 0;
beforeAll(async () => {
  const env = { SESSION_IDLE_TTL: '10m', SESSION_MAX_TTL: '25m' };
  server = await startTestServer({ clock, env });
});
afterAll(() => server.stop());

const newAddress = () => `user${++count}@example.com`;
const someone = (): Promise<CookieSession> => signInByCookie(server.url, newAddress(), PASSWORD);
const ask = (query: string, options?: Parameters<typeof askWithCookie>[2]) =>
  askWithCookie(server.url, query, options);
const refreshWith = (cookie: string) => ask(REFRESH, { cookie });
const critical = async (token: string) => reasons(await ask('{ mySessions { id } }', { token }));

describe('signing in with transport COOKIE', () => {
  it.each([
    ['login', LOGIN],
    ['register', REGISTER],
  ])('by %s puts the refresh token into the cookie and nowhere else', async (field, query) => {
    const email = field === 'login' ? ADMIN.email : newAddress();
    const password = field === 'login' ? ADMIN.password : PASSWORD;
    const input = { email, password, transport: 'COOKIE' };
    const answer = await ask(query, { variables: { input } });
    const token = tokenIn(cookieOf(answer));
    expect(token).toMatch(/^prt_[\w-]{71}$/);
    expect(answer.setCookies).toEqual([
      `portcullis-refresh=${token}; Max-Age=600; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect(answer.data?.[field]).toMatchObject({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: null,
    });
    expect(answer.text).not.toContain('prt_');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await critical(answer.data?.[field].accessToken as string)).toEqual([]);
  });

  it('sets none where the sign-in is refused', async () => {
    for (const [email, password] of [
      [ADMIN.email, 'wrong'],
      ['nobody@example.com', PASSWORD],
    ]) {
      const input = { email, password, transport: 'COOKIE' };
      const answer = await ask(LOGIN, { variables: { input } });
      expect(reasons(answer)).toEqual(['INVALID_CREDENTIALS/INVALID_CREDENTIALS']);
      expect(answer.setCookies).toEqual([]);
    }
  });

  it('is not the default: BODY sets no cookie', async () => {
    for (const transport of [undefined, 'BODY']) {
      const input = { email: ADMIN.email, password: ADMIN.password, transport };
      const answer = await ask(LOGIN, { variables: { input } });
      expect(answer.data?.['login'].refreshToken).toMatch(/^prt_/);
      expect(answer.setCookies).toEqual([]);
    }
  });

  it('works by a literal and by the default of a variable too', async () => {
    const credentials = `email: "${ADMIN.email}", password: "${ADMIN.password}"`;
    for (const query of [
      `mutation { login(input: { ${credentials}, transport: COOKIE }) { refreshToken } }`,
      `mutation ($t: TokenTransport! = COOKIE) {
         login(input: { ${credentials}, transport: $t }) { refreshToken } }`,
    ]) {
      const answer = await ask(query);
      expect(answer.data).toEqual({ login: { refreshToken: null } });
      expect(cookieOf(answer)).toMatch(/^portcullis-refresh=prt_/);
    }
  });
});

describe('within one operation', () => {
  const signIn = (email: string) =>
    `login(input: { email: "${email}", password: "${PASSWORD}", transport: COOKIE }) { session { id } }`;

  it('the cookie that was just set is the one that counts next', async () => {
    const old = await someone();
    const email = newAddress();
    await register(server.url, email, PASSWORD);
    const query = `mutation { ${signIn(email)} logout }`;
    const answer = await ask(query, { cookie: old.cookie });
    const id = answer.data?.['login'].session.id as string;
    expect(id).not.toBe(old.session.id);
    expect(answer.data).toEqual({ login: { session: { id } }, logout: true });
    expect(answer.setCookies).toEqual([CLEARED]);
    expect(reasons(await refreshWith(old.cookie))).toEqual([]);
  });

  it('a logout ends what was just signed in or refreshed, and clears the cookie', async () => {
    const { cookie } = await someone();
    const answer = await ask('mutation { refresh { accessToken } logout }', { cookie });
    expect(answer.setCookies).toEqual([CLEARED]);
    const token = answer.data?.['refresh'].accessToken as string;
    expect(await critical(token)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    const again = await ask('mutation { logout refresh { accessToken } }', { cookie });
    expect(reasons(again)).toEqual(['REFRESH_REJECTED/REFRESH_INVALID']);
    expect(again.setCookies).toEqual([CLEARED]);
  });
});

describe('a batch', () => {
  it('is refused, so that no two operations share an answer’s cookies', async () => {
    const { cookie } = await someone();
    const operations = [
      { query: 'mutation { refresh { accessToken } }' },
      { query: '{ me { id } }' },
    ];
    const answer = await post(server.url, JSON.stringify(operations), [['cookie', cookie]]);
    expect([answer.status, answer.setCookies]).toEqual([400, []]);
    expect(reasons(answer)).toEqual(['BAD_USER_INPUT/request']);
  });
});

describe('on a socket, where no answer can set a cookie', () => {
  /** Asks once, over a socket whose handshake brought the cookie along, as a browser's would. */
  const onSocket = async (query: string, variables: object, token?: string, cookie?: string) => {
    const params = token === undefined ? undefined : { accessToken: token };
    const socket = await connect(server.url, params, cookie ? { headers: { cookie } } : {});
    const { data, errors = [] } = await socket.ask(query, variables);
    await socket.close();
    return { data, errors: errors.map(({ extensions }) => extensions.reason) };
  };

  it('transport COOKIE is bad input, and signs nobody in', async () => {
    const email = newAddress();
    const input = { email, password: PASSWORD, transport: 'COOKIE' };
    for (const query of [REGISTER, LOGIN]) {
      expect((await onSocket(query, { input })).errors).toEqual(['input.transport']);
    }
    await register(server.url, email, PASSWORD);
  });

  it('refresh and logout take no cookie, and logout goes by the bearer', async () => {
    const { cookie } = await someone();
    const { accessToken, refreshToken } = await register(server.url, newAddress(), PASSWORD);
    const OUT = { data: { logout: true }, errors: [] };
    expect((await onSocket(REFRESH, {}, undefined, cookie)).errors).toEqual(['REFRESH_INVALID']);
    expect(await onSocket(LOGOUT, {}, undefined, cookie)).toEqual(OUT);
    expect(await onSocket(LOGOUT, {}, accessToken, cookie)).toEqual(OUT);
    expect(reasons(await tryRefresh(server.url, refreshToken))).toEqual([
      'REFRESH_REJECTED/SESSION_REVOKED',
    ]);
    expect(reasons(await refreshWith(cookie))).toEqual([]);
  });
});

describe.each(['stateless', 'sliding'])('under scheme %s', (scheme) => {
  it('COOKIE has nothing to keep: the access token stays in the body', async () => {
    const own = await startTestServer({ env: { PORTCULLIS_SCHEME: scheme } });
    const input = { email: ADMIN.email, password: ADMIN.password, transport: 'COOKIE' };
    const answer = await askWithCookie(own.url, LOGIN, { variables: { input } });
    expect(answer.setCookies).toEqual([]);
    expect(answer.data?.['login']).toMatchObject({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: null,
    });
    const token = answer.data?.['login'].accessToken as string;
    const out = await askWithCookie(own.url, LOGOUT, { token, cookie: 'portcullis-refresh=left' });
    expect([out.data, out.setCookies]).toEqual([{ logout: true }, []]);
    await own.stop();
  });
});

describe('the log', () => {
  it('holds no token of any cookie, of the answer or of the request', async () => {
    const user = await someone();
    const next = cookieOf(await refreshWith(user.cookie));
    await server.database.query('ALTER TABLE users RENAME COLUMN name TO gone');
    const failed = await refreshWith(next);
    await server.database.query('ALTER TABLE users RENAME COLUMN gone TO name');
    expect(reasons(failed)).toEqual(['INTERNAL_SERVER_ERROR/INTERNAL']);
    expect(failed.setCookies).toEqual([]);
    await ask(LOGOUT, { cookie: next });
    const log = server.log();
    expect(log).toContain('unexpected error');
    for (const secret of [user.cookie, next].map(tokenIn)) {
      expect(log.includes(secret)).toBe(false);
      expect(log.includes(secret.slice(-20))).toBe(false);
    }
  });
});
