import { ask, login, reasons, refresh, register, tryLogin } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { audited } from '../support/audit.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const DISABLE = `mutation ($id: ID!, $until: DateTime, $reason: String) {
  disableUser(id: $id, until: $until, reason: $reason) { status disabledUntil } }`;
const ENABLE = 'mutation ($id: ID!) { enableUser(id: $id) { status disabledUntil } }';

const clock = new TestClock();
let server: TestServer;
let admin: Tokens;
beforeAll(async () => {
  server = await startTestServer({ clock });
});
beforeEach(async () => {
  clock.advance(1_000);
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(() => server.stop());

const asAdmin = (query: string, variables: Record<string, unknown> = {}) =>
  ask(server.url, query, { token: admin.accessToken, variables });
const signIn = async (email: string) => reasons(await tryLogin(server.url, email, PASSWORD));

async function someone(email: string): Promise<Tokens> {
  clock.advance(1_000);
  return register(server.url, email, PASSWORD);
}

describe('disabling an account', () => {
  const DISABLED = ['ACCOUNT_DISABLED/ACCOUNT_DISABLED'];

  it('ends its sessions and bars it until it is enabled; the old sessions stay ended', async () => {
    const { user, accessToken: token, refreshToken } = await someone('bar@example.com');
    const { id } = user;
    expect((await asAdmin(DISABLE, { id, reason: 'left' })).data).toEqual({
      disableUser: { status: 'DISABLED', disabledUntil: null },
    });
    expect(await signIn('bar@example.com')).toEqual(DISABLED);
    expect(reasons(await ask(server.url, '{ me { id } }', { token }))).toEqual([
      'UNAUTHENTICATED/ACCOUNT_DISABLED',
    ]);
    expect((await asAdmin(ENABLE, { id })).data).toEqual({
      enableUser: { status: 'ACTIVE', disabledUntil: null },
    });
    expect(await signIn('bar@example.com')).toEqual([]);
    expect(reasons(await ask(server.url, '{ me { id } }', { token }))).toEqual([
      'UNAUTHENTICATED/SESSION_REVOKED',
    ]);
    await expect(refresh(server.url, refreshToken)).rejects.toThrow('SESSION_REVOKED');
    const events = [
      ...(await audited(server.database, 'user.disabled')),
      ...(await audited(server.database, 'user.enabled')),
    ];
    expect(events).toEqual([
      expect.objectContaining({ actor_id: admin.user.id, user_id: id, detail: 'left' }),
      expect.objectContaining({ actor_id: admin.user.id, user_id: id, detail: null }),
    ]);
  });

  it('until a time bars it until that time', async () => {
    const { user, refreshToken } = await someone('until@example.com');
    const until = new Date(clock.now() + 60_000).toISOString();
    expect((await asAdmin(DISABLE, { id: user.id, until })).data).toEqual({
      disableUser: { status: 'DISABLED', disabledUntil: until },
    });
    clock.advance(59_000);
    expect(await signIn('until@example.com')).toEqual(DISABLED);
    clock.advance(2_000);
    expect(await signIn('until@example.com')).toEqual([]);
    const query = 'query ($id: ID!) { user(id: $id) { status disabledUntil } }';
    expect((await asAdmin(query, { id: user.id })).data).toEqual({
      user: { status: 'ACTIVE', disabledUntil: null },
    });
    await expect(refresh(server.url, refreshToken)).rejects.toThrow('SESSION_REVOKED');
  });

  it('until a time that has passed is bad input', async () => {
    const until = new Date(clock.now()).toISOString();
    const answer = await asAdmin(DISABLE, { id: admin.user.id, until });
    expect(reasons(answer)).toEqual(['BAD_USER_INPUT/until']);
  });

  it('of oneself ends the session that did it', async () => {
    const boss = await someone('boss@example.com');
    const set = 'mutation ($id: ID!) { setUserScopes(id: $id, scopes: ["admin"]) { scopes } }';
    await asAdmin(set, { id: boss.user.id });
    const { accessToken: token } = await refresh(server.url, boss.refreshToken);
    const variables = { id: boss.user.id };
    expect((await ask(server.url, DISABLE, { token, variables })).errors).toBeUndefined();
    expect((await ask(server.url, DISABLE, { token, variables })).status).toBe(401);
  });
});

describe('the lists', () => {
  interface Page {
    edges: { node: { id: string }; cursor: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    totalCount: number;
  }
  const USERS = `query ($search: String, $status: UserStatus, $first: Int! = 2, $after: String) {
    list: users(search: $search, status: $status, first: $first, after: $after) {
      edges { node { id } cursor } pageInfo { hasNextPage endCursor } totalCount } }`;
  const SESSIONS = `query ($filter: SessionFilter, $first: Int! = 2, $after: String) {
    list: sessions(filter: $filter, first: $first, after: $after) {
      edges { node { id } cursor } pageInfo { hasNextPage endCursor } totalCount } }`;
  const page = async (query: string, variables: object): Promise<Page> =>
    (await asAdmin(query, { ...variables })).data?.['list'] as Page;
  const ids = ({ edges }: Page): string[] => edges.map(({ node }) => node.id);

  it('of users are stable, newest first, while accounts are added', async () => {
    const made = [];
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) made.push(await someone(`${name}@page.com`));
    const newest = made.map(({ user }) => user.id).reverse();
    const search = '@PAGE.com';
    const first = await page(USERS, { search });
    expect(ids(first)).toEqual(newest.slice(0, 2));
    await someone('p6@page.com');
    const second = await page(USERS, { search, after: first.pageInfo.endCursor });
    const third = await page(USERS, { search, after: second.pageInfo.endCursor });
    expect([...ids(second), ...ids(third)]).toEqual(newest.slice(2));
    expect(third.pageInfo.hasNextPage).toBe(false);
    expect([first.totalCount, third.totalCount]).toEqual([5, 6]);
    expect(second.pageInfo.endCursor).toBe(second.edges[1]?.cursor);
    const exact = await page(USERS, { search, first: 6 });
    expect([exact.edges.length, exact.pageInfo.hasNextPage]).toEqual([6, false]);
    const past = await page(USERS, { search, after: third.pageInfo.endCursor });
    expect(past).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
    expect(ids(await page(USERS, { search, first: 0 }))).toEqual([]);
  });

  it('of users filter by status, and read % and _ as they stand', async () => {
    const { user } = await someone('a_b@filter.com');
    await someone('axb@filter.com');
    await asAdmin(DISABLE, { id: user.id });
    expect(ids(await page(USERS, { search: 'filter', status: 'DISABLED' }))).toEqual([user.id]);
    expect((await page(USERS, { search: 'filter', status: 'ACTIVE' })).totalCount).toBe(1);
    expect(ids(await page(USERS, { search: 'a_b@' }))).toEqual([user.id]);
    for (const search of ['%@filter', '\\', "'", '"']) {
      expect((await page(USERS, { search })).totalCount).toBe(0);
    }
  });

  it('of sessions are stable, and filter by all that the contract names', async () => {
    const since = new Date(clock.now() + 500).toISOString();
    const first = await someone('s@example.com');
    clock.advance(1_000);
    const until = new Date(clock.now()).toISOString();
    const rest = [];
    for (const id of ['phone', 'phone', 'tv']) {
      clock.advance(1_000);
      rest.push(await login(server.url, 's@example.com', PASSWORD, { id }));
    }
    const newest = [first, ...rest].map(({ session }) => session.id).reverse();
    const filter = { userId: first.user.id };
    const one = await page(SESSIONS, { filter });
    clock.advance(1_000);
    await login(server.url, 's@example.com', PASSWORD, { id: 'late' });
    const two = await page(SESSIONS, { filter, after: one.pageInfo.endCursor });
    expect([...ids(one), ...ids(two)]).toEqual(newest);
    const total = async (more: object) =>
      (await page(SESSIONS, { filter: { ...filter, ...more } })).totalCount;
    expect(await total({})).toBe(5);
    expect(await total({ deviceId: 'phone' })).toBe(2);
    expect(await total({ ip: '127.0.0.1' })).toBe(5);
    expect(await total({ ip: '10.0.0.1' })).toBe(0);
    expect(await total({ since, until })).toBe(1);
    await ask(server.url, 'mutation { logout }', { token: first.accessToken });
    expect([await total({ status: 'ENDED' }), await total({ status: 'ACTIVE' })]).toEqual([1, 4]);
    const own = 'query ($id: ID!) { user(id: $id) { sessions { id status } } }';
    const all = (await asAdmin(own, { id: first.user.id })).data?.['user'].sessions as object[];
    expect(all).toHaveLength(5);
    expect(all.at(-1)).toEqual({ id: first.session.id, status: 'ENDED' });
  });

  it('refuse what is no cursor of theirs and pages out of range', async () => {
    const uuid = Buffer.from('id:zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz').toString('base64url');
    for (const query of [USERS, SESSIONS]) {
      for (const after of ['', 'x', uuid, "' OR 1=1 --", 'aWQ6', 'x'.repeat(5_000)]) {
        expect(reasons(await asAdmin(query, { after }))).toEqual(['BAD_USER_INPUT/after']);
      }
      for (const first of [-1, 501]) {
        expect(reasons(await asAdmin(query, { first }))).toEqual(['BAD_USER_INPUT/first']);
      }
      const endless = await asAdmin(query, { first: 2_147_483_647 });
      expect(reasons(endless)).toEqual(['BAD_USER_INPUT/query.cost']);
    }
  });
});
