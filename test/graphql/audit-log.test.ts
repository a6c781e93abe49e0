import { ask, login, reasons, refresh, register, tryLogin } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
let server: TestServer;
let admin: Tokens;
let ada: Tokens;
beforeAll(async () => {
  server = await startTestServer();
  ada = await register(server.url, 'ada@example.com', PASSWORD);
  await tryLogin(server.url, 'ada@example.com', 'a wrong password');
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(() => server.stop());

const LOG = `query ($filter: AuditFilter, $first: Int! = 50, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    edges {
      cursor
      node { id at type actor { id email } user { id email } sessionId ip detail }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Event {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly detail: string | null;
}
interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Event }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const log = (variables: object = {}, token = admin.accessToken): Promise<Answer> =>
  ask(server.url, LOG, { token, variables: { ...variables } });

async function page(variables: object = {}): Promise<Page> {
  const answer = await log(variables);
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data['auditLog'] as Page;
}

const nodes = async (filter: object) => (await page({ filter })).edges.map(({ node }) => node);
const types = async (filter: object) => (await nodes(filter)).map(({ type }) => type);

describe('the audit log', () => {
  it('says what happened, to whom and by whom, newest first', async () => {
    const revoke = 'mutation ($id: ID!) { revokeSession(id: $id, reason: "stolen") { id } }';
    const other = await login(server.url, 'ada@example.com', PASSWORD);
    const variables = { id: other.session.id };
    await ask(server.url, revoke, { token: admin.accessToken, variables });
    const [newest, before] = await nodes({ userId: ada.user.id });
    expect(newest).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/^20.*Z$/),
      type: 'session.revoked',
      actor: { id: admin.user.id, email: ADMIN.email },
      user: { id: ada.user.id, email: 'ada@example.com' },
      sessionId: other.session.id,
      ip: '127.0.0.1',
      detail: 'stolen',
    });
    expect(before).toMatchObject({ type: 'session.started', actor: null, sessionId: variables.id });
  });

  it('reads the accounts of a page at once, and shows those that are gone as null', async () => {
    const gone = '0190a5d2-0000-7000-8000-000000000001';
    await server.database.query(
      `INSERT INTO audit_events (id, at, type, actor_id, user_id)
       VALUES (gen_random_uuid(), now(), 'test.gone', $1, $2)`,
      [gone, ada.user.id],
    );
    expect(await nodes({ type: 'test.gone' })).toMatchObject([
      { actor: null, user: { id: ada.user.id } },
    ]);
  });

  it('is read in pages that nothing new disturbs', async () => {
    const filter = { userId: ada.user.id };
    const whole = (await nodes(filter)).map(({ id }) => id);
    expect(whole.length).toBeGreaterThan(3);
    const read: string[] = [];
    for (let after: string | null = null; ;) {
      const { edges, pageInfo }: Page = await page({ filter, first: 2, after });
      expect(edges.at(-1)?.cursor ?? null).toBe(pageInfo.endCursor);
      read.push(...edges.map(({ node }) => node.id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
      await login(server.url, 'ada@example.com', PASSWORD);
    }
    expect(read).toEqual(whole);
    expect(await page({ first: 0 })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: true, endCursor: null },
    });
  });

  it('is filtered by type, user, session and time, all of them together', async () => {
    const tokens = await register(server.url, 'bob@example.com', PASSWORD);
    const again = await refresh(server.url, tokens.refreshToken);
    await ask(server.url, 'mutation { logout }', { token: again.accessToken });
    const sessionId = tokens.session.id;
    const userId = tokens.user.id;
    const ended = ['session.logged-out', 'session.refreshed', 'session.started'];
    expect(await types({ sessionId })).toEqual(ended);
    expect(await types({ userId })).toEqual([...ended, 'user.registered']);
    expect(await types({ userId, type: 'session.refreshed' })).toEqual(['session.refreshed']);
    expect(await types({ userId: userId.toUpperCase(), sessionId })).toEqual(ended);
    expect(await types({ userId: ada.user.id, sessionId })).toEqual([]);
    const [last, middle] = await nodes({ sessionId });
    expect(await types({ sessionId, until: last?.at })).toEqual(ended.slice(1));
    expect(await types({ sessionId, since: middle?.at })).toEqual(ended.slice(0, 2));
    expect(await types({ sessionId, since: middle?.at, until: last?.at })).toEqual([ended[1]]);
    expect(await types({ since: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  it.each(["' OR 1=1 --", 'no-uuid', '', '%'])('finds nothing for %j as an id', async (id) => {
    expect(await types({ userId: id })).toEqual([]);
    expect(await types({ sessionId: id })).toEqual([]);
    expect(await types({ type: id })).toEqual([]);
  });

  it.each<[string, object]>([
    ['first', { first: -1 }],
    ['first', { first: 501 }],
    ['after', { after: 'no cursor' }],
    ['after', { after: 'x'.repeat(300) }],
    ['filter.type', { filter: { type: 'a\u0000b' } }],
    ['filter.userId', { filter: { userId: 'x'.repeat(300) } }],
    ['filter.sessionId', { filter: { sessionId: '\u0007' } }],
  ])('refuses bad input by its path: %s', async (path, variables) => {
    const answer = await log(variables);
    expect(reasons(answer)).toEqual([`BAD_USER_INPUT/${path}`]);
    expect(answer.data).toEqual({ auditLog: null });
  });

  it('is for admins', async () => {
    expect(reasons(await log({}, ada.accessToken))).toEqual(['FORBIDDEN/SCOPE_MISSING']);
    expect(reasons(await ask(server.url, LOG))).toEqual(['UNAUTHENTICATED/NO_TOKEN']);
  });

  it('is bounded at 30 seconds', async () => {
    const { data } = await ask(server.url, '{ fieldPolicies { coordinate scopes maxStale } }');
    expect(data?.['fieldPolicies']).toContainEqual({
      coordinate: 'Query.auditLog',
      scopes: [['admin']],
      maxStale: 30,
    });
  });
});
