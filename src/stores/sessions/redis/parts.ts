import type { Database } from '../../../database/index.js';
import { storeUnavailable } from '../../../errors/portcullis-error.js';
import { RedisFailure } from '../../../redis/index.js';
import type { Redis } from '../../../redis/index.js';
import type { Clock } from '../../../support/clock.js';

/** What the store works with. Durations in milliseconds. */
export interface Parts {
  readonly redis: Redis;
  readonly database: Database;
  readonly clock: Clock;
  /** For which an ended session stays listed. */
  readonly retention: number;
  /** The longest that a session lives. */
  readonly maxTtl: number;
  /** Told of what was lost after a deed that stands. */
  readonly onLoss: (what: string) => void;
}

/** Redis or PostgreSQL did not answer within the bound. */
export function silence(): Error {
  return storeUnavailable(new RedisFailure('the session store took too long'));
}

/** "Now" for a script: nothing means Redis's own clock. A test's clock takes its place. */
export function scriptNow({ clock }: Pick<Parts, 'clock'>): number | '' {
  return clock.forDatabase()?.getTime() ?? '';
}
