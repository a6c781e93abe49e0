import { storeUnavailable } from '../../../errors/portcullis-error.js';
import type { Redis } from '../../../redis/index.js';
import type { SessionFilter } from '../record.js';
import { ALL_SESSIONS, userKey } from './keys.js';
import { readSessions } from './stored-session.js';
import type { StoredSession } from './stored-session.js';

/** Milliseconds for a list that finds little in a lot, as long as a statement of PostgreSQL may take. */
const BOUND = 5_000;
/** Sessions that are read at a time, where nobody wants fewer. */
const CHUNK = 500;
/** Milliseconds by which the clock that made an id may differ from the one that says when it began. */
const SKEW = 10 * 60_000;

/** A UUIDv7's first 48 bits are the moment; as the beginning of a text that sorts like the ids. */
function idPrefix(moment: number): string {
  const hex = Math.max(0, Math.floor(moment)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** The part of the index that can hold what the filter asks for. */
function rangeOf({ since, until }: SessionFilter, after: string | undefined) {
  const newest = [
    ...(after === undefined ? [] : [after]),
    ...(until == null ? [] : [idPrefix(until.getTime() + SKEW)]),
  ].sort()[0];
  return {
    from: newest === undefined ? '+' : `(${newest}`,
    to: since == null ? '-' : `[${idPrefix(since.getTime() - SKEW)}`,
  };
}

/**
 * Reads what an index names, newest first, in chunks. Entries whose session is gone are passed over.
 * What the filter says of the session itself is looked at; what may have ended it is for SQL to say.
 * @param atOnce how many to begin with
 */
export async function* listed(
  redis: Redis,
  filter: SessionFilter,
  options: { readonly after?: string | undefined; readonly atOnce?: number } = {},
): AsyncGenerator<StoredSession[]> {
  const deadline = performance.now() + BOUND;
  const key = filter.userId == null ? ALL_SESSIONS : userKey(filter.userId.toLowerCase());
  const { from, to } = rangeOf(filter, options.after);
  let size = Math.min(options.atOnce ?? CHUNK, CHUNK);
  for (let next = from; ; size = CHUNK) {
    const range = ['ZRANGE', key, next, to, 'BYLEX', 'REV', 'LIMIT', 0, size] as const;
    const members = (await redis.call(...range)) as string[];
    const ids = members.map((member) => member.slice(0, 36));
    const last = ids.at(-1);
    const sessions = await readSessions(redis, ids);
    yield sessions.filter(
      ({ deviceId, ip }) =>
        (filter.deviceId == null || filter.deviceId === deviceId) &&
        (filter.ip == null || filter.ip === ip),
    );
    if (last === undefined || members.length < size) return;
    if (performance.now() > deadline) throw storeUnavailable(new Error('the list took too long'));
    next = `(${last}`;
  }
}
