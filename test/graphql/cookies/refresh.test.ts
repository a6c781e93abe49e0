import { startServerBehindProxy } from '../../support/behind-proxy.js';
import type { ServerBehindProxy } from '../../support/behind-proxy.js';
import { login, reasons, register } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import {
  CLEARED,
  LOGOUT,
  REFRESH,
  askWithCookie,
  cookieOf,
  signInByCookie,
  tokenIn,
} from '../../support/cookies.js';
import type { CookieSession } from '../../support/cookies.js';
import { atField, verdict } from '../../support/errors.js';
import { ADMIN } from '../../support/server.js';
import { storedSession } from '../../support/stored-sessions.js';
import { until } from '../../support/until.js';

const PASSWORD = 'a password of some length';
const clock = new TestClock();
let server: ServerBehindProxy;
let count = 0;
beforeAll(async () => {
  const env = { SESSION_IDLE_TTL: '10m', SESSION_MAX_TTL: '25m' };
  server = await startServerBehindProxy({ clock, env });
});
afterEach(() => server.proxy.heal());
afterAll(() => server.stop());

const newAddress = () => `user${++count}@example.com`;
const someone = (): Promise<CookieSession> => signInByCookie(server.url, newAddress(), PASSWORD);
const ask = (query: string, options?: Parameters<typeof askWithCookie>[2]) =>
  askWithCookie(server.url, query, options);
const refreshWith = (cookie: string) => ask(REFRESH, { cookie });
const critical = async (token: string) => reasons(await ask('{ mySessions { id } }', { token }));

