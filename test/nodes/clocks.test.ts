import { systemClock } from '../../src/support/clock.js';
import type { Clock } from '../../src/support/clock.js';
import { SyncedClock } from '../../src/support/synced-clock.js';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

/** A machine whose own clock is wrong, by as much as the test says. */
class WrongClock implements Clock {
  constructor(public off: number) {}
  now = () => this.wall();
  monotonic = () => systemClock.monotonic();
  wall = () => systemClock.wall() + this.off;
  latest = () => this.wall();
  forDatabase = () => null;
}

const PASSWORD = 'a password of some length';
const REVOKED = ['UNAUTHENTICATED/SESSION_REVOKED'];
const GRACE = 3_000;
/** Plain fields are bounded too, so that they show what a node takes for the age of its knowledge. */
const env = { AUTH_MAX_STALE: '2s', REFRESH_GRACE: '3s' };

let database: TestDatabase;
let clocks: WrongClock[];
let nodes: TestServer[];
let admin: Tokens;
beforeAll(async () => {
  database = await createTestDatabase();
  clocks = [0, 90_000, -90_000].map((off) => new WrongClock(off));
  nodes = [];
  for (const local of clocks) {
    nodes.push(await startTestServer({ database, env, clock: new SyncedClock(local) }));
  }
  admin = await login(nodes[0]!.url, ADMIN.email, ADMIN.password);
}, 60_000);
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
}, 60_000);

const plain = async ({ url }: TestServer, { accessToken: token }: Tokens) =>
  reasons(await ask(url, '{ me { id } }', { token }));

async function liveAndDie(tokens: Tokens, revoker: TestServer): Promise<void> {
  for (const node of nodes) expect(await plain(node, tokens)).toEqual([]);
  const mutation = `mutation { revokeSession(id: "${tokens.session.id}") { id } }`;
  const answer = await ask(revoker.url, mutation, { token: admin.accessToken });
  expect(answer.errors).toBeUndefined();
  for (const node of nodes) {
    await until(async () => (await plain(node, tokens)).length > 0);
    expect(await plain(node, tokens)).toEqual(REVOKED);
  }
}

it.each([
  ['right', 0],
  ['90 s ahead', 1],
  ['90 s behind', 2],
])('tokens and revocations of a node whose clock is %s hold on all', async (_how, at) => {
  const node = nodes[at]!;
  const tokens = await register(node.url, `user${at}@example.com`, PASSWORD);
  const { issuedAt } = node.node.deps.accessTokens.verify(tokens.accessToken);
  expect(Math.abs(issuedAt * 1_000 - Date.now())).toBeLessThan(5_000);
  for (const other of nodes) {
    const renewed = await refresh(other.url, tokens.refreshToken);
    expect(await plain(node, renewed)).toEqual([]);
  }
  await liveAndDie(tokens, node);
});

it.each([90_000, -90_000])(
  'a clock that jumps by %i ms while the node runs changes nothing',
  async (by) => {
    const tokens = await register(nodes[0]!.url, `jump${by}@example.com`, PASSWORD);
    for (const node of nodes) expect(await plain(node, tokens)).toEqual([]);
    clocks[0]!.off += by;
    for (const node of nodes) expect(await plain(node, tokens)).toEqual([]);
    // A mark never looks newer than it is; the next look makes another.
    await until(() => (nodes[0]!.node.following.markAge() ?? Infinity) < 1_500);
    await liveAndDie(tokens, nodes[0]!);
  },
);

it('a grace ends at one time on all nodes, whatever their clocks say', async () => {
  const { refreshToken } = await register(nodes[0]!.url, 'late@example.com', PASSWORD);
  const next = await refresh(nodes[0]!.url, refreshToken);
  const traded = performance.now();
  const again = nodes.map(({ url }) => refresh(url, refreshToken));
  for (const tokens of await Promise.all(again)) {
    expect(tokens.refreshToken).toBe(next.refreshToken);
  }
  await until(() => performance.now() - traded > GRACE + 500);
  const late = nodes.map(async ({ url }) => reasons(await tryRefresh(url, refreshToken)));
  const told = (await Promise.all(late)).flat();
  // One of them finds the theft, or several at once; the others find the session over.
  expect(told).toContain('REFRESH_REJECTED/REFRESH_REUSED');
  for (const reason of told) expect(reason).toMatch(/REFRESH_REUSED|SESSION_REVOKED/);
});
