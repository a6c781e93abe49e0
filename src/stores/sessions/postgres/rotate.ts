import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNow } from '../../sql-now.js';
import { REMEMBERED_ROTATIONS } from '../record.js';
import type { Rotation } from '../record.js';
import { LIVE } from './live.js';

/**
 * Rotation as one compare-and-set: of any number of concurrent refreshes of one token exactly one
 * finds the counter that it expects. A revocation takes the same row's lock, so it comes before, and
 * the session is not live, or after, and ends what was just extended. The event is written by the
 * same statement: one round trip and one commit.
 */
const ROTATE = `
  WITH n AS (SELECT ? AS now),
  rotated AS (
    UPDATE sessions s SET
      refresh_counter = ?,
      rotated_at = (array_prepend(n.now, s.rotated_at))[1:${REMEMBERED_ROTATIONS}],
      last_used_at = n.now,
      expires_at = least(s.max_expires_at, n.now + ? * interval '1 millisecond')
    FROM users u, (SELECT max(epoch) AS epoch FROM global_epochs) g, n
    WHERE s.id = ? AND s.refresh_counter = ? AND u.id = s.user_id AND ${LIVE}
    RETURNING s.id, s.user_id, s.last_used_at, s.expires_at
  ),
  logged AS (
    INSERT INTO audit_events (id, at, type, user_id, session_id, ip)
    SELECT ?, n.now, 'session.refreshed', rotated.user_id, rotated.id, ? FROM rotated, n
  )
  SELECT last_used_at AS "lastUsedAt", expires_at AS "expiresAt" FROM rotated`;

/** @returns undefined when the counter has moved on or the session is not live. */
export async function rotateSession(
  db: Executor,
  clock: Clock,
  rotation: Rotation,
): Promise<{ lastUsedAt: Date; expiresAt: Date } | undefined> {
  const { sessionId, expected, next, idleTtl, eventId, ip } = rotation;
  const bindings = [sqlNow(db, clock), next, idleTtl, sessionId, expected, eventId, ip];
  const { rows } = await db.raw<{ rows: { lastUsedAt: Date; expiresAt: Date }[] }>(
    ROTATE,
    bindings as never[],
  );
  return rows[0];
}