describe('a refresh without an argument', () => {
  it('trades in the cookie and answers by the cookie, for the rest of the session', async () => {
    const first = await someone();
    clock.advance(60_000);
    const answer = await refreshWith(first.cookie);
    const token = tokenIn(cookieOf(answer));
    expect(token).not.toBe(tokenIn(first.cookie));
    expect(answer.setCookies).toEqual([
      `portcullis-refresh=${token}; Max-Age=600; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect(answer.data?.['refresh']).toMatchObject({
      refreshToken: null,
      session: { id: first.session.id },
    });
    expect(answer.text).not.toContain('prt_');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await critical(answer.data?.['refresh'].accessToken as string)).toEqual([]);
  });

  it('keeps no cookie longer than the session can live', async () => {
    let { cookie } = await someone();
    for (const [minutes, maxAge] of [
      [9, 600],
      [9, 420],
      [5, 120],
    ] as const) {
      clock.advance(minutes * 60_000);
      const answer = await refreshWith(cookie);
      expect(answer.setCookies[0]).toContain(`; Max-Age=${maxAge}; `);
      cookie = cookieOf(answer);
    }
  });

  it('takes null for no argument, and whatever Authorization comes along', async () => {
    let { cookie } = await someone();
    for (const token of [undefined, 'garbage', '']) {
      const answer = await ask(REFRESH, { cookie, token, variables: { t: null } });
      expect(reasons(answer)).toEqual([]);
      cookie = cookieOf(answer);
    }
  });

  it('and without a cookie is REFRESH_INVALID, and sets none', async () => {
    for (const cookie of [undefined, 'theme=dark', 'portcullis-refresh', 'x=portcullis-refresh=']) {
      const answer = await ask(REFRESH, { cookie });
      expect(verdict(answer)).toEqual(
        atField('refresh', { code: 'REFRESH_REJECTED', reason: 'REFRESH_INVALID' }),
      );
      expect(answer.setCookies).toEqual([]);
    }
  });

  it('finds its cookie among others', async () => {
    const { cookie } = await someone();
    const answer = await refreshWith(`a=1; portcullis-refresh2=x; ${cookie}; b="2";c`);
    expect(reasons(answer)).toEqual([]);
  });
});

describe('a refresh with an argument', () => {
  it('answers in the body and leaves the cookie alone, whosever it is', async () => {
    const mine = await register(server.url, newAddress(), PASSWORD);
    const other = await someone();
    const answer = await ask(REFRESH, {
      cookie: other.cookie,
      variables: { t: mine.refreshToken },
    });
    expect(answer.setCookies).toEqual([]);
    expect(answer.data?.['refresh']).toMatchObject({
      refreshToken: expect.stringMatching(/^prt_/),
      session: { id: mine.session.id },
    });
    const bad = await ask(REFRESH, { cookie: other.cookie, variables: { t: '' } });
    expect([reasons(bad), bad.setCookies]).toEqual([['REFRESH_REJECTED/REFRESH_INVALID'], []]);
    expect(reasons(await refreshWith(other.cookie))).toEqual([]);
  });
});

describe('a cookie that is worth nothing', () => {
  const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { id } }';
  const DISABLE = 'mutation ($id: ID!) { disableUser(id: $id) { id } }';
  const asAdmin = async (query: string, id: string) => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    expect(reasons(await ask(query, { token, variables: { id } }))).toEqual([]);
  };

  it.each<[string, string, (user: CookieSession) => Promise<unknown>]>([
    ['revoked', 'SESSION_REVOKED', ({ session }) => asAdmin(REVOKE, session.id)],
    ['disabled', 'ACCOUNT_DISABLED', ({ user }) => asAdmin(DISABLE, user.id)],
    [
      'expired',
      'SESSION_EXPIRED',
      () => {
        clock.advance(601_000);
        return Promise.resolve();
      },
    ],
    [
      'used before',
      'REFRESH_REUSED',
      async ({ cookie }) => {
        await refreshWith(cookie);
        clock.advance(31_000);
      },
    ],
  ])('since it was %s is cleared', async (_name, reason, end) => {
    const user = await someone();
    await end(user);
    const answer = await refreshWith(user.cookie);
    expect(verdict(answer)).toEqual(atField('refresh', { code: 'REFRESH_REJECTED', reason }));
    expect(answer.setCookies).toEqual([CLEARED]);
  });

  it.each(['', 'garbage', `prt_${'A'.repeat(71)}`, `"prt_${'A'.repeat(71)}"`, 'x'.repeat(200)])(
    'since it is none of ours is cleared: %s',
    async (value) => {
      const answer = await refreshWith(`portcullis-refresh=${value}`);
      expect(reasons(answer)).toEqual(['REFRESH_REJECTED/REFRESH_INVALID']);
      expect(answer.setCookies).toEqual([CLEARED]);
    },
  );
});

describe('while the store is down', () => {
  const UNAVAILABLE = { code: 'STORE_UNAVAILABLE', reason: 'STORE_UNAVAILABLE', retryable: true };

  it.each([
    ['refresh', REFRESH],
    ['logout', LOGOUT],
  ])('%s by cookie leaves it there, and it works afterwards', async (field, query) => {
    const { cookie } = await someone();
    server.proxy.refuse();
    const answer = await ask(query, { cookie });
    expect(verdict(answer)).toEqual(atField(field, UNAVAILABLE));
    expect(answer.setCookies).toEqual([]);
    server.proxy.heal();
    expect(reasons(await refreshWith(cookie))).toEqual([]);
  });

  it('a refresh whose answer was lost is repeated with the same cookie', async () => {
    const { cookie, session } = await someone();
    server.loseAnswerToRotation();
    const lost = await refreshWith(cookie);
    expect([reasons(lost), lost.setCookies]).toEqual([['STORE_UNAVAILABLE/STORE_UNAVAILABLE'], []]);
    expect(await storedSession(server.database, session.id)).toMatchObject({ counter: 1 });
    let again = await refreshWith(cookie);
    await until(async () => {
      if (again.errors) again = await refreshWith(cookie);
      return again.errors === undefined;
    });
    expect(reasons(await refreshWith(cookieOf(again)))).toEqual([]);
  });
});

describe('tabs that race with one cookie', () => {
  it('all end with the same cookie, in whatever order their answers arrive', async () => {
    const { cookie } = await someone();
    const answers = await Promise.all(Array.from({ length: 12 }, () => refreshWith(cookie)));
    const [next = '', ...others] = [...new Set(answers.map(cookieOf))];
    expect(others).toEqual([]);
    clock.advance(31_000);
    expect(reasons(await refreshWith(next))).toEqual([]);
  });

  it('one that comes late gets the newest, not the one that followed its own', async () => {
    const { cookie } = await someone();
    const second = cookieOf(await refreshWith(cookie));
    const third = cookieOf(await refreshWith(second));
    for (const late of [cookie, second, cookie]) {
      expect(cookieOf(await refreshWith(late))).toBe(third);
    }
    clock.advance(31_000);
    expect(reasons(await refreshWith(third))).toEqual([]);
  });
});
