import pg from 'pg';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, reasons, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { guardedSchema } from '../support/guarded-schema.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const REVOKED = ['UNAUTHENTICATED/SESSION_REVOKED'];
const UNAVAILABLE = ['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE'];

let database: TestDatabase;
let nodes: [ServerBehindProxy, ServerBehindProxy];
/** The sessions that each node was told of, as often as it was. */
let told: [string[], string[]];
let names = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  nodes = [await startServerBehindProxy({ database }), await startServerBehindProxy({ database })];
  told = [[], []];
  nodes.forEach(({ node }, index) =>
    node.deps.denylist.onAdded((revocation) => {
      if (revocation.kind === 'sessions') told[index]?.push(...revocation.sessionIds);
    }),
  );
}, 60_000);
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
}, 60_000);

const markAge = ({ node }: ServerBehindProxy) => node.following.markAge() ?? Infinity;
afterEach(() => {
  for (const { proxy } of nodes) proxy.heal();
});
beforeEach(() => until(() => nodes.every((node) => markAge(node) < 1_500)));

const signedIn = (): Promise<Tokens> => {
  names += 1;
  return register(nodes[0].url, `user${names}@example.com`, PASSWORD);
};
const plain = async ({ url }: ServerBehindProxy, { accessToken: token }: Tokens) =>
  reasons(await ask(url, '{ me { id } }', { token }));
const critical = async ({ url }: ServerBehindProxy, { accessToken: token }: Tokens) =>
  reasons(await ask(url, '{ mySessions { id } }', { token }));
const timesTold = (index: 0 | 1, { session }: Tokens) =>
  told[index].filter((id) => id === session.id).length;

async function logOut({ url }: ServerBehindProxy, { refreshToken }: Tokens): Promise<void> {
  const answer = await ask(url, `mutation { logout(refreshToken: "${refreshToken}") }`);
  expect(answer.data).toEqual({ logout: true });
}

async function refusedOn(node: ServerBehindProxy, tokens: Tokens): Promise<void> {
  await until(async () => (await plain(node, tokens)).length > 0);
  expect(await plain(node, tokens)).toEqual(REVOKED);
}

const END = 'UPDATE sessions SET ended_at = clock_timestamp(), ended_reason = $2 WHERE id = $1';
const WRITE = `INSERT INTO revocations (at, kind, reason, session_ids)
  VALUES (clock_timestamp(), 'sessions', 'SESSION_REVOKED', ARRAY[$1::uuid])`;

describe('a revocation that is written first and committed last', () => {
  it.each(['with a ring', 'without a ring'])('reaches every node, %s', async (ring) => {
    const [first, second, other] = [await signedIn(), await signedIn(), await signedIn()];
    const writer = new pg.Client({ connectionString: database.url });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(END, [first.session.id, 'revoked']);
    await writer.query(WRITE, [first.session.id]);
    for (const tokens of [second, other]) {
      await logOut(nodes[0], tokens);
      for (const node of nodes) await refusedOn(node, tokens);
    }
    for (const node of nodes) expect(await plain(node, first)).toEqual([]);
    if (ring === 'with a ring') await writer.query("SELECT pg_notify('portcullis', '')");
    await writer.query('COMMIT');
    await writer.end();
    for (const node of nodes) await refusedOn(node, first);
    // The node that wrote it knew it before its own look found it.
    expect([timesTold(0, first), timesTold(1, first)]).toEqual([1, 1]);
    expect([timesTold(1, second), timesTold(1, other)]).toEqual([1, 1]);
  });
});

it('a doorbell whose connection is ended loses nothing', async () => {
  const tokens = await signedIn();
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'portcullis-feed'`);
  await logOut(nodes[0], tokens);
  await refusedOn(nodes[1], tokens);
  // The new connection listens: rings arrive long before the next look is due.
  const next = await signedIn();
  await logOut(nodes[0], next);
  await refusedOn(nodes[1], next);
});

it('a feed that is a black hole: bounds are kept by asking the store, and it catches up by itself', async () => {
  const known = await signedIn();
  await logOut(nodes[0], known);
  await refusedOn(nodes[1], known);
  const [tokens, living] = [await signedIn(), await signedIn()];
  const foreign = guardedSchema(nodes[1].proxy.url, nodes[1].node.following.markAge);
  const { accessTokens } = nodes[1].node.deps;
  // Old enough for its issue to say nothing; the mark alone is new.
  const token = { ...accessTokens.verify(tokens.accessToken), issuedAt: 0 };
  const bounded = async () => (await foreign.ask('{ bounded }', token)).data;
  expect(await bounded()).toEqual({ bounded: 'bounded' });

  nodes[1].proxy.blackHoleFeed();
  await logOut(nodes[0], tokens);
  const revoked = performance.now();
  await until(async () => (await bounded())?.['bounded'] === null);
  expect(performance.now() - revoked).toBeLessThan(6_500);
  expect(await plain(nodes[1], tokens)).toEqual([]);
  const crowd = await Promise.all(Array.from({ length: 50 }, () => plain(nodes[1], living)));
  expect(crowd.flat()).toEqual([]);
  await until(async () => (await critical(nodes[1], living)).length === 0);
  expect(markAge(nodes[1])).toBeGreaterThan(3_000);

  nodes[1].proxy.heal();
  await refusedOn(nodes[1], tokens);
  expect(markAge(nodes[1])).toBeLessThan(4_000);
  await foreign.close();
}, 60_000);

it('a network that is a black hole: what asks the store is refused, the rest goes on, and all recovers by itself', async () => {
  const [tokens, living] = [await signedIn(), await signedIn()];
  // Whom a node has never met, it cannot show to themselves.
  for (const met of [tokens, living]) expect(await plain(nodes[1], met)).toEqual([]);
  nodes[1].proxy.blackHole();
  await logOut(nodes[0], tokens);
  const crowd = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const sent = performance.now();
      const answer = await critical(nodes[1], living);
      return { answer, took: performance.now() - sent, plain: await plain(nodes[1], living) };
    }),
  );
  for (const { answer, took, plain: open } of crowd) {
    expect(answer).toEqual(UNAVAILABLE);
    // A second, and what a busy machine adds for a crowd.
    expect(took).toBeLessThan(8_000);
    expect(open).toEqual([]);
  }
  await until(() => markAge(nodes[1]) > 3_000);
  expect(await plain(nodes[1], tokens)).toEqual([]);
  nodes[1].proxy.heal();
  await refusedOn(nodes[1], tokens);
  await until(async () => (await critical(nodes[1], living)).length === 0);
  nodes[1].proxy.cut();
}, 60_000);
