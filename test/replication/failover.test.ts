import { ask, login, reasons, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { describeWith } from '../support/debian.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { startReplicatedPair } from '../support/replicated-pair.js';
import type { ReplicatedPair } from '../support/replicated-pair.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { LONG, PASSWORD, primaryOf } from './support.js';

const REVOKED = ['UNAUTHENTICATED/SESSION_REVOKED'];
const XMAX = 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint::int AS xmax';

describeWith(POSTGRES_15)('an asynchronous fail-over', () => {
  let pair: ReplicatedPair;
  let nodes: [TestServer, TestServer];
  beforeAll(async () => {
    pair = await startReplicatedPair();
    const database = primaryOf(pair);
    nodes = [await startTestServer({ database }), await startTestServer({ database })];
  }, LONG);
  afterAll(async () => {
    for (const node of nodes) await node.stop();
    await pair.stop();
  }, LONG);

  const plain = async ({ url }: TestServer, { accessToken: token }: Tokens) =>
    reasons(await ask(url, '{ me { id } }', { token }));
  const everywhere = async (tokens: Tokens, expected: string[]) => {
    for (const node of nodes) {
      await until(
        async () => JSON.stringify(await plain(node, tokens)) === JSON.stringify(expected),
      );
    }
  };
  const revoke = async (admin: Tokens, { session }: Tokens) => {
    const mutation = `mutation { revokeSession(id: "${session.id}") { id } }`;
    const answer = await ask(nodes[0].url, mutation, { token: admin.accessToken });
    expect(answer.errors).toBeUndefined();
  };

  it(
    'that loses a revocation and issues its number once more: all nodes agree with the new primary',
    async () => {
      const { url } = nodes[0];
      const admin = await login(url, ADMIN.email, ADMIN.password);
      const lost = await register(url, 'lost@example.com', PASSWORD);
      const kept = await register(url, 'kept@example.com', PASSWORD);
      const later = await register(url, 'later@example.com', PASSWORD);
      // Whom a node has met before, it can show to themselves.
      for (const tokens of [lost, kept, later]) await everywhere(tokens, []);
      await revoke(admin, kept);
      await everywhere(kept, REVOKED);
      await pair.caughtUp();

      pair.cutReplication();
      await revoke(admin, lost);
      await everywhere(lost, REVOKED);
      for (let n = 0; n < 500; n += 1) await pair.primary.query('SELECT pg_current_xact_id()');
      const [seen] = await pair.primary.query<{ xmax: number }>(XMAX);

      await pair.failOver();
      await until(() => nodes.every(({ node }) => (node.following.markAge() ?? Infinity) < 1_500));
      await everywhere(lost, []);
      await everywhere(kept, REVOKED);

      // Its number is one that the nodes had seen before.
      await revoke(admin, later);
      await everywhere(later, REVOKED);
      const [now] = await pair.standby.query<{ xmax: number }>(XMAX);
      expect(now!.xmax).toBeLessThan(seen!.xmax);
      await revoke(admin, lost);
      await everywhere(lost, REVOKED);
    },
    LONG,
  );
});
