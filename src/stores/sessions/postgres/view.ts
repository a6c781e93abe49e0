import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNow } from '../../sql-now.js';

/**
 * Sessions joined with what may have ended them: the user's token epoch, the global epoch that
 * followed theirs, and time. `ended` is the whole truth; the columns of the row may lag behind it.
 */
const VIEW = `
  SELECT s.*,
    u.email, u.name, u.scopes, u.token_epoch AS user_epoch, u.disabled_until,
    u.created_at AS user_created_at,
    (u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now)) AS disabled,
    coalesce(s.ended_at, g.started_at,
      CASE WHEN s.token_epoch < u.token_epoch THEN s.created_at
           WHEN s.expires_at <= n.now THEN s.expires_at END) AS end_at,
    coalesce(s.ended_reason,
      CASE WHEN g.epoch IS NOT NULL OR s.token_epoch < u.token_epoch THEN 'revoked'
           WHEN s.expires_at <= n.now THEN 'expired' END) AS end_reason,
    coalesce(s.ended_detail, g.reason) AS end_detail
  FROM sessions s
  JOIN users u ON u.id = s.user_id
  LEFT JOIN global_epochs g ON g.epoch = s.global_epoch + 1
  CROSS JOIN (SELECT ? AS now) n`;

/** The columns of a SessionRecord, from the view. */
export const RECORD_COLUMNS = [
  'id',
  'user_id as userId',
  'device_id as deviceId',
  'device_name as deviceName',
  'ip',
  'user_agent as userAgent',
  'created_at as createdAt',
  'authenticated_at as authenticatedAt',
  'last_used_at as lastUsedAt',
  'expires_at as expiresAt',
  'end_at as endedAt',
  'end_reason as endedReason',
  'end_detail as endedDetail',
] as const;

/** The columns of a UserRecord but its id, from the view. */
export const USER_COLUMNS = [
  'email',
  'name',
  'scopes',
  'user_epoch as userEpoch',
  'disabled',
  'disabled_until as disabledUntil',
  'user_created_at as userCreatedAt',
] as const;

export function sessionView(db: Executor, clock: Clock) {
  return db.from(db.raw(`(${VIEW}) AS sessions`, [sqlNow(db, clock)]));
}
