import { setTimeout as delay } from 'node:timers/promises';
import { Redis, defineScript } from '../../src/redis/index.js';
import { readCommands, startProxy } from '../support/proxy.js';
import { describeWithRedis, startRedis, target } from '../support/redis.js';
import type { TestRedis, TestRedisOptions } from '../support/redis.js';
import { until } from '../support/until.js';

const UNAVAILABLE = {
  code: 'STORE_UNAVAILABLE',
  extensions: expect.objectContaining({ retryable: true }),
};

describeWithRedis('the way to Redis', () => {
  let server: TestRedis;
  let redis: Redis;
  let troubles: (string | undefined)[];
  const connect = async (options: TestRedisOptions = {}) => {
    server = await startRedis(options);
    troubles = [];
    redis = await Redis.open(target(server.url), { onChange: (trouble) => troubles.push(trouble) });
  };
  afterEach(async () => {
    await redis.close();
    await server.stop();
  });

  it('runs commands and scripts, those too that Redis has forgotten', async () => {
    await connect({ password: 'some secret' });
    await redis.ready();
    const script = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    expect(await redis.run(script, 'n', 2)).toBe(2);
    expect(await redis.run(script, 'n', 3)).toBe(5);
    await server.client.script('FLUSH');
    expect(await redis.run(script, 'n', 4)).toBe(9);
    expect(await redis.call('GET', 'n')).toBe('9');
    expect(await redis.trouble()).toBeUndefined();
  });

  it.each(['allkeys-lru', 'volatile-ttl'])('refuses to start on %s', async (policy) => {
    await connect({ settings: ['--maxmemory-policy', policy] });
    await expect(redis.ready()).rejects.toMatchObject({
      name: 'StartupError',
      message: `Redis may evict sessions: its maxmemory-policy is ${policy} and must be noeviction.`,
    });
  });

  it('learns the policy where one of the two ways to ask is forbidden', async () => {
    await connect();
    await redis.ready();
    await server.client.call('ACL', 'SETUSER', 'default', '-config');
    expect(await redis.trouble()).toBeUndefined();
    await server.client.call('ACL', 'SETUSER', 'default', '+config', '-info');
    expect(await redis.trouble()).toBeUndefined();
    await server.client.call('ACL', 'SETUSER', 'default', '-config', '-info');
    expect(await redis.trouble()).toBe(
      'Redis does not tell its maxmemory-policy: let its user run INFO or CONFIG GET',
    );
  });

  it('refuses to start on a replica', async () => {
    await connect();
    await server.client.call('REPLICAOF', '127.0.0.1', '1');
    await expect(redis.ready()).rejects.toThrow('Redis is a replica');
  });

  it('refuses to start without the password, and does not repeat a wrong one', async () => {
    await connect({ password: 'some secret' });
    for (const url of [
      server.url.replace('some secret', 'wrong'),
      `redis://127.0.0.1:${server.port}`,
    ]) {
      await redis.close();
      redis = await Redis.open(target(url));
      const error = await redis.ready().catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({
        name: 'StartupError',
        message: 'Redis at REDIS_URL refuses the user or the password.',
      });
    }
  });

  it('refuses the notation of a Cluster where there is none', async () => {
    await connect();
    await redis.close();
    redis = await Redis.open(target(`redis+cluster://127.0.0.1:${server.port}`));
    await expect(redis.ready()).rejects.toThrow('write redis:// in place of redis+cluster://');
  });

  it('frozen: answers within its bounds, piles nothing up, and recovers by itself', async () => {
    await connect();
    await redis.ready();
    server.freeze();
    const started = performance.now();
    await expect(redis.call('GET', 'a')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(4_000);
    await until(() => troubles.includes('Redis does not answer'));
    const again = performance.now();
    await expect(redis.call('GET', 'a')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - again).toBeLessThan(500);
    expect(await redis.trouble()).toBe('Redis does not answer');
    server.thaw();
    await until(async () => (await redis.trouble()) === undefined);
    expect(await redis.call('PING')).toBe('PONG');
    expect(troubles).toEqual(['Redis does not answer', undefined]);
  });

  it('behind a black hole: answers within its bounds, and recovers by itself on new connections', async () => {
    server = await startRedis();
    const proxy = await startProxy(server.url, readCommands);
    redis = await Redis.open(target(proxy.url));
    await redis.ready();
    proxy.blackHole();
    const started = performance.now();
    await expect(redis.call('GET', 'a')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(4_000);
    // The connections that were swallowed stay silent for ever.
    proxy.heal();
    await until(async () => (await redis.trouble()) === undefined, 15_000);
    expect(await redis.call('PING')).toBe('PONG');
    await redis.close();
    await proxy.stop();
  });

  it('killed: what is under way is refused at once, and a new start is noticed', async () => {
    await connect();
    await redis.ready();
    const waiting = redis.call('BLPOP', 'nothing', 0);
    waiting.catch(() => undefined);
    await delay(50);
    await server.kill();
    await expect(waiting).rejects.toMatchObject(UNAVAILABLE);
    await expect(redis.ready()).rejects.toMatchObject(UNAVAILABLE);
    await server.start();
    await until(async () => (await redis.trouble()) === undefined);
  });

  it('notices after a reconnect that Redis may evict sessions now', async () => {
    await connect();
    await redis.ready();
    await server.client.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => troubles.some((trouble) => trouble?.includes('allkeys-random')));
    await server.client.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await until(async () => (await redis.trouble()) === undefined);
    expect(troubles.at(-1)).toBeUndefined();
  });

  it('keeps the driver’s words to itself, which repeat the arguments', async () => {
    await connect();
    await redis.ready();
    await redis.call('SET', 'text', 'x');
    const error = await redis.call('HGET', 'text', 'hunter2').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'Redis refused a command (WRONGTYPE)' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });
});

it('names the package that is missing', async () => {
  jest.resetModules();
  jest.doMock('ioredis', () => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  });
  const fresh = await import('../../src/redis/index.js');
  await expect(fresh.Redis.open(target('redis://127.0.0.1:1'))).rejects.toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(/needs the package ioredis, .* npm install ioredis$/),
  });
  jest.dontMock('ioredis');
});
