import type { Config } from '../config/index.js';
import type { Database } from '../database/index.js';
import type { Redis } from '../redis/index.js';
import { PostgresSessionStore, RedisSessionStore } from '../stores/index.js';
import type { SessionStore } from '../stores/index.js';
import type { Clock } from '../support/clock.js';

export interface SessionPlace {
  readonly config: Config;
  readonly database: Database;
  /** Where sessions live; absent: in the database. */
  readonly redis: Redis | undefined;
  readonly clock: Clock;
  /** Told of what was lost after a deed that stands. */
  readonly onLoss?: (what: string) => void;
}

export function createSessionStore(place: SessionPlace): SessionStore {
  const { config, database, redis, clock, onLoss = () => undefined } = place;
  const { sessionRetention: retention, sessionMaxTtl: maxTtl } = config;
  return redis
    ? new RedisSessionStore({ redis, database, clock, retention, maxTtl, onLoss })
    : new PostgresSessionStore(database, clock, { retention });
}
