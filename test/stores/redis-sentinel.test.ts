import { setTimeout as delay } from 'node:timers/promises';
import { describeWithRedis } from '../support/redis.js';
import { startSentinel } from '../support/redis-layouts.js';
import type { TestSentinel } from '../support/redis-layouts.js';
import { until } from '../support/until.js';
import { redisWorldAt } from './world.js';
import type { RedisWorld } from './world.js';

describeWithRedis('sessions in a Redis that sentinels watch', () => {
  let sentinel: TestSentinel;
  let world: Omit<RedisWorld, 'server'>;
  beforeAll(async () => {
    sentinel = await startSentinel();
    world = await redisWorldAt(sentinel.url, () => sentinel.stop());
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    // The driver gives the connections to its sentinels as long to close.
    await delay(2_100);
  });

  it('go on in the replica when the primary is gone; what had ended stays ended', async () => {
    const { newUser, start, rotate, read, transaction, store, redis } = world;
    const user = await newUser();
    const [living, ended] = [await start(user), await start(user)];
    await rotate(living.id, 0);
    // A connection that wrote nothing waits for nothing.
    await sentinel.primary.client.set('written', 'after the rotation');
    expect(await sentinel.primary.client.wait(1, 60_000)).toBe(1);
    await transaction((trx) => store.end(trx, [ended.id], 'revoked', 'stolen'));
    await sentinel.primary.kill();
    /** Retried while the answer is that one may: the news of a failover breaks connections once more. */
    const settled = async <T>(work: () => Promise<T>, within: number): Promise<T> => {
      let answer: { readonly of: T } | undefined;
      const isAnswered = async () => {
        try {
          answer = { of: await work() };
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        }
        return answer !== undefined;
      };
      await until(isAnswered, within).catch(async (cause: unknown) => {
        const seen = { trouble: await redis.trouble(), moved: await sentinel.hasFailedOver() };
        throw new Error(`the driver did not follow: ${JSON.stringify(seen)}`, { cause });
      });
      return (answer as unknown as { of: T }).of;
    };
    await until(async () => (await redis.trouble()) !== undefined);
    // A sentinel on a busy machine does nothing for half a minute, by its own rules, and may begin anew.
    await until(() => sentinel.hasFailedOver(), 150_000);
    await settled(() => read((db) => store.findGrant(db, living.id)), 60_000);
    await until(async () => (await redis.trouble()) === undefined);
    await settled(() => rotate(living.id, 1), 5_000);
    const grant = await settled(() => read((db) => store.findGrant(db, living.id)), 5_000);
    expect(grant?.refreshCounter).toBe(2);
    const listed = () => read((db) => store.list(db, { userId: user.id }, { first: 10 }));
    const { items } = await settled(listed, 5_000);
    expect(items.map(({ id, endedDetail }) => [id, endedDetail])).toEqual([
      [ended.id, 'stolen'],
      [living.id, null],
    ]);
    const refs = [living, ended].map(({ id: sessionId, userId }) => ({ sessionId, userId }));
    const states = await settled(() => store.readStates(refs), 5_000);
    expect([living, ended].map(({ id }) => states.get(id)?.revoked)).toEqual([false, true]);
  }, 240_000);
});
