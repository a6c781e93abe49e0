import { setTimeout as delay } from 'node:timers/promises';
import { PortcullisError, StartupError } from '../errors/index.js';
import { SQLSTATE, StatementError } from '../database/index.js';
import { RedisFailure } from '../redis/index.js';

const RETRY_AFTER = 1_000;

export interface WaitOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told why it cannot go on yet; it will try again, unless this throws. */
  readonly onWaiting: (reason: string) => void;
}

/**
 * Does what needs the database and Redis, again and again until they answer: one that comes up after
 * its servers is no reason for them to die.
 * @throws StartupError for what waiting does not mend.
 */
export async function whenReachable<T>(work: () => Promise<T>, options: WaitOptions): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const waits = error instanceof PortcullisError && error.code === 'STORE_UNAVAILABLE';
      if (!waits) throw asStartupError(error);
      const isRedis = error.cause instanceof RedisFailure;
      options.onWaiting(`${isRedis ? 'Redis' : 'the database'} does not answer`);
    }
    const { signal } = options;
    await delay(RETRY_AFTER, undefined, signal ? { signal } : {});
  }
}

function asStartupError(error: unknown): unknown {
  if (!(error instanceof StatementError)) return error;
  const said = error.sqlState.startsWith('28')
    ? 'refuses the user or the password'
    : error.sqlState === '3D000'
      ? 'has no database of that name'
      : error.sqlState === SQLSTATE.INSUFFICIENT_PRIVILEGE
        ? 'does not let its role migrate; run portcullis migrate with DATABASE_OWNER_URL'
        : `refuses to be migrated (${error.sqlState})`;
  return new StartupError(`PostgreSQL at DATABASE_URL ${said}.`);
}
