import { validate as isUuid } from 'uuid';
import type { Executor } from '../../../database/index.js';
import type { SessionsOfUser } from '../session-store.js';
import { sessionView } from '../view.js';
import { openKey, sessionKey } from './keys.js';
import { listed } from './listing.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { END } from './scripts/end.js';
import { sourceOf } from './source.js';
import { readSessions } from './stored-session.js';
import type { StoredSession } from './stored-session.js';
import { lockUsers, writeCuts, writeEnds } from './written-ends.js';
import type { End } from './written-ends.js';

type Why = Pick<End, 'reason' | 'detail'>;

/** SESSION_MAX_TTL may have been longer when sessions began whose limit nobody knows. */
const LONGEST_LIFE = 400 * 86_400_000;

/**
 * Ends sessions in PostgreSQL, and marks them in Redis before that is committed: if the mark fails,
 * nothing is acknowledged; if the commit fails, the session is over without a record, which is the safe
 * one of the two. What Redis does not know is written down all the same, should it come back.
 */
export async function endSessions(
  parts: Parts,
  db: Executor,
  given: readonly string[],
  why: Why,
): Promise<string[]> {
  const ids = [...new Set(given.filter((id) => isUuid(id)).map((id) => id.toLowerCase()))];
  const known = await readSessions(parts.redis, ids);
  await lockUsers(
    db,
    known.map(({ userId }) => userId),
  );
  const open = await openOf(parts, db, known);
  await writeEnds(db, parts.clock, ids, known, endOf(parts, why));
  await mark(parts, known, why);
  return open;
}

/**
 * As above for all sessions of these users, or of one device, or all but one: with one row for each user,
 * which ends those too that no index names.
 */
export async function endSessionsOfUsers(
  parts: Parts,
  db: Executor,
  userIds: readonly string[],
  only: SessionsOfUser,
  why: Why,
): Promise<string[]> {
  await lockUsers(db, userIds);
  const open: string[] = [];
  const known: StoredSession[] = [];
  for (const some of inChunks(userIds)) {
    const found = (await Promise.all(some.map((userId) => sessionsOf(parts, userId, only)))).flat();
    for (const sessions of inChunks(found)) open.push(...(await openOf(parts, db, sessions)));
    known.push(...found);
  }
  await writeCuts(db, parts.clock, userIds, only, endOf(parts, why));
  await mark(parts, known, why);
  return open;
}

async function sessionsOf(
  { redis }: Parts,
  userId: string,
  { deviceId, except }: SessionsOfUser,
): Promise<StoredSession[]> {
  const found: StoredSession[] = [];
  for await (const chunk of listed(redis, { userId, deviceId })) {
    found.push(...chunk.filter(({ id }) => id !== except));
  }
  return found;
}

function endOf({ maxTtl }: Parts, why: Why): End {
  return { ...why, longestLife: Math.max(maxTtl, LONGEST_LIFE) };
}

/** Those that nobody was told have ended. */
async function openOf(
  { clock }: Parts,
  db: Executor,
  sessions: readonly StoredSession[],
): Promise<string[]> {
  const source = sourceOf(db, sessions, { ignoreMarks: true });
  const rows = await sessionView(db, clock, { source })
    .select<{ id: string }[]>('id')
    .whereNull('end_reason');
  return (rows as { id: string }[]).map(({ id }) => id);
}

async function mark(
  parts: Parts,
  sessions: readonly StoredSession[],
  { reason, detail }: Why,
): Promise<void> {
  const { redis, retention } = parts;
  const args = [scriptNow(parts), reason, retention, ...(detail === null ? [] : [detail])];
  for (const some of inChunks(sessions)) {
    await Promise.all(
      some.flatMap(({ id, globalEpoch }) => [
        redis.run(END, sessionKey(id), ...args),
        redis.call('ZREM', openKey(globalEpoch), id),
      ]),
    );
  }
}

/** So many at a time are answered well within the bound of one command. */
const CHUNK = 500;

function* inChunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += CHUNK) yield all.slice(at, at + CHUNK);
}
