import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { PortcullisError } from '../../src/errors/index.js';
import type { CookieKind, Cookies } from '../../src/graphql/index.js';
import { RequestCookies, onReply } from '../../src/server/cookies/index.js';

/** A page that does what it is told with the cookies of its request, whatever comes in. */
let app: FastifyInstance;
let act: (cookies: Cookies) => unknown;
beforeAll(async () => {
  const settings = {
    production: false,
    trustProxy: false,
    allowedOrigins: ['https://app.example.com'],
  };
  app = fastify();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, {}));
  app.all('/', (request, reply) => {
    try {
      return { answer: act(new RequestCookies(request, onReply(reply), settings)) ?? null };
    } catch (error) {
      if (error instanceof PortcullisError) return { refused: error.extensions };
      throw error;
    }
  });
});
afterAll(() => app.close());

interface Given {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Record<string, string | undefined>;
}

async function ask(what: (cookies: Cookies) => unknown, { method = 'POST', headers }: Given = {}) {
  act = what;
  const all: Given['headers'] = {
    host: 'localhost:4000',
    'content-type': 'application/json',
    ...headers,
  };
  const response = await app.inject({
    method,
    url: '/',
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    ...(method === 'GET' ? {} : { payload: '{}' }),
  });
  return { ...response.json<object>(), set: [response.headers['set-cookie'] ?? []].flat() };
}

const CSRF_REFUSED = { code: 'FORBIDDEN', reason: 'CSRF_REFUSED' };
const TOSSED = { code: 'BAD_USER_INPUT', reason: 'cookie' };
const ELSEWHERE = { host: 'app.example.com' };

describe.each<CookieKind>(['refresh', 'session'])('the cookie of kind %s', (kind) => {
  const name = `portcullis-${kind}`;
  const read = (cookies: Cookies) => cookies.read(kind);

  it('is set, with its life in seconds, in the form that fits the request', async () => {
    const set = (cookies: Cookies) => cookies.setCookie(kind, 'token_-', 90);
    expect((await ask(set)).set).toEqual([
      `${name}=token_-; Max-Age=90; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect((await ask(set, { headers: ELSEWHERE })).set).toEqual([
      `__Host-${name}=token_-; Max-Age=90; Path=/; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  it('is cleared with the attributes that it was set with', async () => {
    const clear = (cookies: Cookies) => cookies.clearCookie(kind);
    const gone = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly';
    expect((await ask(clear)).set).toEqual([`${name}=; ${gone}; SameSite=Strict`]);
    expect((await ask(clear, { headers: ELSEWHERE })).set).toEqual([
      `__Host-${name}=; ${gone}; Secure; SameSite=Strict`,
    ]);
  });

  it('is read as it stands, from among others', async () => {
    for (const [header, answer] of [
      [`${name}=token`, 'token'],
      [`a=b;${name}=token;c=d`, 'token'],
      [`a=b;  ${name} = token  ; c=d`, 'token'],
      [`${name}=to=ken==`, 'to=ken=='],
      [`${name}=%74oken`, '%74oken'],
      [`${name}="token"`, '"token"'],
      [`${name}=`, ''],
      [name, null],
      [`x${name}=token`, null],
      [`${name}x=token`, null],
      [`x=${name}=token`, null],
      [`__Host-${name}=token`, null],
      [`${name.toUpperCase()}=token`, null],
      ['__proto__=x; constructor=y', null],
      ['', null],
    ] as const) {
      expect([header, await ask(read, { headers: { cookie: header } })]).toEqual([
        header,
        { answer, set: [] },
      ]);
    }
  });

  it.each([
    ['twice', `${name}=a; ${name}=b`],
    ['twice with one value', `${name}=a; ${name}=a`],
    ['and a nameless one that spells it', `${name}=a;=${name}; ${name}=b`],
    ['twice, once empty', `${name}=; ${name}=a`],
    ['longer than browsers keep', `${name}=${'x'.repeat(4097)}`],
  ])('that is there %s counts for nothing', async (_name, header) => {
    expect(await ask(read, { headers: { cookie: header } })).toEqual({ refused: TOSSED, set: [] });
    const foreign = { cookie: header, origin: 'https://evil.example' };
    expect(await ask(read, { headers: foreign })).toEqual({ refused: CSRF_REFUSED, set: [] });
  });

  it('is what the request has made of it meanwhile, and the last word is what is sent', async () => {
    const headers = { cookie: `${name}=old` };
    const answer = await ask(
      (cookies) => {
        const seen = [read(cookies)];
        cookies.setCookie(kind, 'new', 1);
        seen.push(read(cookies));
        cookies.clearCookie(kind);
        seen.push(read(cookies));
        cookies.setCookie(kind, 'newest', 2);
        return seen;
      },
      { headers },
    );
    expect(answer).toEqual({
      answer: ['old', 'new', null],
      set: [`${name}=newest; Max-Age=2; Path=/; HttpOnly; SameSite=Strict`],
    });
  });

  it('says nothing of the other kind', async () => {
    const other = kind === 'refresh' ? 'session' : 'refresh';
    const headers = { cookie: `${name}=mine; portcullis-${other}=other` };
    const answer = await ask(
      (cookies) => {
        cookies.clearCookie(other);
        return [cookies.read(kind), cookies.read(other)];
      },
      { headers },
    );
    expect(answer).toMatchObject({ answer: ['mine', null], set: [expect.stringMatching(other)] });
  });

  it.each<[string, Given]>([
    ['GET', { method: 'GET' }],
    ['PUT', { method: 'PUT' }],
    ['DELETE', { method: 'DELETE' }],
    ['text/plain', { headers: { 'content-type': 'text/plain' } }],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a form with files', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    [
      'a type that only ends in JSON',
      { headers: { 'content-type': 'text/plain; application/json' } },
    ],
    ['a type that only begins so', { headers: { 'content-type': 'application/json5' } }],
    ['no type', { headers: { 'content-type': undefined } }],
    ['GET from a listed origin', { method: 'GET', headers: { origin: 'https://app.example.com' } }],
    [
      'text/plain from a listed origin',
      { headers: { 'content-type': 'text/plain', origin: 'https://app.example.com' } },
    ],
    ['a null Origin', { headers: { origin: 'null' } }],
    ['another port', { headers: { origin: 'http://localhost:4001' } }],
    ['another page of the site', { headers: { 'sec-fetch-site': 'same-site' } }],
  ])('counts for nothing in a request that another page can make: %s', async (_name, given) => {
    const headers = { ...given.headers, cookie: `${name}=token` };
    expect(await ask(read, { ...given, headers })).toEqual({ refused: CSRF_REFUSED, set: [] });
    expect(await ask((cookies) => cookies.assertSafe(), given)).toEqual({
      refused: CSRF_REFUSED,
      set: [],
    });
    // Without a cookie there is nothing that another page could make use of.
    expect(await ask(read, given)).toEqual({ answer: null, set: [] });
  });
});
