import { ask, login, reasons, register } from '../../support/client.js';
import type { Tokens } from '../../support/client.js';
import {
  LOGIN,
  LOGOUT,
  REFRESH,
  REGISTER,
  askWithCookie,
  signInByCookie,
} from '../../support/cookies.js';
import type { CookieSession } from '../../support/cookies.js';
import { refused, verdict } from '../../support/errors.js';
import { send } from '../../support/post.js';
import type { RawAnswer, RawRequest } from '../../support/post.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import { storedSession } from '../../support/stored-sessions.js';
import type { TestServer } from '../../support/server.js';

const PASSWORD = 'a password of some length';
const LISTED = 'https://app.example.com';
let server: TestServer;
let user: CookieSession;
let admin: Tokens;
let origin: string;
beforeAll(async () => {
  const env = { ACCESS_TTL: '1h', ALLOWED_ORIGINS: `${LISTED},http://localhost:5173` };
  server = await startTestServer({ env });
  user = await signInByCookie(server.url, 'ada@example.com', PASSWORD);
  admin = await login(server.url, ADMIN.email, ADMIN.password);
  origin = server.url;
});
afterAll(() => server.stop());

const planting = (extra: object) => ({
  input: { email: ADMIN.email, password: ADMIN.password, transport: 'COOKIE', ...extra },
});

/** Every operation that uses a cookie, with whatever else it needs. */
const OPERATIONS: readonly { name: string; query: string; variables?: object; bearer?: true }[] = [
  { name: 'refresh', query: REFRESH },
  { name: 'logout', query: LOGOUT },
  { name: 'logout', query: LOGOUT, bearer: true },
  { name: 'login', query: LOGIN, variables: planting({}) },
  { name: 'register', query: REGISTER, variables: planting({ email: 'new@example.com' }) },
  {
    name: 'reauthenticate',
    query: `mutation { reauthenticate(password: "${PASSWORD}") { refreshToken } }`,
    bearer: true,
  },
  {
    name: 'changePassword',
    query: `mutation { changePassword(currentPassword: "${PASSWORD}", newPassword: "${PASSWORD}!") { refreshToken } }`,
    bearer: true,
  },
];

type Headers = Record<string, string | readonly string[]>;

const pairs = (headers: Headers) =>
  Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );

const using = ({ bearer }: { bearer?: true }) => ({
  cookie: user.cookie,
  ...(bearer ? { authorization: `Bearer ${user.accessToken}` } : {}),
});

/** Everything that a request could change. */
const state = async () => {
  const query = '{ sessions(first: 500) { totalCount edges { node { id status lastUsedAt } } } }';
  return [
    (await ask(server.url, query, { token: admin.accessToken })).data,
    await storedSession(server.database, user.session.id),
    await server.database.query('SELECT * FROM users ORDER BY id'),
  ];
};

/** Sends every operation this way, and answers what came back when nothing has changed by it. */
async function changesNothing(
  request: (operation: (typeof OPERATIONS)[number]) => RawRequest,
): Promise<RawAnswer[]> {
  const before = await state();
  const answers = await Promise.all(OPERATIONS.map((each) => send(server.url, request(each))));
  expect(answers.map(({ setCookies }) => setCookies)).toEqual(answers.map(() => []));
  expect(await state()).toEqual(before);
  expect(answers.filter(({ text }) => text.includes('prt_'))).toEqual([]);
  return answers;
}

const json = (headers: Headers) => (operation: (typeof OPERATIONS)[number]) => ({
  method: 'POST',
  headers: pairs({ 'content-type': 'application/json', ...using(operation), ...headers }),
  body: JSON.stringify({ query: operation.query, variables: operation.variables }),
});

const CSRF_REFUSED = refused(403, { code: 'FORBIDDEN', reason: 'CSRF_REFUSED' }, null);

