import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Database } from '../../database/index.js';
import type { Redis } from '../../redis/index.js';
import { postgresClient, redisClient } from './limit-clients.js';

export const LIMITS = {
  /** Attempts that fail from one address in an hour, before they are slowed down. */
  burst: 600,
  /** Seconds. */
  window: 3_600,
  /** Then one in so many seconds: an address is never closed. */
  trickle: 6,
} as const;

export interface Taken {
  /** Milliseconds to wait; undefined: it may go on. */
  readonly wait: number | undefined;
  /** It is the first in this hour that finds no room. */
  readonly first: boolean;
}

/**
 * Attempts by address, counted over all nodes in Redis where there is one, else in PostgreSQL; on this
 * node alone while that does not answer.
 */
export class AddressLimits {
  readonly #burst;
  readonly #limiter: BurstyRateLimiter;

  constructor({ database, redis }: { database: Database; redis: Redis | undefined }) {
    const limiter = (keyPrefix: string, points: number, duration: number) => {
      const own = { keyPrefix: `portcullis:${keyPrefix}`, points, duration };
      const shared = {
        ...{ ...own, insuranceLimiter: new RateLimiterMemory(own) },
        // Whoever is over the limit is refused without a statement until it is over.
        inMemoryBlockOnConsumed: points + 1,
      };
      if (redis) return new RateLimiterRedis({ ...shared, storeClient: redisClient(redis) });
      const table = { tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };
      const storeClient = postgresClient(database);
      return new RateLimiterPostgres({ ...shared, ...table, storeClient, storeType: 'client' });
    };
    this.#burst = limiter('attempts', LIMITS.burst, LIMITS.window);
    this.#limiter = new BurstyRateLimiter(this.#burst, limiter('trickle', 1, LIMITS.trickle));
  }

  async take(address: string): Promise<Taken> {
    try {
      const { consumedPoints } = await this.#limiter.consume(address);
      return { wait: undefined, first: consumedPoints === LIMITS.burst + 1 };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return { wait: refusal.msBeforeNext, first: refusal.consumedPoints === LIMITS.burst + 1 };
    }
  }

  async giveBack(address: string): Promise<void> {
    await this.#burst.reward(address);
  }
}
