import type { Redis } from '../../../redis/index.js';
import { ALL_SESSIONS, openKey, sessionKey, userKey } from './keys.js';
import { FORGET } from './scripts/forget.js';
import { readSessions } from './stored-session.js';

/** Milliseconds for which an entry may be there before its session is: a sign-in under way. */
const YOUNG = 3_600_000;

export interface SweepOptions {
  /** Milliseconds, or nothing for Redis's clock. */
  readonly now: string | number;
  readonly retention: number;
  readonly batch: number;
  /** By this node's clock. */
  readonly nodeNow: number;
}

/**
 * Hashes go by themselves when their time is over; this drops what the indexes still say of them, one
 * stretch at a time and then from the start again.
 * @param from where the last stretch ended
 */
export async function sweep(
  redis: Redis,
  from: string,
  { now, retention, batch, nodeNow }: SweepOptions,
): Promise<{ dropped: number; next: string }> {
  const range = ['ZRANGE', ALL_SESSIONS, from, '+', 'BYLEX', 'LIMIT', 0, batch] as const;
  const members = (await redis.call(...range)) as string[];
  const last = members.at(-1);
  const dropped = await Promise.all(
    members.map(async (member) => {
      const [id = '', userId = ''] = member.split(':');
      if (bornAt(id) > nodeNow - YOUNG) return false;
      if ((await redis.run(FORGET, sessionKey(id), now, retention)) !== 1) return false;
      await redis.call('ZREM', userKey(userId), id);
      await redis.call('ZREM', ALL_SESSIONS, member);
      return true;
    }),
  );
  const next = last === undefined || members.length < batch ? '-' : `(${last}`;
  return { dropped: dropped.filter(Boolean).length, next };
}

/** The moment in a UUIDv7. */
function bornAt(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Takes sessions that have expired out of those that are counted as open; one that has not is put right. */
export async function settleOpen(
  redis: Redis,
  globalEpoch: number,
  now: number,
  batch: number,
): Promise<number> {
  const key = openKey(globalEpoch);
  const range = ['ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, batch] as const;
  const due = (await redis.call(...range)) as string[];
  const sessions = await readSessions(redis, due);
  const living = sessions.filter(({ ended, expiresAt }) => !ended && expiresAt > now);
  for (const { id, expiresAt } of living) await redis.call('ZADD', key, expiresAt, id);
  const livingIds = new Set(living.map(({ id }) => id));
  const over = due.filter((id) => !livingIds.has(id));
  if (over.length > 0) await redis.call('ZREM', key, ...over);
  return over.length;
}
