import { ALL_SESSIONS, openKey, userKey } from './keys.js';
import type { Parts } from './parts.js';
import { LIST } from './scripts/list.js';
import type { StoredSession } from './stored-session.js';

type Entry = Pick<StoredSession, 'id' | 'userId' | 'globalEpoch' | 'expiresAt'>;

/** Puts the session into every index that names it. Idempotent. */
export async function enlist({ redis, maxTtl, retention }: Parts, entry: Entry): Promise<void> {
  const { id, userId, globalEpoch, expiresAt } = entry;
  await Promise.all([
    redis.run(LIST, userKey(userId), 0, id, maxTtl + retention),
    redis.call('ZADD', ALL_SESSIONS, 0, `${id}:${userId}`),
    redis.run(LIST, openKey(globalEpoch), expiresAt, id, maxTtl),
  ]);
}
