import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { atField, unauthenticated, verdict } from '../support/errors.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const QUERY =
  'query ($all: Boolean! = true) { mySessions @include(if: $all) { current } me { id } }';

const clock = new TestClock();
/** Follows no feed, so that only its store can tell it of an end. */
let deaf: ServerBehindProxy;
let other: TestServer;
let users = 0;
let texts = 0;
beforeAll(async () => {
  const env = { PORTCULLIS_SCHEME: 'stateless', SESSION_IDLE_TTL: '60s' };
  deaf = await startServerBehindProxy({ clock, env });
  other = await startTestServer({
    clock,
    database: deaf.database,
    env: { SESSION_IDLE_TTL: '60s' },
  });
});
beforeEach(async () => {
  const { accessToken: token } = await someone();
  expect((await ask(deaf.url, QUERY, { token })).errors).toBeUndefined();
});
afterEach(() => deaf.proxy.heal());
afterAll(async () => {
  await other.stop();
  await deaf.stop();
});

const someone = (): Promise<Tokens> => register(other.url, `user${++users}@example.com`, PASSWORD);
/** The same, of which nothing is known. */
const unknown = () => `${QUERY} # ${++texts}`;

const asAdmin = async (mutation: string, id: string) => {
  const { accessToken: token } = await login(other.url, ADMIN.email, ADMIN.password);
  const { errors } = await ask(other.url, mutation, { token, variables: { id } });
  expect(errors).toBeUndefined();
};

describe.each([
  ['asked before', () => QUERY],
  ['never asked', unknown],
])('a query that was %s', (_what, textOf) => {
  it.each<[string, (user: Tokens) => unknown, string]>([
    [
      'logged out',
      ({ accessToken: token }) => ask(other.url, 'mutation { logout }', { token }),
      'SESSION_REVOKED',
    ],
    [
      'logged out everywhere',
      ({ accessToken: token }) => ask(other.url, 'mutation { logoutEverywhere }', { token }),
      'SESSION_REVOKED',
    ],
    [
      'revoked by an admin',
      ({ user }) => asAdmin('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', user.id),
      'SESSION_REVOKED',
    ],
    [
      'of a disabled account',
      ({ user }) => asAdmin('mutation ($id: ID!) { disableUser(id: $id) { id } }', user.id),
      'ACCOUNT_DISABLED',
    ],
    ['idle for too long', () => clock.advance(61_000), 'SESSION_EXPIRED'],
  ])(
    'is refused where it asks, and there alone, to a session that was %s',
    async (_how, end, reason) => {
      const user = await someone();
      await end(user);
      const answer = await ask(deaf.url, textOf(), { token: user.accessToken });
      expect(verdict(answer)).toEqual(
        atField('mySessions', unauthenticated(reason), {
          mySessions: null,
          me: { id: user.user.id },
        }),
      );
    },
  );

  it('is answered by one check', async () => {
    const { accessToken: token } = await someone();
    deaf.proxy.statements.length = 0;
    const answer = await ask(deaf.url, textOf(), { token });
    expect(answer.data?.['mySessions']).toEqual([{ current: true }]);
    expect(checks()).toBe(1);
  });

  it('is refused by one check', async () => {
    const { accessToken: token } = await someone();
    await ask(other.url, 'mutation { logout }', { token });
    deaf.proxy.statements.length = 0;
    const answer = await ask(deaf.url, textOf(), { token });
    expect(answer.data?.['mySessions']).toBeNull();
    expect(checks()).toBe(1);
  });

  it.each(['refuse', 'freeze'] as const)(
    'under "%s" is refused where it asks, and goes on',
    async (fault) => {
      const { accessToken: token, user } = await someone();
      deaf.proxy[fault]();
      const answer = await ask(deaf.url, textOf(), { token });
      expect(verdict(answer)).toEqual(
        atField(
          'mySessions',
          { code: 'AUTH_CHECK_UNAVAILABLE', reason: 'STORE_UNAVAILABLE' },
          { mySessions: null, me: { id: user.id } },
        ),
      );
    },
  );
});

describe('a query that asked before, and does not now', () => {
  const NOT_NOW = { all: false };

  it('is answered, though a statement was spent on it', async () => {
    const { accessToken: token, user } = await someone();
    deaf.proxy.statements.length = 0;
    const { data } = await ask(deaf.url, QUERY, { token, variables: NOT_NOW });
    expect(data).toEqual({ me: { id: user.id } });
    expect(checks()).toBe(1);
    await ask(deaf.url, unknown(), { token, variables: NOT_NOW });
    expect(checks()).toBe(1);
  });

  it('is answered to a session that is over, as any @auth field is here', async () => {
    const { accessToken: token, user } = await someone();
    await ask(other.url, 'mutation { logout }', { token });
    const { data } = await ask(deaf.url, QUERY, { token, variables: NOT_NOW });
    expect(data).toEqual({ me: { id: user.id } });
  });

  it('is answered without its store', async () => {
    const { accessToken: token, user } = await someone();
    deaf.proxy.freeze();
    const { data } = await ask(deaf.url, QUERY, { token, variables: NOT_NOW });
    expect(data).toEqual({ me: { id: user.id } });
  });
});

/** Statements and commands by which sessions were checked. */
function checks(): number {
  return deaf.proxy.statements.filter((text) => text.includes('ANY($1::uuid[])')).length;
}
