import { readConfig } from '../../src/config/index.js';
import { createLog, startServer } from '../../src/server/index.js';
import { ask, login, reasons, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { WITHIN_A_SECOND } from '../support/promised.js';
import { describeWithRedis, startRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { ADMIN, SECRET, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const QUERY = '{ mySessions { current } me { id email } }';
const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';

describeWithRedis('while Redis keeps the sessions', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let server: TestServer;
  let ada: Tokens;
  const env = () => ({ SESSION_STORE: 'redis', REDIS_URL: redis.url });
  const readyz = async () => {
    const response = await fetch(`${server.url}/readyz`);
    return { status: response.status, ...((await response.json()) as { reasons: string[] }) };
  };
  const recovers = () =>
    until(async () => {
      const { errors } = await ask(server.url, QUERY, { token: ada.accessToken });
      return errors === undefined && (await readyz()).status === 200;
    }, 20_000);

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
    server = await startTestServer({ database, env: env() });
    ada = await register(server.url, 'ada@example.com', PASSWORD);
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
    await database.drop();
  });

  /** Neither answer is slow: those who need Redis are refused, the others do not notice. */
  async function expectOutage(): Promise<void> {
    const started = performance.now();
    const both = await ask(server.url, QUERY, { token: ada.accessToken });
    expect(performance.now() - started).toBeLessThan(WITHIN_A_SECOND);
    expect(reasons(both)).toEqual(['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE']);
    expect(both.data).toEqual({
      mySessions: null,
      me: { id: ada.user.id, email: 'ada@example.com' },
    });
    const plain = performance.now();
    const { errors } = await ask(server.url, '{ me { id email } }', { token: ada.accessToken });
    expect(errors).toBeUndefined();
    expect(performance.now() - plain).toBeLessThan(500);
    const UNAVAILABLE = ['STORE_UNAVAILABLE/STORE_UNAVAILABLE'];
    const refresh = await tryRefresh(server.url, ada.refreshToken);
    expect(reasons(refresh)).toEqual(UNAVAILABLE);
    expect(refresh.errors?.[0]?.extensions['retryable']).toBe(true);
    expect(reasons(await tryLogin(server.url, 'ada@example.com', PASSWORD))).toEqual(UNAVAILABLE);
    const variables = { t: ada.refreshToken };
    const logout = await ask(server.url, LOGOUT, { variables });
    expect([logout.data, reasons(logout)]).toEqual([{ logout: null }, UNAVAILABLE]);
    const { status, reasons: why } = await readyz();
    expect([status, why]).toEqual([503, ['Redis does not answer']]);
  }

  it('a frozen one: refused within a second, @auth goes on, all recovers by itself', async () => {
    await recovers();
    redis.freeze();
    await expectOutage();
    await expectOutage();
    redis.thaw();
    await recovers();
  }, 60_000);

  it('frozen: 50 requests at once are all refused within a second or so', async () => {
    await recovers();
    redis.freeze();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const started = performance.now();
        const answer = await ask(server.url, QUERY, { token: ada.accessToken });
        return { answer, took: performance.now() - started };
      }),
    );
    redis.thaw();
    for (const { answer, took } of answers) {
      expect(reasons(answer)).toEqual(['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE']);
      expect(took).toBeLessThan(5_000);
    }
  }, 60_000);

  it('one that was killed and comes back empty: every session is over, new ones start', async () => {
    await recovers();
    const revoked = await login(server.url, 'ada@example.com', PASSWORD);
    await ask(server.url, LOGOUT, { variables: { t: revoked.refreshToken } });
    await redis.kill();
    await expectOutage();
    await redis.start();
    await until(async () => (await readyz()).status === 200, 20_000);
    for (const { refreshToken, accessToken: token } of [ada, revoked]) {
      const refused = reasons(await tryRefresh(server.url, refreshToken));
      expect(['REFRESH_REJECTED/REFRESH_INVALID', 'REFRESH_REJECTED/SESSION_REVOKED']).toContain(
        refused[0],
      );
      const answer = await ask(server.url, '{ mySessions { id } }', { token });
      expect(reasons(answer)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
    ada = await login(server.url, 'ada@example.com', PASSWORD);
    await recovers();
    expect(server.log()).toContain('Redis is well again');
  }, 60_000);

  it('one that may evict them now: not ready, and said so', async () => {
    await recovers();
    await redis.client.config('SET', 'maxmemory-policy', 'volatile-lru');
    const why =
      'Redis may evict sessions: its maxmemory-policy is volatile-lru and must be noeviction';
    expect(await readyz()).toMatchObject({ status: 503, reasons: [why] });
    expect(server.log()).toContain(why);
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    await recovers();
  });

  it('one without memory left: nothing new is begun, and nothing is told that is not so', async () => {
    await recovers();
    await redis.client.config('SET', 'maxmemory', '1');
    const answer = await tryLogin(server.url, 'ada@example.com', PASSWORD);
    expect(reasons(answer)).toEqual(['STORE_UNAVAILABLE/STORE_UNAVAILABLE']);
    await redis.client.config('SET', 'maxmemory', '0');
    await login(server.url, 'ada@example.com', PASSWORD);
    await recovers();
  });

  it('nothing of a driver, a token or a secret is logged', () => {
    const log = server.log();
    expect(log).not.toMatch(/ReplyError|ioredis|HMGET|evalsha/i);
    for (const secret of [ada.accessToken, ada.refreshToken, PASSWORD]) {
      expect(log).not.toContain(secret);
    }
  });
});

describeWithRedis('a server that is to keep its sessions in Redis', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const start = (REDIS_URL: string) =>
    startServer({
      config: readConfig({
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: database.url,
        PORTCULLIS_SECRET: SECRET,
        PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
        PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
        SESSION_STORE: 'redis',
        REDIS_URL,
      }),
      log: createLog('silent'),
    });

  it('refuses to start on one that may evict them', async () => {
    const redis = await startRedis({ settings: ['--maxmemory-policy', 'allkeys-lru'] });
    const server = await start(redis.url);
    await expect(server.ready).rejects.toMatchObject({
      name: 'StartupError',
      message:
        'Redis may evict sessions: its maxmemory-policy is allkeys-lru and must be noeviction.',
    });
    await server.stop();
    await redis.stop();
  });

  it('waits for one that comes up later, and says so', async () => {
    const redis = await startRedis();
    await redis.kill();
    const server = await start(redis.url);
    const why = async () =>
      ((await (await fetch(`${server.url}/readyz`)).json()) as { reasons: string[] }).reasons;
    await until(async () => (await why())[0] === 'Redis does not answer', 20_000);
    await redis.start();
    await server.ready;
    await login(server.url, ADMIN.email, ADMIN.password);
    await server.stop();
    await redis.stop();
  }, 60_000);

  it('can be stopped while it waits', async () => {
    const redis = await startRedis();
    await redis.stop();
    const server = await start(redis.url);
    await server.stop();
  });
});
