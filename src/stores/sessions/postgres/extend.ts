import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNow } from '../../sql-now.js';
import type { Extension } from '../record.js';
import { LIVE } from './live.js';

const EXTEND = `
  WITH n AS (SELECT ? AS now)
  UPDATE sessions s SET
    last_used_at = n.now,
    expires_at = least(s.max_expires_at, n.now + ? * interval '1 millisecond')
  FROM users u, (SELECT max(epoch) AS epoch FROM global_epochs) g, n
  WHERE s.id = ? AND u.id = s.user_id AND u.token_epoch <= ? AND g.epoch <= ? AND ${LIVE}`;

/** Moves the idle expiry. @returns whether the session and the token are good. */
export async function extendSession(
  db: Executor,
  clock: Clock,
  { sessionId, tokenEpoch, globalEpoch, idleTtl }: Extension,
): Promise<boolean> {
  const bindings = [sqlNow(db, clock), idleTtl, sessionId, tokenEpoch, globalEpoch];
  const { rowCount } = await db.raw<{ rowCount: number }>(EXTEND, bindings as never[]);
  return rowCount > 0;
}