describe('a request of another page is refused before it runs', () => {
  it.each<[string, () => Headers]>([
    ['from nowhere', () => ({ origin: 'null' })],
    ['with an empty Origin', () => ({ origin: '' })],
    ['from another site', () => ({ origin: 'https://evil.example' })],
    ['from another port', () => ({ origin: 'http://127.0.0.1:1' })],
    ['from the port of the scheme', () => ({ origin: 'http://127.0.0.1' })],
    ['from another scheme', () => ({ origin: origin.replace('http:', 'https:') })],
    [
      'from another name of this host',
      () => ({ origin: origin.replace('127.0.0.1', 'localhost') }),
    ],
    ['from a subdomain', () => ({ origin: origin.replace('//', '//sub.') })],
    ['from a longer name', () => ({ origin: `${origin}.evil.example` })],
    ['from a name with this one as user', () => ({ origin: `${origin}@evil.example` })],
    ['from an origin with a path', () => ({ origin: `${origin}/` })],
    ['from this origin and another', () => ({ origin: [origin, 'https://evil.example'] })],
    ['from a subdomain of a listed origin', () => ({ origin: 'https://sub.app.example.com' })],
    ['from another port of a listed origin', () => ({ origin: `${LISTED}:8443` })],
    ['from a listed host without TLS', () => ({ origin: 'http://app.example.com' })],
    ['from a listed origin and another', () => ({ origin: [LISTED, 'https://evil.example'] })],
    ['that the browser calls cross-site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['that the browser calls same-site', () => ({ 'sec-fetch-site': 'same-site' })],
    [
      'of this origin that the browser calls cross-site',
      () => ({ origin, 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'of this origin that the browser calls same-site',
      () => ({ origin, 'sec-fetch-site': 'same-site' }),
    ],
    [
      'of which the browser says two things',
      () => ({ 'sec-fetch-site': ['same-origin', 'cross-site'] }),
    ],
    ['of which the browser says what we do not know', () => ({ 'sec-fetch-site': 'sibling' })],
    [
      'with the headers of Apollo’s own wall',
      () => ({
        origin: 'https://evil.example',
        'apollo-require-preflight': '1',
        'x-apollo-operation-name': 'Refresh',
      }),
    ],
  ])('%s', async (_name, headers) => {
    const answers = await changesNothing(json(headers()));
    expect(answers.map(verdict)).toEqual(answers.map(() => CSRF_REFUSED));
  });

  it('and one of its fields is enough to refuse the whole mutation', async () => {
    const query = 'mutation { ok: logout(refreshToken: "x") }';
    const both = query.replace('}', 'refresh { expiresIn } }');
    const foreign = { cookie: user.cookie, headers: [['origin', 'null']] } as const;
    expect((await askWithCookie(server.url, query, foreign)).data).toEqual({ ok: true });
    expect(verdict(await askWithCookie(server.url, both, foreign))).toEqual(CSRF_REFUSED);
  });
});

describe('a request of a form changes nothing', () => {
  const body = ({ query, variables }: (typeof OPERATIONS)[number]) =>
    JSON.stringify({ query, variables });
  const form = ({ query, variables = {} }: (typeof OPERATIONS)[number]) =>
    new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString();

  it.each<[string, string[], number]>([
    ['text/plain', ['text/plain'], 400],
    ['text/plain that names JSON', ['text/plain; application/json'], 400],
    ['text/plain with a charset', ['text/plain;charset=UTF-8'], 400],
    ['JSON in a list', ['application/json, text/plain'], 415],
    ['a form', ['application/x-www-form-urlencoded'], 415],
    ['a form with files', ['multipart/form-data; boundary=x'], 415],
    ['bare GraphQL', ['application/graphql'], 415],
    ['the type of answers', ['application/graphql-response+json'], 415],
    ['a type like JSON', ['application/jsonp'], 415],
    ['nonsense', ['json'], 415],
    ['no type', [], 415],
    ['two types', ['text/plain', 'application/json'], 400],
  ])('as %s', async (_name, types, status) => {
    for (const wall of [{}, { 'apollo-require-preflight': '1' }]) {
      for (const text of [body, form]) {
        const answers = await changesNothing((operation) => ({
          method: 'POST',
          headers: pairs({ ...using(operation), origin, 'content-type': types, ...wall }),
          body: text(operation),
        }));
        expect(answers.map((answer) => [answer.status, answer.data])).toEqual(
          answers.map(() => [status, undefined]),
        );
      }
    }
  });

  it.each([
    ['GET', 405],
    ['HEAD', 405],
    ['PUT', 405],
    ['PATCH', 405],
    ['DELETE', 405],
    ['OPTIONS', 405],
  ])('by %s', async (method, status) => {
    const answers = await changesNothing((operation) => ({
      method,
      path: `/graphql?${form(operation)}`,
      headers: pairs({ ...using(operation), origin, 'apollo-require-preflight': '1' }),
    }));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
  });
});

describe('a request that only a page of ours or no browser can have made is served', () => {
  it.each<[string, () => Headers]>([
    ['without an Origin', () => ({})],
    ['of this origin', () => ({ origin })],
    [
      'of this origin, as the browser says too',
      () => ({ origin, 'sec-fetch-site': 'same-origin' }),
    ],
    ['of which only the browser says so', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['of the user’s own doing', () => ({ 'sec-fetch-site': 'none' })],
    ['of a listed origin', () => ({ origin: LISTED })],
    [
      'of a listed origin on another site',
      () => ({ origin: LISTED, 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'of a listed origin on this site',
      () => ({ origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }),
    ],
    ['with a charset', () => ({ 'content-type': 'application/json; charset=utf-8' })],
    ['in capitals', () => ({ 'content-type': 'Application/JSON' })],
  ])('%s', async (_name, given) => {
    const headers = pairs({ 'content-type': 'application/json', ...given() });
    const own = await signInByCookie(server.url, 'ada@example.com', PASSWORD, 'login');
    const answer = async (query: string, variables?: object) => {
      const all = [...headers, ['cookie', own.cookie] as const];
      const body = JSON.stringify({ query, variables });
      return send(server.url, { method: 'POST', headers: all, body });
    };
    for (const each of [
      await answer(REFRESH),
      await answer(LOGIN, planting({})),
      await answer(LOGOUT),
    ]) {
      expect([each.status, reasons(each), each.setCookies]).toEqual([
        200,
        [],
        [expect.any(String)],
      ]);
    }
  });
});

describe('a request that uses no cookie is served from anywhere', () => {
  const headers = [
    ['origin', 'https://evil.example'],
    ['sec-fetch-site', 'cross-site'],
  ] as const;

  it('with the cookie beside it left alone', async () => {
    const { cookie } = user;
    const other = await register(server.url, 'body@example.com', PASSWORD);
    const input = { email: ADMIN.email, password: ADMIN.password };
    for (const [query, variables] of [
      ['{ fieldPolicies { coordinate } }', {}],
      [REFRESH, { t: other.refreshToken }],
      [LOGIN, { input }],
      [LOGOUT, { t: other.refreshToken }],
    ] as const) {
      const answer = await askWithCookie(server.url, query, { cookie, headers, variables });
      expect([answer.status, reasons(answer), answer.setCookies]).toEqual([200, [], []]);
    }
  });

  it('such as a logout by the bearer token alone', async () => {
    const { accessToken: token } = await register(server.url, 'bearer@example.com', PASSWORD);
    const answer = await askWithCookie(server.url, LOGOUT, { token, headers });
    expect([answer.data, answer.setCookies]).toEqual([{ logout: true }, []]);
    expect((await ask(server.url, '{ me { id } }', { token })).status).toBe(401);
  });
});

describe('a cookie that is there twice', () => {
  const uses = OPERATIONS.filter(({ name }) => name !== 'login' && name !== 'register');
  const TOSSED = refused(400, { code: 'BAD_USER_INPUT', reason: 'cookie' }, null);

  it.each<[string, (cookie: string) => string[]]>([
    ['in one header', (cookie) => [`${cookie}; portcullis-refresh=planted`]],
    ['in two headers', (cookie) => [cookie, 'portcullis-refresh=planted']],
    ['the planted one first', (cookie) => [`portcullis-refresh=planted; ${cookie}`]],
    ['with one value', (cookie) => [`${cookie}; ${cookie}`]],
  ])('is refused before anything runs: %s', async (_name, twice) => {
    const before = await state();
    for (const operation of uses) {
      const answer = await send(server.url, json({ cookie: twice(user.cookie) })(operation));
      expect([verdict(answer), answer.setCookies]).toEqual([TOSSED, []]);
    }
    expect(await state()).toEqual(before);
  });
});
