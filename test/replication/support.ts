import type { TestDatabase } from '../support/database.js';
import type { ReplicatedPair } from '../support/replicated-pair.js';

/** The primary of a pair, for a test server; `url` may lead there by another way. */
export function primaryOf(pair: ReplicatedPair, url = pair.url, redisUrl?: string): TestDatabase {
  return {
    url,
    name: 'postgres',
    redisUrl,
    query: (text, values) => pair.primary.query(text, values),
    drop: () => Promise.resolve(),
  };
}

export const PASSWORD = 'a password of some length';
/** A pair of servers has to start, and commits to wait in vain. */
export const LONG = 120_000;
