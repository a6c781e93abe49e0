import { ask, login, register } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const CORPUS: readonly string[] = [
  '',
  ' ',
  "'",
  '"',
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  '$1',
  '?',
  ':now',
  '%',
  '_',
  '\\',
  '\\x00',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u0301\ufeff',
  '👩‍👩‍👧‍👦',
  'null',
  'NaN',
  '-1',
  '1e999',
  '[object Object]',
  '{}',
  '__proto__',
  'constructor',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{0190a5d2-0000-7000-8000-000000000000}',
  '0190a5d2000070008000000000000000',
  'x'.repeat(20_000),
  'é'.repeat(300),
];

/** Every argument of an id or a string, by the variable `v`. */
const PLACES: readonly string[] = [
  'query ($v: ID!) { user(id: $v) { id } }',
  'query ($v: String) { users(search: $v) { totalCount edges { node { id } } } }',
  'query ($v: String) { users(after: $v) { edges { node { id } } } }',
  'query ($v: ID!) { session(id: $v) { id } }',
  'query ($v: String) { sessions(after: $v) { edges { node { id } } } }',
  'query ($v: ID!) { sessions(filter: { userId: $v }) { totalCount edges { node { id } } } }',
  'query ($v: ID!) { sessions(filter: { deviceId: $v }) { totalCount edges { node { id } } } }',
  'query ($v: String) { sessions(filter: { ip: $v }) { totalCount edges { node { id } } } }',
  'query ($v: String) { auditLog(after: $v) { edges { node { id } } } }',
  'query ($v: String) { auditLog(filter: { type: $v }) { edges { node { id } } } }',
  'query ($v: ID!) { auditLog(filter: { userId: $v }) { edges { node { id } } } }',
  'query ($v: ID!) { auditLog(filter: { sessionId: $v }) { edges { node { id } } } }',
  'mutation ($v: String) { refresh(refreshToken: $v) { expiresIn } }',
  'mutation ($v: String) { logout(refreshToken: $v) }',
  'mutation ($v: ID!) { revokeMySession(id: $v) { id } }',
  'mutation ($v: ID!) { revokeSession(id: $v) { id } }',
  'mutation ($v: String, $mine: ID!) { revokeSession(id: $mine, reason: $v) { endedReason } }',
  'mutation ($v: ID!) { revokeUserSessions(userId: $v) }',
  'mutation ($v: ID!, $user: ID!) { revokeUserSessions(userId: $user, deviceId: $v) }',
  'mutation ($v: String, $user: ID!) { revokeUserSessions(userId: $user, reason: $v) }',
  'mutation ($v: ID!) { disableUser(id: $v) { id } }',
  'mutation ($v: String, $user: ID!) { disableUser(id: $user, reason: $v) { id } }',
  'mutation ($v: ID!) { enableUser(id: $v) { id } }',
  'mutation ($v: ID!) { setUserScopes(id: $v, scopes: []) { id } }',
  'mutation ($v: String!, $user: ID!) { setUserScopes(id: $user, scopes: [$v]) { id } }',
];

/** These also hash a password, so they get fewer texts. */
const SLOW_PLACES: readonly string[] = [
  'mutation ($v: String!) { reauthenticate(password: $v) { expiresIn } }',
  'mutation ($v: String!) { login(input: { email: $v, password: "x" }) { expiresIn } }',
  'mutation ($v: String!, $email: String!) { login(input: { email: $email, password: $v }) { expiresIn } }',
  'mutation ($v: ID!, $email: String!, $p: String!) { login(input: { email: $email, password: $p, device: { id: $v } }) { expiresIn } }',
  'mutation ($v: String!, $email: String!, $p: String!) { login(input: { email: $email, password: $p, device: { name: $v } }) { expiresIn } }',
];

let server: TestServer;
let admin: Tokens;
let user: Tokens;
beforeAll(async () => {
  server = await startTestServer();
  admin = await login(server.url, ADMIN.email, ADMIN.password);
  user = await register(server.url, 'ada@example.com', 'a password of some length');
});
afterAll(() => server.stop());

async function put(query: string, v: unknown): Promise<Answer> {
  const declared = /\(([^)]*)\)/.exec(query)?.[1] ?? '';
  const all: Record<string, unknown> = {
    v,
    mine: user.session.id,
    user: user.user.id,
    email: ADMIN.email,
    p: ADMIN.password,
  };
  const variables = Object.fromEntries(
    Object.entries(all).filter(([name]) => declared.includes(`$${name}:`)),
  );
  // A logout that a bearer token came with would end the session that all these work with.
  const token = query.includes('logout') ? undefined : admin.accessToken;
  return ask(server.url, query, { token, variables });
}

const KNOWN = ['BAD_USER_INPUT', 'REFRESH_REJECTED', 'INVALID_CREDENTIALS'];

function expectHarmless({ status, errors = [] }: Answer, text: unknown): void {
  const seen = { text, status, errors: errors.map(({ extensions }) => extensions.code) };
  expect([200, 400]).toContain(status);
  expect(seen.errors.filter((code) => !KNOWN.includes(code))).toEqual([]);
  for (const { message } of errors) {
    expect(message).not.toMatch(/postgres|syntax|invalid byte|column|relation|uuid/i);
  }
}

describe.each(PLACES)('%s', (query) => {
  it('takes any text without a failure', async () => {
    for (const text of CORPUS) expectHarmless(await put(query, text), text);
  });

  it('takes nothing but a text or a number', async () => {
    for (const value of [true, 1.5, [], {}, [['a']], { $ne: null }, { toString: 'x' }]) {
      const answer = await put(query, value);
      expectHarmless(answer, value);
      expect(answer.data?.[Object.keys(answer.data)[0] ?? ''] ?? null).toBeNull();
    }
  });
});

describe.each(SLOW_PLACES)('%s', (query) => {
  it('takes any text without a failure', async () => {
    for (const text of ['', "' OR '1'='1", 'a\u0000b', '\ud800', '__proto__', 'x'.repeat(20_000)]) {
      expectHarmless(await put(query, text), text);
    }
  });
});

it('times far from ours are filters like any other', async () => {
  const query = 'query ($t: DateTime) { sessions(filter: { since: $t }) { totalCount } }';
  const times = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'];
  for (const t of times) {
    const answer = await ask(server.url, query, { token: admin.accessToken, variables: { t } });
    expect(answer.errors).toBeUndefined();
  }
  for (const t of ['', 'now', '2030-02-31T00:00:00Z', '+275760-09-13T00:00:00Z', 1e15, {}, null]) {
    const answer = await ask(server.url, query, { token: admin.accessToken, variables: { t } });
    expectHarmless(answer, t);
  }
});
