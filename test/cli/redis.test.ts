import { login, register } from '../support/client.js';
import { describeWithRedis, startRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { answerOf, listOf, portcullis, spawned } from './support.js';

describeWithRedis('the commands, while Redis keeps the sessions', () => {
  let redis: TestRedis;
  let server: TestServer;
  const env = () => ({
    DATABASE_URL: server.database.url,
    SESSION_STORE: 'redis',
    REDIS_URL: redis.url,
  });
  beforeAll(async () => {
    redis = await startRedis();
    server = await startTestServer({ env: { SESSION_STORE: 'redis', REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
  });

  it('list and end them', async () => {
    const { session } = await register(server.url, 'ada@example.com', 'a long password');
    const args = ['session', 'list', '--user', 'ada@example.com', '--json'];
    expect(listOf(await spawned(args, env()))).toMatchObject([{ id: session.id }]);
    const revoke = ['session', 'revoke', session.id, '--reason', 'stolen', '--json'];
    expect(answerOf(await portcullis(revoke, env()))).toMatchObject({ id: session.id });
    await login(server.url, ADMIN.email, ADMIN.password);
    const active = listOf(
      await portcullis(['session', 'list', '--status', 'active', '--json'], env()),
    );
    expect(active.map(({ id }) => id as string)).not.toContain(session.id);
  });

  it('say so when Redis does not answer, or is not fit', async () => {
    await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lfu');
    expect(await portcullis(['session', 'list'], env())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be noeviction'),
    });
    await redis.kill();
    expect(await portcullis(['session', 'list'], env())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Redis does not answer.'),
    });
    await redis.start();
  });
});
