import { ask, login, reasons, register, tryLogin } from '../support/client.js';
import type { AskOptions, Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const clock = new TestClock();
let server: TestServer;
let ada: Tokens;
let admin: Tokens;
let expired: string;
beforeAll(async () => {
  server = await startTestServer({ clock });
  expired = (await login(server.url, ADMIN.email, ADMIN.password)).accessToken;
  clock.advance(10 * 60_000);
  ada = await register(server.url, 'ada@example.com', PASSWORD);
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(() => server.stop());

const openSessions = (): Promise<number> => {
  const { database, sessions } = server.node.deps;
  return database.read((db) => sessions.count(db, { ended: false }));
};

describe('a mutation of which one root field is refused by the policy runs none of them', () => {
  const login1 = `login(input: { email: "${ADMIN.email}", password: "${ADMIN.password}" })`;
  const refusedField = 'revokeAllSessions(reason: "x")';

  it.each<[string, string, AskOptions]>([
    ['side by side', `mutation { ${login1} { expiresIn } ${refusedField} }`, {}],
    ['under an alias', `mutation { login: ${login1} { expiresIn } me: ${refusedField} }`, {}],
    [
      'in a fragment',
      `mutation { ${login1} { expiresIn } ...F } fragment F on Mutation { ...G }
       fragment G on Mutation { x: ${refusedField} }`,
      {},
    ],
    ['in an inline fragment', `mutation { ${login1} { expiresIn } ... { ${refusedField} } }`, {}],
    [
      'included by a variable',
      `mutation ($on: Boolean!) { ${login1} { expiresIn } ${refusedField} @include(if: $on) }`,
      { variables: { on: true } },
    ],
    [
      'included by a default',
      `mutation ($off: Boolean! = false) { ${login1} { expiresIn } ${refusedField} @skip(if: $off) }`,
      {},
    ],
    [
      'in the one of two operations that is named',
      `mutation A { logout } mutation B { ${login1} { expiresIn } ${refusedField} }`,
      { operationName: 'B' },
    ],
  ])('%s', async (_name, query, options) => {
    const before = await openSessions();
    const anon = await ask(server.url, query, options);
    const user = await ask(server.url, query, { ...options, token: ada.accessToken });
    expect([anon.status, anon.data, reasons(anon)]).toEqual([
      401,
      undefined,
      ['UNAUTHENTICATED/NO_TOKEN'],
    ]);
    expect([user.status, user.data, reasons(user)]).toEqual([
      403,
      undefined,
      ['FORBIDDEN/SCOPE_MISSING'],
    ]);
    expect(await openSessions()).toBe(before);
  });

  it.each<[string, string, AskOptions]>([
    [
      'is skipped by a variable',
      `mutation ($skip: Boolean!) { ${login1} { expiresIn } ${refusedField} @skip(if: $skip) }`,
      { variables: { skip: true } },
    ],
    [
      'is left out by a default',
      `mutation ($on: Boolean = false) { ${login1} { expiresIn } ... @include(if: $on) { ${refusedField} } }`,
      {},
    ],
    [
      'is in the operation that is not named',
      `mutation A { ${login1} { expiresIn } } mutation B { ${refusedField} }`,
      { operationName: 'A' },
    ],
  ])('but is not judged when it %s', async (_name, query, options) => {
    const { data } = await ask(server.url, query, options);
    expect(data).toEqual({ login: { expiresIn: expect.any(Number) } });
  });
});

describe('within a mutation', () => {
  it('what was revoked by one field refuses the next, and what lies below it', async () => {
    const { accessToken: token, session } = await login(server.url, 'ada@example.com', PASSWORD);
    const answer = await ask(
      server.url,
      `mutation ($id: ID!) {
         a: logoutEverywhere(keepCurrent: true)
         b: revokeMySession(id: $id) { status user { id } }
         c: logoutEverywhere
       }`,
      { token, variables: { id: session.id } },
    );
    expect(answer.data).toMatchObject({ b: { status: 'ENDED' }, c: null });
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    ada = await login(server.url, 'ada@example.com', PASSWORD);
  });
});

describe('a presented token', () => {
  const bad = () => ['garbage', expired, '..', 'null', 'undefined'];

  it('that is bad refuses a public query too', async () => {
    for (const token of bad()) {
      const answer = await ask(server.url, '{ fieldPolicies { coordinate } }', { token });
      expect([answer.status, answer.data]).toEqual([401, undefined]);
    }
  });

  it('that is bad, or of somebody else, does not stop those who trade credentials', async () => {
    for (const token of [...bad(), admin.accessToken]) {
      const signedIn = await ask(
        server.url,
        `mutation { login(input: { email: "ada@example.com", password: "${PASSWORD}" }) { refreshToken user { id } } }`,
        { token },
      );
      expect(signedIn.data?.['login'].user).toEqual({ id: ada.user.id });
      const refreshed = await ask(
        server.url,
        'mutation ($t: String) { __typename refresh(refreshToken: $t) { refreshToken user { id } } }',
        { token, variables: { t: signedIn.data?.['login'].refreshToken } },
      );
      expect(refreshed.data?.['refresh'].user).toEqual({ id: ada.user.id });
    }
    for (const token of bad()) {
      const out = await ask(server.url, 'mutation { logout }', { token });
      expect([out.status, out.data]).toEqual([200, { logout: true }]);
    }
  });

  it('that is bad refuses them beside any other field', async () => {
    const query = `mutation { logout logoutEverywhere }`;
    const answer = await ask(server.url, query, { token: 'garbage' });
    expect([answer.status, reasons(answer)]).toEqual([401, ['UNAUTHENTICATED/TOKEN_INVALID']]);
  });
});

describe('what a stranger may learn of the schema', () => {
  const html = { accept: 'text/html' };

  it('in development: all of it, and a page to try it on with the demo login ready', async () => {
    const env = {
      NODE_ENV: 'development',
      PORTCULLIS_ADMIN_EMAIL: '',
      PORTCULLIS_ADMIN_PASSWORD: '',
    };
    const own = await startTestServer({ env });
    try {
      const answer = await ask(own.url, '{ __schema { queryType { name } } }');
      expect(answer.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
      const page = await fetch(`${own.url}/graphql`, { headers: html });
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await page.text()).toContain('user@example.com');
    } finally {
      await own.stop();
    }
  });

  it('in production: nothing, not even by a suggestion', async () => {
    const own = await startTestServer({ env: { NODE_ENV: 'production' } });
    try {
      const introspection = await ask(own.url, '{ __schema { queryType { name } } }');
      expect([introspection.status, introspection.data]).toEqual([400, undefined]);
      expect((await ask(own.url, '{ __type(name: "User") { name } }')).status).toBe(400);
      const typo = await ask(own.url, '{ fieldPolicie { coordinat } mySession { id } }');
      expect(typo.status).toBe(400);
      expect(JSON.stringify(typo.errors)).not.toMatch(/did you mean|fieldPolicies|mySessions/i);
      const query =
        'query ($s: UserStatus, $f: SessionFilter) { users(status: $s) { totalCount } }';
      for (const variables of [{ s: 'ACTIV' }, { f: { userI: 'x' } }]) {
        const { errors } = await ask(own.url, query, { variables });
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        expect(JSON.stringify(errors)).not.toMatch(/did you mean|ACTIVE|userId/i);
      }
      const page = await fetch(`${own.url}/graphql`, { headers: html });
      expect(page.headers.get('content-type')).toMatch(/^application\/json/);
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect((await ask(own.url, '{ __typename me { id } }')).data).toEqual({
        __typename: 'Query',
        me: null,
      });
    } finally {
      await own.stop();
    }
  });

  it('answers that may hold tokens are not kept by anybody', async () => {
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
