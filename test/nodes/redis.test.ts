import { setTimeout as delay } from 'node:timers/promises';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import type { ServerProcess } from '../support/process.js';
import { describeWithRedis, startRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { ADMIN } from '../support/server.js';

const PASSWORD = 'a password of some length';
const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';

describeWithRedis('three nodes on one database and one Redis', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let nodes: ServerProcess[];
  const url = (index: number): string => nodes[index % nodes.length]?.url ?? '';
  const start = (): Promise<ServerProcess> =>
    spawnServer(database.url, { SESSION_STORE: 'redis', REDIS_URL: redis.url });

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
    nodes = await Promise.all([start(), start(), start()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
    await database.drop();
  });

  const critical = async (index: number, token: string) =>
    reasons(await ask(url(index), '{ mySessions { id } }', { token }));

  it('30 parallel refreshes of one token get one successor, and nobody is logged out', async () => {
    let tokens = await register(url(0), 'race@example.com', PASSWORD);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { refreshToken } = tokens;
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => refresh(url(index), refreshToken)),
      );
      expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
      tokens = answers[round % 30] as Tokens;
      expect(await critical(round, tokens.accessToken)).toEqual([]);
    }
    const key = `portcullis:session:${tokens.session.id}`;
    expect(await redis.client.hget(key, 'counter')).toBe(String(ROUNDS));
    const text = `SELECT count(*)::int AS n FROM audit_events
      WHERE type = 'session.refreshed' AND session_id = $1`;
    expect(await database.query(text, [tokens.session.id])).toEqual([{ n: ROUNDS }]);
  }, 300_000);

  it('a logout on one is felt at once on all, by refresh and by critical fields', async () => {
    const { accessToken: token, refreshToken } = await register(
      url(0),
      'out@example.com',
      PASSWORD,
    );
    for (const index of [0, 1, 2]) expect(await critical(index, token)).toEqual([]);
    await ask(url(0), LOGOUT, { variables: { t: refreshToken } });
    for (const index of [2, 1, 0]) {
      expect(reasons(await tryRefresh(url(index), refreshToken))).toEqual([
        'REFRESH_REJECTED/SESSION_REVOKED',
      ]);
      expect(await critical(index, token)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
  });

  it('refreshes that race what ends their session leave nothing alive on any', async () => {
    const admin = await login(url(0), ADMIN.email, ADMIN.password);
    await register(url(0), 'ada@example.com', PASSWORD);
    const device = `mutation ($user: ID!, $device: ID!) {
      revokeUserSessions(userId: $user, deviceId: $device)
    }`;
    for (let round = 0; round < ROUNDS; round += 1) {
      const tokens = await login(url(round), 'ada@example.com', PASSWORD);
      const variables = { user: tokens.user.id, device: tokens.session.device.id };
      const end = () =>
        round % 2 === 0
          ? ask(url(round), device, { token: admin.accessToken, variables })
          : ask(url(round), LOGOUT, { variables: { t: tokens.refreshToken } });
      const [ended, refreshed] = await Promise.all([
        delay(round % 5).then(end),
        tryRefresh(url(round + 1), tokens.refreshToken),
      ]);
      expect(reasons(ended)).toEqual([]);
      const returned = refreshed.data?.['refresh'] as Tokens | null;
      for (const each of returned ? [tokens, returned] : [tokens]) {
        expect((await tryRefresh(url(round + 2), each.refreshToken)).data).toEqual({
          refresh: null,
        });
        expect(await critical(round + 2, each.accessToken)).toEqual([
          'UNAUTHENTICATED/SESSION_REVOKED',
        ]);
      }
    }
  }, 300_000);

  it('a node that is killed after a refresh leaves the same successor to another', async () => {
    const { refreshToken } = await register(url(0), 'crash@example.com', PASSWORD);
    const doomed = await start();
    const lost = await refresh(doomed.url, refreshToken);
    await doomed.stop('SIGKILL');
    const retried = await refresh(url(1), refreshToken);
    expect(retried.refreshToken).toBe(lost.refreshToken);
    await refresh(url(2), retried.refreshToken);
  }, 60_000);

  it('a node that stops in order exits with 0, Redis there or not', async () => {
    const node = await start();
    await redis.kill();
    expect(await node.stop()).toBe(0);
    await redis.start();
    expect(node.output()).not.toMatch(/Unhandled|\n {4}at /);
  }, 60_000);
});
