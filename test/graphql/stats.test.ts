import { ask, login, reasons, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';

const PASSWORD = 'a password of some length';
const MINUTE = 60_000;
const clock = new TestClock();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ clock, env: { REFRESH_GRACE: '1s' } });
});
afterAll(() => server.stop());

const STATS = `query ($since: DateTime!, $bucketSeconds: Int! = 60) {
  stats(since: $since, bucketSeconds: $bucketSeconds) {
    buckets { at logins failedLogins refreshes reusedRefreshes endedSessions }
    activeSessions
    users
  }
}`;

const asAdmin = () => login(server.url, ADMIN.email, ADMIN.password);

async function stats(since: Date | string, bucketSeconds?: number): Promise<Answer> {
  const { accessToken: token } = await asAdmin();
  const variables = { since, ...(bucketSeconds === undefined ? {} : { bucketSeconds }) };
  return ask(server.url, STATS, { token, variables });
}

const NOTHING = { logins: 0, failedLogins: 0, refreshes: 0, reusedRefreshes: 0, endedSessions: 0 };
const mutate = (token: string, mutation: string, variables: object = {}) =>
  ask(server.url, mutation, { token, variables: { ...variables } });

describe('the statistics', () => {
  it('count what happened by when it happened, the empty buckets included', async () => {
    const since = new Date(clock.now());
    const bucket = (index: number, counts: object) => ({
      at: new Date(since.getTime() + index * MINUTE).toISOString(),
      ...NOTHING,
      ...counts,
    });
    const ada = await register(server.url, 'ada@example.com', PASSWORD);
    await tryLogin(server.url, 'ada@example.com', 'a wrong password');
    await tryLogin(server.url, 'nobody@example.com', 'a wrong password');
    clock.advance(MINUTE);
    const second = await refresh(server.url, ada.refreshToken);
    await refresh(server.url, second.refreshToken);
    clock.advance(2 * MINUTE);
    await tryRefresh(server.url, ada.refreshToken);
    clock.advance(MINUTE / 2);
    const { data, errors } = await stats(since);
    expect(errors).toBeUndefined();
    expect(data?.['stats']).toEqual({
      buckets: [
        bucket(0, { logins: 1, failedLogins: 2 }),
        bucket(1, { refreshes: 2 }),
        bucket(2, {}),
        bucket(3, { reusedRefreshes: 1, endedSessions: 1, logins: 1 }),
      ],
      activeSessions: 1,
      users: 2,
    });
  });

  it('count every session that somebody ended, however many at once', async () => {
    clock.advance(MINUTE);
    const email = 'bob@example.com';
    const many = async (count: number) => {
      const tokens = [];
      while (tokens.length < count) tokens.push(await login(server.url, email, PASSWORD));
      return tokens as [Tokens, ...Tokens[]];
    };
    const { user } = await register(server.url, email, PASSWORD);
    const admin = await asAdmin();
    const deed = async (number: number, act: () => Promise<Answer>) => {
      clock.advance(MINUTE);
      const since = new Date(clock.now());
      const answer = await act();
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      const { data } = await stats(since);
      expect(data?.['stats'].buckets).toMatchObject([{ endedSessions: number }]);
    };
    const [first] = await many(3);
    await deed(1, () => mutate(first.accessToken, 'mutation { logout }'));
    await deed(0, () => mutate(first.accessToken, 'mutation { logout }'));
    const [a] = await many(2);
    const id = a.session.id;
    const revoke = 'mutation ($id: ID!) { revokeSession(id: $id) { id } }';
    await deed(1, async () => mutate((await asAdmin()).accessToken, revoke, { id }));
    await deed(0, async () => mutate((await asAdmin()).accessToken, revoke, { id }));
    const [b] = await many(1);
    const others = 'mutation { logoutEverywhere(keepCurrent: true) }';
    // What is open: two of the first three and the registration's, one of the next two, and this one.
    await deed(4, () => mutate(b.accessToken, others));
    const [c] = await many(2);
    await deed(3, () => mutate(c.accessToken, 'mutation { logoutEverywhere }'));
    await many(2);
    const all = 'mutation ($id: ID!) { revokeUserSessions(userId: $id) }';
    await deed(2, async () => mutate((await asAdmin()).accessToken, all, { id: user.id }));
    await login(server.url, email, PASSWORD, { id: 'phone' });
    await many(1);
    const phone = 'mutation ($id: ID!) { revokeUserSessions(userId: $id, deviceId: "phone") }';
    await deed(1, async () => mutate((await asAdmin()).accessToken, phone, { id: user.id }));
    const [d] = await many(1);
    const change = `mutation { changePassword(currentPassword: "${PASSWORD}", newPassword: "another long password") { expiresIn } }`;
    await deed(1, () => mutate(d.accessToken, change));
    const disable = 'mutation ($id: ID!) { disableUser(id: $id) { id } }';
    await deed(1, async () => mutate((await asAdmin()).accessToken, disable, { id: user.id }));
    expect(admin.user.id).not.toBe(user.id);
    const open = Number((await stats(new Date(clock.now()))).data?.['stats'].activeSessions);
    const everybody = 'mutation { revokeAllSessions(reason: "drill") }';
    await deed(open + 1, async () => mutate((await asAdmin()).accessToken, everybody));
  });

  it('begin where they are told to, and the last bucket holds the present', async () => {
    clock.advance(MINUTE);
    const since = new Date(clock.now() - 10_500);
    const buckets = (await stats(since, 5)).data?.['stats'].buckets as { at: string }[];
    expect(buckets.map(({ at }) => Date.parse(at) - since.getTime())).toEqual([0, 5_000, 10_000]);
    expect(buckets.at(-1)).toMatchObject({ logins: 1 });
    const begun = (await stats(new Date(clock.now() - 5_000), 5)).data?.['stats'].buckets;
    expect(begun).toMatchObject([{ logins: 0 }, { logins: 2 }]);
  });

  it('of a time to come are empty', async () => {
    const { data } = await stats(new Date(clock.now() + MINUTE));
    expect(data?.['stats']).toMatchObject({ buckets: [], users: 3 });
  });

  it('of all times fit into buckets that are long enough', async () => {
    const { data, errors } = await stats('0001-01-01T00:00:00Z', 2_147_483_647);
    expect(errors).toBeUndefined();
    expect(data?.['stats'].buckets.length).toBeGreaterThan(25);
    expect((await stats('9999-12-31T23:59:59Z')).errors).toBeUndefined();
  });

  it.each([0, -1, -2_147_483_648])('refuse buckets of %i seconds', async (seconds) => {
    const answer = await stats(new Date(clock.now()), seconds);
    expect(reasons(answer)).toEqual(['BAD_USER_INPUT/bucketSeconds']);
    expect(answer.data).toEqual({ stats: null });
  });

  it('answer two thousand buckets and no more', async () => {
    const most = await stats(new Date(clock.now() - 1_999_999), 1);
    expect(most.data?.['stats'].buckets).toHaveLength(2_000);
    const more = await stats(new Date(clock.now() - 2_000_000), 1);
    expect(reasons(more)).toEqual(['BAD_USER_INPUT/bucketSeconds']);
    expect(reasons(await stats('0000-01-01T00:00:00Z', 1))).toEqual([
      'BAD_USER_INPUT/bucketSeconds',
    ]);
  });

  it('are for admins', async () => {
    const { accessToken: token } = await register(server.url, 'eve@example.com', PASSWORD);
    const variables = { since: new Date(clock.now()) };
    const answer = await ask(server.url, STATS, { token, variables });
    expect(reasons(answer)).toEqual(['FORBIDDEN/SCOPE_MISSING']);
    expect(reasons(await ask(server.url, STATS, { variables }))).toEqual([
      'UNAUTHENTICATED/NO_TOKEN',
    ]);
  });
});

it('all buckets cost one statement, and the totals one each for those who ask', async () => {
  const own = await startServerBehindProxy();
  const { accessToken: token } = await login(own.url, ADMIN.email, ADMIN.password);
  const variables = { since: new Date(Date.now() - 600_000) };
  const cost = async (fields: string) => {
    own.proxy.statements.length = 0;
    const query = `query ($since: DateTime!) { stats(since: $since) { ${fields} } }`;
    expect((await ask(own.url, query, { token, variables })).errors).toBeUndefined();
    return own.proxy.statements.length;
  };
  expect(await cost('buckets { at logins endedSessions }')).toBe(1);
  expect(await cost('buckets { at } users')).toBe(2);
  expect(await cost('buckets { at } users activeSessions')).toBe(3);
  await own.stop();
});
