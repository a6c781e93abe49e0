import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { VERSION } from '../config/index.js';
import type { Config } from '../config/index.js';
import { Feed, Presence } from '../revocation/index.js';
import type { Deps } from '../services/index.js';
import { FeedReader } from '../stores/index.js';
import type { NodeIdentity } from '../stores/index.js';
import { SyncedClock } from '../support/synced-clock.js';
import type { TimeSample } from '../support/synced-clock.js';
import type { LogLines } from './log.js';

/** How a node stays in touch with the others. */
export interface Following {
  readonly identity: NodeIdentity;
  /** Settles when the node is listed and has heard of every revocation in force. */
  start(): Promise<void>;
  /** Milliseconds since the moment up to which it has; undefined where the scheme has no feed. */
  readonly markAge: () => number | undefined;
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly config: Config;
  readonly deps: Deps;
  readonly log: LogLines;
  /** Milliseconds that a revocation matters. */
  readonly tokenLife: number;
  /** Where the node listens. */
  readonly address: string;
}

export function follow(options: FollowOptions): Following {
  const { config, deps, log, tokenLife, address } = options;
  const { checker, clock, database, denylist, nodes, keys } = deps;
  const identity = { id: randomUUID(), name: `${hostname()} ${address}`, version: VERSION };
  const onTime = (sample: TimeSample) => {
    if (clock instanceof SyncedClock) clock.observe(sample);
  };
  const onFailure = (error: unknown) =>
    log.warn({ why: (error as Error).message }, 'the report of this node failed');

  const feed = config.scheme.feed
    ? new Feed(denylist, clock, {
        pollInterval: config.feedPollInterval,
        open: (onRing) =>
          FeedReader.open(database, {
            lifetime: tokenLife,
            now: () => clock.forDatabase(),
            onRing,
          }),
        onTime,
        onKeys: (version) => keys.notice(version),
        onChange: () => checker.forget(),
        onApplied: (ids) => {
          void database.read((db) => nodes.acknowledge(db, identity.id, ids)).catch(onFailure);
        },
        onState: (state, why) => {
          if (state === 'following') log.info('the feed of revocations is followed');
          else log.warn({ why: (why as Error).message }, 'the feed of revocations is lost');
        },
        onDoorbell: (heard) => {
          if (heard) return;
          const seconds = config.feedPollInterval / 1_000;
          log.warn(
            `NOTIFY does not arrive here (is there a pooler in transaction mode?): this node hears of revocations every ${seconds} s instead of at once`,
          );
        },
      })
    : undefined;
  // What lives in Redis can be lost by Redis, of which PostgreSQL does not tell.
  if (feed && !config.redis) checker.confirmBy(() => feed.confirm());
  const markAge = () => feed?.age();
  const presence = new Presence(clock, {
    report: async (age) => {
      const known = { markAge: age, keysVersion: keys.version };
      const { time, keysVersion } = await database.read((db) => nodes.report(db, identity, known));
      keys.notice(keysVersion);
      return time;
    },
    markAge,
    onTime,
    leave: () => database.read((db) => nodes.remove(db, identity.id)),
    onFailure,
  });
  let stopListening: (() => void) | undefined;
  return {
    identity,
    markAge,
    start: async () => {
      await presence.start();
      stopListening = keys.onLoaded(() => presence.report());
      await feed?.start();
      // Its mark, which it did not have before.
      if (feed) presence.report();
    },
    stop: async () => {
      stopListening?.();
      await feed?.stop();
      await presence.stop();
    },
  };
}
