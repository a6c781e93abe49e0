import { reasons } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import { LOGIN, LOGOUT, REFRESH, signInByCookie, tokenIn } from '../../support/cookies.js';
import { createTestDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { atField, refused, verdict } from '../../support/errors.js';
import { post } from '../../support/post.js';
import type { RawAnswer } from '../../support/post.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';

const STRICT =
  /^__Host-portcullis-refresh=prt_[\w-]{71}; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Strict$/;
const FALLBACK =
  /^portcullis-refresh=prt_[\w-]{71}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/;

type Headers = readonly (readonly [string, string])[];

const clock = new TestClock();
let database: TestDatabase;
const servers = new Map<string, TestServer>();
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  await database.drop();
});

/** A server with these settings; they share their accounts. */
async function serverWith(env: Record<string, string>): Promise<TestServer> {
  const key = JSON.stringify(env);
  const known = servers.get(key);
  if (known) return known;
  const started = await startTestServer({ database, clock, env });
  servers.set(key, started);
  return started;
}

const input = { email: ADMIN.email, password: ADMIN.password, transport: 'COOKIE' };
const ask = (server: TestServer, query: string, headers: Headers, variables: object = {}) =>
  post(server.url, JSON.stringify({ query, variables }), headers);
const signIn = (server: TestServer, headers: Headers) => ask(server, LOGIN, headers, { input });

const expectCookie = (answer: RawAnswer, form: RegExp) => {
  expect(reasons(answer)).toEqual([]);
  expect(answer.setCookies).toEqual([expect.stringMatching(form)]);
};
const CSRF_REFUSED = refused(403, { code: 'FORBIDDEN', reason: 'CSRF_REFUSED' }, null);

const PLAIN = {};
const TRUSTED = [{ TRUST_PROXY: 'true' }, { TRUST_PROXY: '1' }, { TRUST_PROXY: '127.0.0.1' }];
const UNTRUSTED = [{}, { TRUST_PROXY: '0' }, { TRUST_PROXY: '10.0.0.0/8' }];
const PRODUCTION = { NODE_ENV: 'production' };

