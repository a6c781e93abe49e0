import { readConfig } from '../../src/config/index.js';
import type { Rules } from './history.js';

/** Whether a commit waits for the standby: whether a fail-over may lose what was acknowledged. */
export type FailOver = 'synchronous' | 'asynchronous';

export interface Choice {
  readonly scheme: string;
  readonly store: 'postgres' | 'redis';
  /** AUTH_MAX_STALE, in its own notation. */
  readonly authMaxStale?: string | undefined;
  /** Where there is one, the database has a standby that takes its place now and then. Default: none. */
  readonly failOver?: FailOver | undefined;
  /** One node works by a PgBouncer in transaction mode. Default: none does. */
  readonly pooler?: boolean;
}

/** Short enough for a run of seconds. */
const TIMES = {
  ACCESS_TTL: '5s',
  CLOCK_TOLERANCE: '1s',
  REFRESH_GRACE: '10s',
  SLIDING_WINDOW: '2s',
  // A node hears of a key with its report, every 10 s; two of those may fail.
  KEY_PUBLISH_WAIT: '35s',
};

/** A look, and the time-out after which a dead connection is found; and some for a busy machine. */
const POLL_TIMEOUT = 1_000;
const BUSY = 1_000;

/** What the nodes are told. */
export function environment({ scheme, store, authMaxStale }: Choice): Record<string, string> {
  const { ACCESS_TTL, ...times } = TIMES;
  const tokensEndWithSession = scheme === 'sliding' || scheme === 'opaque';
  return {
    ...times,
    ...(tokensEndWithSession ? {} : { ACCESS_TTL }),
    PORTCULLIS_SCHEME: scheme,
    // The stage says where it is.
    ...(store === 'redis' ? { SESSION_STORE: store, REDIS_URL: 'redis://127.0.0.1' } : {}),
    ...(authMaxStale === undefined ? {} : { AUTH_MAX_STALE: authMaxStale }),
  };
}

/** What they owe us then. */
export function rulesFor(choice: Choice): Rules {
  const config = readConfig(environment(choice));
  return {
    accessTtl: config.scheme.accessTtl === 'session' ? undefined : config.accessTtl,
    clockTolerance: config.clockTolerance,
    refreshGrace: config.refreshGrace,
    plainWithin: config.authMaxStale,
    feedWithin: config.scheme.feed ? config.feedPollInterval + POLL_TIMEOUT + BUSY : undefined,
    // A connection that is found dead, an attempt to connect in vain, and the one that succeeds.
    feedRecovers: 5_000,
    agreeWithin: 5_000,
    loses: choice.failOver === 'asynchronous',
  };
}
