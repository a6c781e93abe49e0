import { startServerBehindProxy } from '../../support/behind-proxy.js';
import type { ServerBehindProxy } from '../../support/behind-proxy.js';
import { login, reasons, register } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import {
  LOGIN,
  LOGOUT,
  REFRESH,
  REGISTER,
  askWithCookie,
  cookieOf,
  tokenIn,
} from '../../support/cookies.js';
import { refused, verdict } from '../../support/errors.js';
import { send } from '../../support/post.js';
import type { RawAnswer } from '../../support/post.js';
import { ADMIN } from '../../support/server.js';
import { forgetSession, storedSession } from '../../support/stored-sessions.js';
import { until } from '../../support/until.js';

const PASSWORD = 'a password of some length';
const NEW = 'another password, of some length';
const DAY = 24 * 60 * 60_000;
const CLEARED =
  'portcullis-session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict';
const SET =
  /^portcullis-session=pst_[\w-]{64}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/;
const clock = new TestClock();
let server: ServerBehindProxy;
let count = 0;
beforeAll(async () => {
  server = await startServerBehindProxy({ clock, env: { PORTCULLIS_SCHEME: 'opaque' } });
});
afterEach(() => server.proxy.heal());
afterAll(() => server.stop());

const ask = (query: string, options?: Parameters<typeof askWithCookie>[2]) =>
  askWithCookie(server.url, query, options);
const email = () => `user${count}@example.com`;

async function signIn(field: 'login' | 'register') {
  const input = { email: email(), password: PASSWORD, transport: 'COOKIE' };
  const answer = await ask(field === 'login' ? LOGIN : REGISTER, { variables: { input } });
  expect(reasons(answer)).toEqual([]);
  const { session, user } = answer.data?.[field] as Record<'session' | 'user', { id: string }>;
  return { answer, cookie: cookieOf(answer), session, user };
}
const someone = () => {
  count += 1;
  return signIn('register');
};
const me = (cookie: string) => ask('{ me { email } }', { cookie });
const refusal = ({ status, setCookies, ...answer }: RawAnswer) => [
  status,
  reasons({ status, ...answer }),
  setCookies,
];
const LIVES = [200, [], []];
const over = (reason: string, cookies = [CLEARED]) => [401, [`UNAUTHENTICATED/${reason}`], cookies];

describe('under scheme opaque, a session by cookie', () => {
  it('keeps its token in the cookie alone, for as long as use could prolong it', async () => {
    const { answer, cookie } = await someone();
    expect(answer.setCookies).toEqual([expect.stringMatching(SET)]);
    expect(answer.data?.['register']).toMatchObject({ accessToken: null, refreshToken: null });
    expect(answer.text).not.toContain('pst_');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const again = await signIn('login');
    expect(again.answer.setCookies).toEqual([expect.stringMatching(SET)]);
    expect(again.cookie).not.toBe(cookie);
  });

  it('opens @auth and @critical fields, queries and mutations, without any header', async () => {
    const { cookie, session } = await someone();
    const answer = await ask('{ me { email } mySessions { id current } }', { cookie });
    expect([answer.data, answer.setCookies]).toEqual([
      { me: { email: email() }, mySessions: [{ id: session.id, current: true }] },
      [],
    ]);
    const mutation = await ask('mutation { logoutEverywhere(keepCurrent: true) }', { cookie });
    expect(mutation.data).toEqual({ logoutEverywhere: 0 });
    expect(refusal(await me(cookie))).toEqual(LIVES);
  });

  it('yields to an Authorization header', async () => {
    const { cookie } = await someone();
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer = await ask('{ me { email } }', { cookie, token });
    expect(answer.data).toEqual({ me: { email: ADMIN.email } });
    expect((await ask('{ me { email } }', { cookie, token: 'garbage' })).status).toBe(401);
    expect(refusal(await me(cookie))).toEqual(LIVES);
  });

  it('lives on by use, and no answer to that sets the cookie anew', async () => {
    const { cookie, session } = await someone();
    for (let days = 0; days < 36; days += 12) {
      clock.advance(12 * DAY);
      expect(refusal(await me(cookie))).toEqual(LIVES);
      await until(
        async () => (await storedSession(server.database, session.id)).lastUsedAt === clock.now(),
      );
    }
    const body = `mutation { reauthenticate(password: "${PASSWORD}") { accessToken } }`;
    const { setCookies } = await ask(body, { cookie });
    expect(setCookies).toEqual([expect.stringContaining(`; Max-Age=${(54 * DAY) / 1_000}; `)]);
  });
});

