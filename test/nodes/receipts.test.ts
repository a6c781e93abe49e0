import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ask, login, reasons, register } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
let database: TestDatabase;
let nodes: ServerBehindProxy[];
let admin: Tokens;
beforeAll(async () => {
  database = await createTestDatabase();
  nodes = [];
  for (let n = 0; n < 3; n += 1) nodes.push(await startServerBehindProxy({ database }));
  admin = await login(nodes[0]!.url, ADMIN.email, ADMIN.password);
}, 60_000);
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
});

interface Receipts {
  readonly path: string;
  readonly nodes: {
    readonly id: string;
    readonly name: string;
    readonly appliedAfterMs: number | null;
  }[];
}
const asAdmin = (query: string, variables = {}) =>
  ask(nodes[0]!.url, query, { token: admin.accessToken, variables });
const receiptsOf = (answer: Answer) =>
  (answer as { extensions?: { portcullis?: { receipts?: Receipts[] } } }).extensions?.portcullis
    ?.receipts;
const ids = () => nodes.map(({ node }) => node.following.identity.id);

describe('the receipts of a revocation', () => {
  it('name every node and when it applied it', async () => {
    const { session, user } = await register(nodes[1]!.url, 'ada@example.com', PASSWORD);
    const answer = await asAdmin(`mutation {
      one: revokeSession(id: "${session.id}", awaitNodesMs: 5000) { status }
      two: revokeUserSessions(userId: "${user.id}", awaitNodesMs: 5000)
      three: disableUser(id: "${user.id}", awaitNodesMs: 5000) { status }
    }`);
    expect(reasons(answer)).toEqual([]);
    const receipts = receiptsOf(answer)!;
    expect(receipts.map(({ path }) => path)).toEqual(['one', 'two', 'three']);
    for (const { nodes: said } of receipts) {
      expect(said.map(({ id }) => id).sort()).toEqual(ids().sort());
      for (const { appliedAfterMs } of said) expect(appliedAfterMs).toBeGreaterThanOrEqual(0);
    }
  });

  it('are true: who said so refuses', async () => {
    const { session, accessToken: token } = await register(
      nodes[1]!.url,
      'eve@example.com',
      PASSWORD,
    );
    await asAdmin(`mutation { revokeSession(id: "${session.id}", awaitNodesMs: 5000) { id } }`);
    for (const { url } of nodes) {
      const answer = await ask(url, '{ me { id } }', { token });
      expect(reasons(answer)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
  });

  it('are not asked for unless somebody wants them', async () => {
    const { session } = await register(nodes[1]!.url, 'bob@example.com', PASSWORD);
    const answer = await asAdmin(`mutation { revokeSession(id: "${session.id}") { status } }`);
    expect(receiptsOf(answer)).toBeUndefined();
  });

  it('say which node has not heard of it within the time; revoked is revoked all the same', async () => {
    const { session } = await register(nodes[1]!.url, 'cut@example.com', PASSWORD);
    nodes[2]!.proxy.freeze();
    const answer = await asAdmin(
      `mutation { revokeSession(id: "${session.id}", awaitNodesMs: 300) { status } }`,
    );
    expect(answer.data).toEqual({ revokeSession: { status: 'ENDED' } });
    const missing = receiptsOf(answer)![0]!.nodes.filter((node) => node.appliedAfterMs === null);
    expect(missing.map(({ id }) => id)).toEqual([ids()[2]]);
    nodes[2]!.proxy.heal();
  });

  it.each([-1, 10_001])('a wait of %i ms is refused', async (awaitNodesMs) => {
    const query = 'mutation ($ms: Int) { revokeSession(id: "x", awaitNodesMs: $ms) { id } }';
    expect(reasons(await asAdmin(query, { ms: awaitNodesMs }))).toEqual([
      'BAD_USER_INPUT/awaitNodesMs',
    ]);
  });
});

describe('the list of nodes', () => {
  it('tells each one with its mark', async () => {
    const { data } = await asAdmin(
      '{ nodes { id name version startedAt seenAt mark lagMs current } }',
    );
    const listed = data!['nodes'] as { id: string; current: boolean; lagMs: number }[];
    expect(listed.map(({ id }) => id)).toEqual(ids());
    expect(listed.map(({ current }) => current)).toEqual([true, false, false]);
    expect(Object.keys(listed[0]!)).toHaveLength(8);
    for (const { lagMs } of listed) expect(lagMs).toBeLessThan(20_000);
    expect(listed.map(({ lagMs }) => typeof lagMs)).toEqual(['number', 'number', 'number']);
  });

  it('no longer has one that has stopped', async () => {
    const leaving = await startServerBehindProxy({ database });
    const { id } = leaving.node.following.identity;
    const listed = async () =>
      ((await asAdmin('{ nodes { id } }')).data!['nodes'] as { id: string }[]).map((n) => n.id);
    expect(await listed()).toContain(id);
    await leaving.stop();
    expect(await listed()).not.toContain(id);
  });

  it('is for admins', async () => {
    expect(reasons(await ask(nodes[0]!.url, '{ nodes { id } }'))).toEqual([
      'UNAUTHENTICATED/NO_TOKEN',
    ]);
  });
});

describe('a bulk act', () => {
  const USERS = 10_000;

  it('on 10,000 users is one row and one ring, felt on every node', async () => {
    const userIds = Array.from({ length: USERS }, () => randomUUID()).sort();
    await database.query(
      `INSERT INTO users (id, email, password_hash, created_at)
       SELECT id, id || '@example.com', '', now() FROM unnest($1::uuid[]) AS u(id)`,
      [userIds],
    );
    await database.query(
      `INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at,
         expires_at, max_expires_at, token_epoch, global_epoch, secret)
       SELECT gen_random_uuid(), id, 'd', now(), now(), now(), now() + interval '1 day',
         now() + interval '1 day', 0, 0, '' FROM unnest($1::uuid[]) AS u(id)`,
      [userIds],
    );
    const listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    let rings = 0;
    listener.on('notification', () => (rings += 1));
    await listener.query('LISTEN portcullis');
    const [before] = await database.query<{ n: string }>('SELECT count(*) AS n FROM revocations');
    const { disableUsers } = await import('../../src/services/index.js');
    const { deps } = nodes[0]!.node;
    const { result } = await disableUsers(deps, undefined, { ids: userIds, reason: 'a drill' });
    expect(result).toBe(USERS);
    const [after] = await database.query<{ n: string }>('SELECT count(*) AS n FROM revocations');
    expect(Number(after!.n) - Number(before!.n)).toBe(1);
    for (const { node } of nodes) {
      const token = { sessionId: 's', userId: userIds.at(-1)!, tokenEpoch: 0, globalEpoch: 0 };
      await until(() => node.deps.denylist.find(token) === 'ACCOUNT_DISABLED');
    }
    await listener.query('SELECT 1');
    expect(rings).toBe(1);
    await listener.end();
  }, 60_000);

  it('with an unknown user among them does nothing', async () => {
    const { user } = await register(nodes[0]!.url, 'dan@example.com', PASSWORD);
    const answer = await asAdmin('mutation ($ids: [ID!]!) { disableUsers(ids: $ids) }', {
      ids: [user.id, randomUUID()],
    });
    expect(reasons(answer)).toEqual(['BAD_USER_INPUT/ids.1']);
    const { data } = await asAdmin(`{ user(id: "${user.id}") { status } }`);
    expect(data).toEqual({ user: { status: 'ACTIVE' } });
  });

  it('answers how many sessions it ended', async () => {
    const one = await register(nodes[0]!.url, 'fay@example.com', PASSWORD);
    await login(nodes[0]!.url, 'fay@example.com', PASSWORD);
    const two = await register(nodes[0]!.url, 'gus@example.com', PASSWORD);
    const answer = await asAdmin('mutation ($ids: [ID!]!) { disableUsers(ids: $ids) }', {
      ids: [one.user.id, two.user.id, one.user.id],
    });
    expect(answer.data).toEqual({ disableUsers: 3 });
  });
});
