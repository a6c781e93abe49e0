import type { NewSession } from '../../src/stores/index.js';
import { describeWithRedis } from '../support/redis.js';
import { startCluster } from '../support/redis-layouts.js';
import type { TestCluster } from '../support/redis-layouts.js';
import { sessionStoreSuite } from './sessions.suite.js';
import { redisWorldAt } from './world.js';
import type { RedisWorld } from './world.js';

describeWithRedis('sessions in a Redis Cluster of three primaries', () => {
  let cluster: TestCluster;
  let world: Omit<RedisWorld, 'server'>;
  beforeAll(async () => {
    cluster = await startCluster();
    world = await redisWorldAt(cluster.url, () => cluster.stop());
  }, 60_000);
  afterAll(() => world.stop());
  sessionStoreSuite(() => world);

  it('are spread over all of them', async () => {
    const user = await world.newUser();
    for (let n = 0; n < 60; n += 1) await world.start(user);
    const sizes = await Promise.all(cluster.nodes.map(({ client }) => client.dbsize()));
    expect(Math.min(...sizes)).toBeGreaterThan(5);
    expect(world.losses).toEqual([]);
  });

  it('are not safe when one primary may evict them', async () => {
    await cluster.nodes[1]?.client.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(await world.redis.trouble()).toContain('maxmemory-policy is volatile-lru');
    await cluster.nodes[1]?.client.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await world.redis.trouble()).toBeUndefined();
  });

  it('move with their slots while they are used', async () => {
    const { newUser, start, rotate, read, store } = world;
    const [from, to] = cluster.nodes as [(typeof cluster.nodes)[0], (typeof cluster.nodes)[0]];
    const user = await newUser();
    const session = await start(user);
    const key = `portcullis:session:${session.id}`;
    const slot = Number(await from.client.call('CLUSTER', 'KEYSLOT', key));
    const owner = slot <= 5_460 ? from : slot <= 10_922 ? to : (cluster.nodes[2] ?? to);
    const heir = owner === from ? to : from;
    const id = async (node: typeof owner) => String(await node.client.call('CLUSTER', 'MYID'));
    await heir.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await id(owner));
    await owner.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await id(heir));
    expect(await rotate(session.id, 0)).toBeDefined();
    const keys = (await owner.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    const where = ['127.0.0.1', heir.port, '', 0, 5_000, 'KEYS', ...keys];
    await owner.client.call('MIGRATE', ...where);
    expect(await rotate(session.id, 1)).toBeDefined();
    for (const node of cluster.nodes) {
      await node.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', await id(heir));
    }
    expect(await rotate(session.id, 2)).toBeDefined();
    expect((await read((db) => store.findGrant(db, session.id)))?.refreshCounter).toBe(3);
  });

  it('behind a node that is frozen are refused within the bounds, the others are served', async () => {
    const { newUser, start, store } = world;
    const sessions: NewSession[] = [];
    for (let n = 0; n < 12; n += 1) sessions.push(await start(await newUser()));
    const node = cluster.nodes[2];
    node?.freeze();
    const states = await Promise.all(
      sessions.map(async ({ id: sessionId, userId }) => {
        const started = performance.now();
        const answer = await store
          .readStates([{ sessionId, userId }])
          .catch((error: unknown) => error);
        return { answer, took: performance.now() - started };
      }),
    );
    node?.thaw();
    const refused = states.filter(({ answer }) => answer instanceof Error);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(12);
    for (const { answer, took } of refused) {
      expect(answer).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(took).toBeLessThan(5_000);
    }
  });
});
