import type { Executor } from '../../../database/index.js';
import { ON_PRIMARY } from '../../on-primary.js';
import { signerKid } from '../../signing-keys.js';
import { GRANT_COLUMNS, toGrant } from '../grant.js';
import type { GrantRow } from '../grant.js';
import type { SessionGrant, SessionSecrets } from '../record.js';
import { sessionView } from '../view.js';
import { sessionKey } from './keys.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { READ } from './scripts/read.js';
import { sourceOf } from './source.js';
import { FIELDS, parseSession } from './stored-session.js';

/** The session and its secrets from Redis, then its user and what may have ended it in one statement. */
export async function findSessionGrant(
  parts: Parts,
  db: Executor,
  id: string,
): Promise<(SessionGrant & SessionSecrets) | undefined> {
  const answer = await parts.redis.run(READ, sessionKey(id), scriptNow(parts), ...FIELDS);
  const [moment, values] = answer as [string, unknown];
  const stored = parseSession(id, values);
  if (!stored) return undefined;
  // By the clock that a rotation will go by, so that the two agree on what has expired.
  const now = Number(moment);
  const rows = await sessionView(db, parts.clock, {
    source: sourceOf(db, [stored]),
    now: db.raw('?::timestamptz', [new Date(now)]),
  })
    .select<GrantRow[]>(...GRANT_COLUMNS, db.raw('? AS "signingKid"', [signerKid(db, parts.clock)]))
    // A rotation in Redis writes nothing that a standby would refuse.
    .whereRaw(ON_PRIMARY);
  const [row] = rows;
  if (!row) return undefined;
  const { secret, counter: refreshCounter, rotatedAt } = stored;
  return { ...toGrant(row), secret, refreshCounter, rotationAges: rotatedAt.map((at) => now - at) };
}