describe('under scheme opaque, a cookie that is worth nothing refuses and is cleared', () => {
  const asAdmin = async (mutation: string) => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    expect(reasons(await ask(mutation, { token }))).toEqual([]);
  };
  type Someone = Awaited<ReturnType<typeof someone>>;

  it.each<[string, (who: Someone) => unknown]>([
    [
      'SESSION_REVOKED',
      ({ session }) => asAdmin(`mutation { revokeSession(id: "${session.id}") { id } }`),
    ],
    [
      'ACCOUNT_DISABLED',
      ({ user }) => asAdmin(`mutation { disableUser(id: "${user.id}") { id } }`),
    ],
    ['SESSION_EXPIRED', () => clock.advance(15 * DAY)],
    ['TOKEN_INVALID', ({ session }) => forgetSession(server.database, session.id)],
  ])('%s', async (reason, end) => {
    const who = await someone();
    await end(who);
    // A field that is open to all is no exception: a browser that shows a cookie is somebody.
    for (const query of ['{ me { email } }', '{ fieldPolicies { public } }']) {
      expect(refusal(await ask(query, { cookie: who.cookie }))).toEqual(over(reason));
    }
  });

  it.each([
    '',
    'garbage',
    `pst_${'A'.repeat(64)}`,
    `prt_${'A'.repeat(71)}`,
    'eyJhbGciOiJub25lIn0.e30.',
  ])('since it is none of ours: %s', async (value) => {
    expect(refusal(await me(`portcullis-session=${value}`))).toEqual(over('TOKEN_INVALID'));
  });

  it('and never hinders signing in or out', async () => {
    const cookie = 'portcullis-session=garbage';
    const input = { email: ADMIN.email, password: ADMIN.password, transport: 'COOKIE' };
    const signedIn = await ask(LOGIN, { cookie, variables: { input } });
    expect([reasons(signedIn), signedIn.setCookies]).toEqual([[], [expect.stringMatching(SET)]]);
    const out = await ask(LOGOUT, { cookie });
    expect([out.data, out.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
  });

  it('but not while the store is away: nobody can tell', async () => {
    const { cookie } = await someone();
    server.proxy.refuse();
    for (const query of ['{ me { email } }', LOGOUT, 'mutation { logoutEverywhere }']) {
      const answer = await ask(query, { cookie });
      expect(reasons(answer)).toEqual([expect.stringContaining('STORE_UNAVAILABLE')]);
      expect(answer.setCookies).toEqual([]);
    }
    server.proxy.heal();
    await until(async () => (await me(cookie)).errors === undefined);
  });
});

describe.each([
  ['changePassword', `currentPassword: "${PASSWORD}", newPassword: "${NEW}"`],
  ['reauthenticate', `password: "${PASSWORD}"`],
])('under scheme opaque, %s', (field, given) => {
  const query = `mutation { ${field}(${given}) { accessToken session { id } } }`;

  it('by cookie puts the new token into the cookie; a late request with the old one clears nothing', async () => {
    const { cookie, session } = await someone();
    const answer = await ask(query, { cookie });
    expect(answer.data?.[field]).toEqual({ accessToken: null, session: { id: session.id } });
    expect(answer.text).not.toContain('pst_');
    expect(answer.setCookies).toEqual([expect.stringMatching(SET)]);
    expect(refusal(await me(cookie))).toEqual(over('TOKEN_INVALID', []));
    expect(refusal(await me(cookieOf(answer)))).toEqual(LIVES);
  });

  it('by header answers in the body, whatever cookie is beside', async () => {
    const { cookie } = await someone();
    count += 1;
    const { accessToken: token } = await register(server.url, email(), PASSWORD);
    const answer = await ask(query, { cookie, token });
    expect(answer.data?.[field].accessToken).toMatch(/^pst_/);
    expect(answer.setCookies).toEqual([]);
    expect(refusal(await me(cookie))).toEqual(LIVES);
  });
});

describe('under scheme opaque, signing out', () => {
  it('by cookie ends the session and clears the cookie', async () => {
    const { cookie } = await someone();
    for (let time = 1; time <= 2; time += 1) {
      const answer = await ask(LOGOUT, { cookie });
      expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
    }
    expect(refusal(await me(cookie))).toEqual(over('SESSION_REVOKED'));
  });

  it('with both ends the session of the cookie and that of the header', async () => {
    const { cookie } = await someone();
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer = await ask(LOGOUT, { cookie, token });
    expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, [CLEARED]]);
    expect((await me(cookie)).status).toBe(401);
    expect((await ask('{ me { email } }', { token })).status).toBe(401);
  });

  it.each([
    ['logoutEverywhere', 'mutation { logoutEverywhere }'],
    ['revokeMySession', 'mutation { revokeMySession(id: "SESSION") { id } }'],
  ])('of itself by %s clears the cookie too', async (_name, mutation) => {
    const { cookie, session } = await someone();
    const answer = await ask(mutation.replace('SESSION', session.id), { cookie });
    expect([reasons(answer), answer.setCookies]).toEqual([[], [CLEARED]]);
    expect((await me(cookie)).status).toBe(401);
  });

  it('a refresh has nothing to trade, and leaves the cookie alone', async () => {
    const { cookie } = await someone();
    const answer = await ask(REFRESH, { cookie });
    expect([reasons(answer), answer.setCookies]).toEqual([
      ['REFRESH_REJECTED/REFRESH_INVALID'],
      [],
    ]);
    expect(refusal(await me(cookie))).toEqual(LIVES);
  });
});

