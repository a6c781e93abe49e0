import type { Executor } from '../../../database/index.js';
import { sqlNow } from '../../sql-now.js';
import type { Rotation, SessionRecord } from '../record.js';
import { IS_LIVE, sessionView } from '../view.js';
import { enlist } from './enlist.js';
import { sessionKey } from './keys.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { ROTATE } from './scripts/rotate.js';
import { sourceOf } from './source.js';
import { FIELDS, parseSession } from './stored-session.js';
import type { StoredSession } from './stored-session.js';

/** Whether the session lives by PostgreSQL's word, and if so the event, in one statement. */
const LOG = `
  WITH live AS ?,
  logged AS (
    INSERT INTO audit_events (id, at, type, user_id, session_id, ip)
    SELECT ?, ?, 'session.refreshed', user_id, id, ? FROM live
  )
  SELECT id FROM live`;

/**
 * A compare-and-set in Redis, then PostgreSQL's word on the session that won it. Should PostgreSQL go
 * away between the two, the rotation stands and is answered, and the loss of the event is told: to
 * refuse it would write no event either, and end the session of a client that comes back after the
 * grace.
 */
export async function rotateSession(
  parts: Parts,
  db: Executor,
  rotation: Rotation,
): Promise<Pick<SessionRecord, 'lastUsedAt' | 'expiresAt'> | undefined> {
  const { sessionId: id, expected, next, idleTtl } = rotation;
  const args = [scriptNow(parts), expected, next, idleTtl, parts.retention, ...FIELDS] as const;
  const values = await parts.redis.run(ROTATE, sessionKey(id), ...args);
  const session = values === null ? undefined : parseSession(id, values);
  if (!session) return undefined;
  const lost = (what: string) => () => parts.onLoss(what);
  const [live] = await Promise.all([
    log(parts, db, session, rotation).catch(lost('the audit event of a refresh')),
    // Whatever a failover lost of the indexes comes back with the next refresh.
    enlist(parts, session).catch(lost('the list entry of a session')),
  ]);
  if (live === false) return undefined;
  return { lastUsedAt: new Date(session.lastUsedAt), expiresAt: new Date(session.expiresAt) };
}

async function log(
  { clock }: Parts,
  db: Executor,
  session: StoredSession,
  { eventId, ip }: Rotation,
): Promise<boolean> {
  const live = sessionView(db, clock, { source: sourceOf(db, [session]) })
    .select('id', 'user_id')
    .whereRaw(IS_LIVE);
  const bindings = [live, eventId, sqlNow(db, clock), ip];
  const { rows } = await db.raw<{ rows: unknown[] }>(LOG, bindings as never[]);
  return rows.length > 0;
}
