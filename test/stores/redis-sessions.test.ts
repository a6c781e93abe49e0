import { describeWithRedis } from '../support/redis.js';
import { sessionStoreSuite } from './sessions.suite.js';
import { redisWorld } from './world.js';
import type { RedisWorld } from './world.js';

describeWithRedis('sessions in Redis', () => {
  let world: RedisWorld;
  beforeAll(async () => {
    world = await redisWorld();
  });
  afterAll(() => world.stop());
  sessionStoreSuite(() => world);

  it('lost nothing on the way', () => {
    expect(world.losses).toEqual([]);
  });
});