describe('under scheme opaque, a request that another page could have made', () => {
  const CSRF_REFUSED = refused(403, { code: 'FORBIDDEN', reason: 'CSRF_REFUSED' }, null);

  it.each<[string, Record<string, string>]>([
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a null Origin', { origin: 'null' }],
    ['another page of the site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused as a whole: %s', async (_name, given) => {
    const { cookie } = await someone();
    const headers = Object.entries(given);
    for (const query of [
      '{ me { email } }',
      '{ fieldPolicies { public } }',
      'mutation { logoutEverywhere }',
      LOGOUT,
    ]) {
      const answer = await ask(query, { cookie, headers });
      expect([verdict(answer), answer.setCookies]).toEqual([CSRF_REFUSED, []]);
    }
    expect(refusal(await me(cookie))).toEqual(LIVES);
  });

  it('by GET is refused too, and without the cookie it is nobody’s', async () => {
    const { cookie } = await someone();
    const ours = { method: 'GET', path: '/graphql?query={me{email}}' };
    const preflight = ['apollo-require-preflight', '1'] as const;
    const answer = await send(server.url, { ...ours, headers: [preflight, ['cookie', cookie]] });
    expect(verdict(answer)).toEqual(CSRF_REFUSED);
    const anonymous = await send(server.url, { ...ours, headers: [preflight] });
    expect([anonymous.status, reasons(anonymous)]).toEqual([200, ['UNAUTHENTICATED/NO_TOKEN']]);
  });

  it('with its cookie there twice is refused as a whole', async () => {
    const { cookie } = await someone();
    for (const query of ['{ me { email } }', LOGOUT]) {
      const answer = await ask(query, { cookie: `${cookie}; portcullis-session=planted` });
      expect(verdict(answer)).toEqual(
        refused(400, { code: 'BAD_USER_INPUT', reason: 'cookie' }, null),
      );
    }
  });
});

it('the log of all this holds no session token', async () => {
  const { cookie } = await someone();
  await me(cookie);
  await ask(LOGOUT, { cookie });
  expect(server.log()).not.toContain(tokenIn(cookie).slice(-20));
});
