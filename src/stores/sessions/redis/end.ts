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
import { lockUsers, writeCut, writeEnds } from './written-ends.js';
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

/** As above, with one row for all of them, which ends those too that no index names. */
export async function endSessionsOfUser(
  parts: Parts,
  db: Executor,
  userId: string,
  only: SessionsOfUser,
  why: Why,
): Promise<string[]> {
  await lockUsers(db, [userId]);
  const known: StoredSession[] = [];
  for await (const chunk of listed(parts.redis, { userId, deviceId: only.deviceId })) {
    known.push(...chunk.filter(({ id }) => id !== only.except));
  }
  const open = await openOf(parts, db, known);
  await writeCut(db, parts.clock, userId, only, endOf(parts, why));
  await mark(parts, known, why);
  return open;
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
  await Promise.all(
    sessions.flatMap(({ id, globalEpoch }) => [
      redis.run(END, sessionKey(id), ...args),
      redis.call('ZREM', openKey(globalEpoch), id),
    ]),
  );
}
