import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNowOnce } from '../../sql-now.js';

export interface CleanUpOptions {
  /** Milliseconds for which an ended session stays listed. */
  readonly retention: number;
  /** Rows that one statement touches at most. */
  readonly batch: number;
}

/**
 * Sessions whose end is only derived get it written down, before the epochs' reasons are needed no more. In
 * the order of the index that finds them: the planner would take any other way for a shorter one.
 */
const settle = (due: string, column: string) => `
  UPDATE sessions SET ended_at = due.at, ended_reason = due.reason, ended_detail = due.detail
  FROM (
    SELECT s.id,
      coalesce(g.started_at, s.max_expires_at) AS at,
      CASE WHEN g.epoch IS NULL THEN 'expired' ELSE 'revoked' END AS reason,
      g.reason AS detail
    FROM sessions s LEFT JOIN global_epochs g ON g.epoch = s.global_epoch + 1
    WHERE s.ended_at IS NULL AND ${due}
    ORDER BY s.${column} LIMIT :batch FOR UPDATE OF s SKIP LOCKED
  ) due WHERE sessions.id = due.id`;

const SETTLE_EXPIRED = settle('s.max_expires_at <= :now', 'max_expires_at');
const SETTLE_REVOKED = settle(
  's.global_epoch < (SELECT max(epoch) FROM global_epochs)',
  'global_epoch',
);

const FORGET = `
  DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE ended_at < :now - :retention * interval '1 millisecond'
    ORDER BY ended_at LIMIT :batch FOR UPDATE SKIP LOCKED)`;

/** One bounded step; rows that someone works on are left for the next. Answers how many it touched. */
export async function cleanUpSessions(
  db: Executor,
  clock: Clock,
  options: CleanUpOptions,
): Promise<number> {
  let touched = 0;
  for (const statement of [SETTLE_EXPIRED, SETTLE_REVOKED, FORGET]) {
    const bindings = { ...options, now: sqlNowOnce(db, clock) };
    const { rowCount } = await db.raw<{ rowCount: number }>(statement, bindings as never);
    touched += rowCount;
  }
  return touched;
}
