import { badInput } from '../errors/portcullis-error.js';
import { countAuditEvents } from '../stores/index.js';
import type { AuditCounts } from '../stores/index.js';
import type { Deps } from './deps.js';
import { parseInput, z } from './input.js';

export interface StatsBucket extends Omit<AuditCounts, 'bucket'> {
  /** When the bucket begins. */
  readonly at: Date;
}

/** The totals are counted only for those who ask. */
export interface Stats {
  readonly buckets: readonly StatsBucket[];
  readonly activeSessions: () => Promise<number>;
  readonly users: () => Promise<number>;
}

/** The most buckets that one answer holds: a day by the minute fits. */
const MAX_BUCKETS = 2_000;

const NOTHING = { logins: 0, failedLogins: 0, refreshes: 0, reusedRefreshes: 0, endedSessions: 0 };

const range = z.object({
  since: z.date(),
  bucketSeconds: z.int().min(1, 'A bucket must last 1 second or more.'),
});

/**
 * What happened since a moment, in buckets of equal length from that moment until now; those in which
 * nothing happened are there too.
 * @throws PortcullisError BAD_USER_INPUT at `bucketSeconds`.
 */
export async function readStats(deps: Deps, args: unknown): Promise<Stats> {
  const { since, bucketSeconds } = parseInput(range, args);
  const length = bucketSeconds * 1_000;
  const age = deps.clock.now() - since.getTime();
  const number = age < 0 ? 0 : Math.floor(age / length) + 1;
  if (number > MAX_BUCKETS) {
    const most = MAX_BUCKETS.toLocaleString('en');
    throw badInput('bucketSeconds', `There may be at most ${most} buckets since then.`);
  }
  const until = new Date(since.getTime() + number * length);
  const read = { since, until, bucketSeconds };
  const counted = number === 0 ? [] : await deps.database.read((db) => countAuditEvents(db, read));
  const byBucket = new Map(counted.map(({ bucket, ...counts }) => [bucket, counts]));
  const buckets = Array.from({ length: number }, (_, index) => ({
    at: new Date(since.getTime() + index * length),
    ...(byBucket.get(index) ?? NOTHING),
  }));
  return {
    buckets,
    activeSessions: () => deps.database.read((db) => deps.sessions.count(db, { ended: false })),
    users: () => deps.database.read((db) => deps.users.count(db, {})),
  };
}
