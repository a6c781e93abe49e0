import { migrate } from '../../src/database/index.js';
import { ask, reasons, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import { describeWith } from '../support/debian.js';
import { spawnServer } from '../support/process.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { REDIS_SERVER, startRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { startReplicatedPair } from '../support/replicated-pair.js';
import type { ReplicatedPair } from '../support/replicated-pair.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { LONG, PASSWORD, primaryOf } from './support.js';

const CRITICAL = '{ mySessions { current } }';
const UNAVAILABLE = ['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE'];

describe.each(['PostgreSQL', 'Redis'])('a standby, with sessions in %s,', (store) => {
  const programs = store === 'Redis' ? [...POSTGRES_15, REDIS_SERVER] : POSTGRES_15;
  describeWith(programs)('of the database', () => standbySuite(store));
});

function standbySuite(store: string): void {
  let redis: TestRedis | undefined;
  let pair: ReplicatedPair;
  let proxy: Proxy;
  let server: TestServer;
  beforeAll(async () => {
    pair = await startReplicatedPair();
    proxy = await startProxy(pair.primary.url);
    redis = store === 'Redis' ? await startRedis() : undefined;
    server = await startTestServer({ database: primaryOf(pair, proxy.url, redis?.url) });
    await pair.caughtUp();
  }, LONG);
  afterAll(async () => {
    await server.stop();
    await proxy.stop();
    await pair.stop();
    await redis?.stop();
  }, LONG);

  it('as DATABASE_URL is refused in one line, without the password', async () => {
    const url = new URL(pair.standby.url);
    url.password = 'nobody-may-see-this';
    await expect(migrate(url.href)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(/^DATABASE_URL leads to a standby[^\n]*primary\.$/),
    });
    const failure = await spawnServer(url.href).catch((error: unknown) => String(error));
    expect(failure).toMatch(/exited with 1: [\s\S]*leads to a standby/);
    expect(failure).not.toMatch(/nobody-may-see-this|\n {4}at /);
  });

  it(
    'that takes the place of the primary is not believed: checks and logins refuse, plain @auth goes on, nobody is logged out',
    async () => {
      await pair.pauseReplay();
      // The standby does not know this session.
      const { accessToken: token, refreshToken } = await register(
        server.url,
        'new@example.com',
        PASSWORD,
      );
      const check = async () => reasons(await ask(server.url, CRITICAL, { token }));
      expect(await check()).toEqual([]);

      proxy.retarget(pair.standby.url);
      proxy.cut();
      const demoted = performance.now();
      expect(await check()).toEqual(UNAVAILABLE);
      await until(() => (server.node.following.markAge() ?? 0) > 2_000);
      expect(server.node.following.markAge()).toBeLessThan(performance.now() - demoted + 2_000);
      expect(await check()).toEqual(UNAVAILABLE);
      expect(reasons(await ask(server.url, '{ me { id } }', { token }))).toEqual([]);
      // Neither "wrong password" nor "no such session" of what it has not heard of yet.
      const retryable = {
        errors: [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }],
      };
      expect(await tryLogin(server.url, 'new@example.com', PASSWORD)).toMatchObject(retryable);
      expect(await tryRefresh(server.url, refreshToken)).toMatchObject(retryable);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

      proxy.retarget(pair.primary.url);
      proxy.cut();
      await until(async () => (await check()).length === 0);
      await until(() => (server.node.following.markAge() ?? Infinity) < 1_500);
      await refresh(server.url, refreshToken);
      await pair.resumeReplay();
    },
    LONG,
  );
}
