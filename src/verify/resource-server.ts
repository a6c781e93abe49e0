import type { Guard } from '../directives/guard.js';
import { Denylist } from '../revocation/index.js';
import type { Revocation } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { SyncedClock } from '../support/synced-clock.js';
import type { AccessToken } from '../tokens/index.js';
import { Authenticator } from './authenticate.js';
import type { Authenticated } from './authenticate.js';
import { Checks } from './checks.js';
import { createGuard } from './guard.js';
import { createAsk } from './http.js';
import { Introspection } from './introspection.js';
import { addressesOf, checkOptions } from './options.js';
import type { ResourceServerOptions } from './options.js';
import { RemoteFeed } from './remote-feed.js';
import { RemoteKeys } from './remote-keys.js';

/** What a resource server knows, for metrics. Durations in milliseconds. */
export interface ServerKnowledge {
  /** Since the moment up to which every revocation is known; undefined before, and without a feed. */
  readonly markAge: number | undefined;
  /** Revocations of sessions and users in memory. */
  readonly denylistSize: number;
  /** Since the public keys were fetched; undefined before. */
  readonly keysAge: number | undefined;
}

/** A service that takes the tokens of a Portcullis server and shares no database with it. */
export interface ResourceServer {
  /** For `enforcePolicy`; it reads `context.portcullis`. */
  readonly guard: Guard<AccessToken>;
  /**
   * Judges the token of an Authorization header (RFC 6750). What it resolves to belongs into the context of
   * the operation as `portcullis`. Never rejects.
   */
  authenticate(authorization: string | undefined): Promise<Authenticated>;
  /** Fetches the keys and follows the revocations from now on. Answers `ready`. */
  start(): Promise<void>;
  /** Settles when the keys are there and every revocation in force is known, or when it is stopped. */
  readonly ready: Promise<void>;
  /** Told of every revocation that becomes known here. Answers how to stop listening. */
  onRevocation(listener: (revocation: Revocation) => void): () => void;
  knowledge(): ServerKnowledge;
  /** Ends what is under way to the server. */
  stop(): Promise<void>;
}

/** Milliseconds: of what is not told how long it matters. */
const LIFETIME = 3_600_000;

/** @throws StartupError when an option makes no sense. */
export function createResourceServer(options: ResourceServerOptions): ResourceServer {
  checkOptions(options);
  const { issuer, audience, serviceToken, tolerance = 5_000, timeouts = {}, log } = options;
  const addresses = addressesOf(options);
  const ask = createAsk(options.fetch);
  const clock: Clock = options.clock ?? new SyncedClock();
  const denylist = new Denylist(clock, LIFETIME);
  const keys = new RemoteKeys({
    url: addresses.jwks,
    ask,
    clock,
    timeout: timeouts.keys ?? 2_000,
    onFailure: (why) => log?.({ kind: 'keys not to be had', why }),
  });
  const introspection = new Introspection({
    ...{ url: addresses.introspection, serviceToken, issuer, audience, ask, clock },
    deadline: timeouts.check ?? 800,
  });
  const checks = new Checks(introspection, clock);
  const authenticator = new Authenticator({
    ...{ issuer, audience, tolerance, keys, checks, denylist, clock },
  });
  const feed =
    addresses.revocations === undefined || serviceToken === undefined
      ? undefined
      : new RemoteFeed({
          ...{ url: addresses.revocations, serviceToken, ask, clock, denylist },
          wait: options.wait ?? 1,
          timeout: timeouts.feed ?? 2_000,
          onTime: (sample) => {
            if (clock instanceof SyncedClock) clock.observe(sample);
          },
          onKeys: () => keys.changed(),
          onState: (state, why) =>
            log?.(state === 'following' ? { kind: 'feed following' } : { kind: 'feed lost', why }),
        });
  let settle: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (settle = resolve));
  let started = false;
  return {
    guard: createGuard({
      ...{ clock, checks, passed: options.passed, conditionFailed: options.conditionFailed },
      revoked: (token) => authenticator.revoked(token),
      markAge: () => feed?.age(),
    }),
    authenticate: (authorization) => authenticator.authenticate(authorization),
    ready,
    start: () => {
      if (!started) void Promise.all([keys.start(), feed?.start()]).then(settle);
      started = true;
      return ready;
    },
    onRevocation: (listener) => denylist.onAdded((revocation) => listener(revocation)),
    knowledge: () => ({
      markAge: feed?.age(),
      denylistSize: denylist.size,
      keysAge: keys.age(),
    }),
    stop: async () => {
      keys.stop();
      await feed?.stop();
      settle();
    },
  };
}
