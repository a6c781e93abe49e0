import type { Executor } from '../../../database/index.js';
import type { NewSession } from '../record.js';
import { enlist } from './enlist.js';
import { sessionKey } from './keys.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { CREATE } from './scripts/create.js';
import { fieldsOf } from './stored-session.js';
import { placeNow } from './written-ends.js';

export async function insertSession(
  parts: Parts,
  db: Executor,
  session: NewSession,
): Promise<void> {
  const { id, userId, idleTtl, maxTtl } = session;
  const { now, ...place } = await placeNow(db, parts.clock, userId);
  const ttls = [idleTtl, maxTtl, parts.retention] as const;
  const fields = fieldsOf(session, place);
  await Promise.all([
    // First, and on the same connection unless the servers are many: an entry whose session is missing
    // is passed over, a session that no list names could not be ended by those who read the list.
    enlist(parts, { id, userId, ...place, expiresAt: now + Math.min(idleTtl, maxTtl) }),
    parts.redis.run(CREATE, sessionKey(id), scriptNow(parts), ...ttls, ...fields),
  ]);
}