describe('the cookie is', () => {
  it.each(['localhost:4000', 'LOCALHOST', '127.0.0.1:4000', '127.0.0.1', '[::1]:4000', '[::1]'])(
    'without prefix and Secure on plain http on a loopback host: %s',
    async (host) => {
      const server = await serverWith(PLAIN);
      expectCookie(await signIn(server, [['host', host]]), FALLBACK);
    },
  );

  it.each([
    'app.example.com',
    'app.example.com:4000',
    '127.0.0.2',
    '0.0.0.0:4000',
    '192.168.1.5:4000',
    '[::2]:4000',
    'app.localhost',
    'localhost.example.com',
    'localhost.',
    'localhost@example.com',
    'example.com#localhost',
  ])('strict on plain http elsewhere, since TLS may end in front: %s', async (host) => {
    const server = await serverWith(PLAIN);
    expectCookie(await signIn(server, [['host', host]]), STRICT);
  });

  it.each(['localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'app.example.com'])(
    'strict in production, whatever the host: %s',
    async (host) => {
      const server = await serverWith(PRODUCTION);
      expectCookie(await signIn(server, [['host', host]]), STRICT);
    },
  );

  it.each(TRUSTED)('strict where a trusted proxy says https: %j', async (env) => {
    const server = await serverWith(env);
    expectCookie(await signIn(server, [['x-forwarded-proto', 'https']]), STRICT);
    expectCookie(await signIn(server, [['x-forwarded-proto', 'HTTPS']]), STRICT);
    expectCookie(await signIn(server, [['x-forwarded-proto', 'http, https']]), STRICT);
    expectCookie(await signIn(server, [['x-forwarded-proto', 'http']]), FALLBACK);
    expectCookie(await signIn(server, [['x-forwarded-host', 'app.example.com']]), STRICT);
    expectCookie(
      await signIn(server, [
        ['host', 'app.example.com'],
        ['x-forwarded-host', 'localhost:4000'],
      ]),
      FALLBACK,
    );
  });

  it.each(UNTRUSTED)('what the connection says where nobody is trusted to: %j', async (env) => {
    const server = await serverWith(env);
    expectCookie(await signIn(server, [['x-forwarded-proto', 'https']]), FALLBACK);
    expectCookie(await signIn(server, [['x-forwarded-host', 'app.example.com']]), FALLBACK);
    expectCookie(
      await signIn(server, [
        ['host', 'app.example.com'],
        ['x-forwarded-host', 'localhost'],
      ]),
      STRICT,
    );
  });
});

describe('this origin is', () => {
  /** Those among these that are taken for this server's own. */
  async function own(
    env: Record<string, string>,
    headers: Headers,
    origins: readonly string[],
  ): Promise<string[]> {
    const server = await serverWith(env);
    const taken = [];
    for (const origin of origins) {
      const answer = await signIn(server, [...headers, ['origin', origin]]);
      if (answer.setCookies.length > 0) taken.push(origin);
      else expect(verdict(answer)).toEqual(CSRF_REFUSED);
    }
    return taken;
  }

  const CANDIDATES = [
    'http://app.example.com',
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://app.example.com:8443',
    'http://localhost:4000',
    'https://localhost:4000',
    'https://www.app.example.com',
    'https://example.com',
  ];

  it('on a loopback host the one of the connection', async () => {
    const headers = [['host', 'localhost:4000']] as const;
    expect(await own(PLAIN, headers, CANDIDATES)).toEqual(['http://localhost:4000']);
  });

  it('elsewhere either scheme of the host, as long as nobody is named who ends TLS', async () => {
    expect(await own(PLAIN, [['host', 'App.Example.com']], CANDIDATES)).toEqual([
      'http://app.example.com',
      'https://app.example.com',
    ]);
    expect(await own(PRODUCTION, [['host', 'app.example.com:8443']], CANDIDATES)).toEqual([
      'https://app.example.com:8443',
      'http://app.example.com:8443',
    ]);
  });

  it.each(TRUSTED)('behind a trusted proxy what the proxy says: %j', async (env) => {
    const forwarded = (scheme: string, host: string) =>
      [
        ['x-forwarded-proto', scheme],
        ['x-forwarded-host', host],
      ] as const;
    const https = await own(env, forwarded('https', 'app.example.com'), CANDIDATES);
    expect(https).toEqual(['https://app.example.com']);
    const port = await own(env, forwarded('https', 'app.example.com:8443'), CANDIDATES);
    expect(port).toEqual(['https://app.example.com:8443']);
    const own443 = await own(env, forwarded('https', 'app.example.com:443'), CANDIDATES);
    expect(own443).toEqual(['https://app.example.com']);
    const http = await own(env, forwarded('http', 'app.example.com'), CANDIDATES);
    expect(http).toEqual(['http://app.example.com']);
  });

  it.each(UNTRUSTED)('not what somebody says who is not trusted: %j', async (env) => {
    const headers = [
      ['host', 'localhost:4000'],
      ['x-forwarded-proto', 'https'],
      ['x-forwarded-host', 'app.example.com'],
    ] as const;
    expect(await own(env, headers, CANDIDATES)).toEqual(['http://localhost:4000']);
  });

  it('none where the host is no host', async () => {
    const headers = [['host', 'app.example.com@localhost:4000']] as const;
    expect(await own(PLAIN, headers, CANDIDATES)).toEqual([]);
  });
});

describe('of a prefixed and a plain cookie', () => {
  const LOOPBACK = ['host', 'localhost:4000'] as const;
  const ELSEWHERE = ['host', 'app.example.com'] as const;
  const NO_COOKIE = atField('refresh', { code: 'REFRESH_REJECTED', reason: 'REFRESH_INVALID' });
  const newToken = async (server: TestServer) => {
    const { cookie, session } = await signInByCookie(
      server.url,
      ADMIN.email,
      ADMIN.password,
      'login',
    );
    return { token: tokenIn(cookie), session };
  };

  it.each([
    [
      'on a loopback host the plain one',
      LOOPBACK,
      'portcullis-refresh',
      '__Host-portcullis-refresh',
    ],
    ['elsewhere the prefixed one', ELSEWHERE, '__Host-portcullis-refresh', 'portcullis-refresh'],
  ] as const)('only the one that fits counts: %s', async (_name, host, fits, other) => {
    const server = await serverWith(PLAIN);
    const [good, decoy] = [await newToken(server), await newToken(server)];
    const both = `${other}=${decoy.token}; ${fits}=${good.token}`;
    const answer = await ask(server, REFRESH, [host, ['cookie', both]]);
    expect(answer.data?.['refresh'].session.id).toBe(good.session.id);
    expect(answer.setCookies).toEqual([
      expect.stringMatching(fits === 'portcullis-refresh' ? FALLBACK : STRICT),
    ]);
    const alone = await ask(server, REFRESH, [host, ['cookie', `${other}=${decoy.token}`]]);
    expect([verdict(alone), alone.setCookies]).toEqual([NO_COOKIE, []]);
    const ended = await ask(server, LOGOUT, [host, ['cookie', `${other}=${decoy.token}`]]);
    expect([ended.data, ended.setCookies]).toEqual([{ logout: true }, []]);
    const lives = await ask(server, REFRESH, [host, ['cookie', `${fits}=${decoy.token}`]]);
    expect(reasons(lives)).toEqual([]);
  });

  it.each([
    '__host-portcullis-refresh',
    '__Secure-portcullis-refresh',
    '__HOST-Portcullis-Refresh',
  ])('a name that only looks like ours is none: %s', async (name) => {
    const server = await serverWith(PLAIN);
    const { token } = await newToken(server);
    const answer = await ask(server, REFRESH, [ELSEWHERE, ['cookie', `${name}=${token}`]]);
    expect([verdict(answer), answer.setCookies]).toEqual([NO_COOKIE, []]);
  });

  it('a cleared one has the attributes of the one that was set', async () => {
    const server = await serverWith(PLAIN);
    const { token } = await newToken(server);
    const cookie = `__Host-portcullis-refresh=${token}`;
    expect((await ask(server, LOGOUT, [ELSEWHERE, ['cookie', cookie]])).setCookies).toEqual([
      '__Host-portcullis-refresh=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
    ]);
  });
});
