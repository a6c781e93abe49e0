import { validate as isUuid } from 'uuid';
import type { Knex } from 'knex';
import type { Executor } from '../../database/index.js';
import type { Clock } from '../../support/clock.js';
import { sqlNow } from '../sql-now.js';
import type { SessionFilter } from './record.js';

/** Of accounts: as the index users_marked says it, without which PostgreSQL would not go by it. */
export const IS_MARKED = '(token_epoch > 0 OR disabled_at IS NOT NULL)';

/** Whose the sessions are. */
const ACCOUNTS = {
  columns: `u.external_id, u.email, u.name, u.scopes, u.token_epoch AS user_epoch, u.disabled_until,
    u.created_at AS user_created_at,`,
  join: 'JOIN users u ON u.id = s.user_id',
};

/**
 * Only the accounts that ended sessions or were disabled, which an index of their own has: a page of
 * everybody's sessions has no account to look up for each of them.
 */
const MARKED = {
  columns: '',
  join: `LEFT JOIN (
    SELECT id, token_epoch, disabled_at, disabled_until FROM users
    WHERE ${IS_MARKED}
  ) u ON u.id = s.user_id`,
};

/**
 * Sessions joined with what may have ended them: the user's token epoch, the global epoch that
 * followed theirs, and time. `end_…` is the whole truth; what stands in the session may lag behind it.
 */
const viewOf = (source: string, now: string, { columns, join } = ACCOUNTS) => `
  SELECT s.*, ${columns}
    (u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now)) AS disabled,
    coalesce(s.ended_at, g.started_at,
      CASE WHEN s.token_epoch < u.token_epoch THEN s.created_at
           WHEN s.expires_at <= n.now THEN s.expires_at END) AS end_at,
    coalesce(s.ended_reason,
      CASE WHEN g.epoch IS NOT NULL OR s.token_epoch < u.token_epoch THEN 'revoked'
           WHEN s.expires_at <= n.now THEN 'expired' END) AS end_reason,
    CASE WHEN s.ended_at IS NULL THEN g.reason ELSE s.ended_detail END AS end_detail
  FROM ${source} s
  ${join}
  LEFT JOIN global_epochs g ON g.epoch = s.global_epoch + 1
  CROSS JOIN (SELECT ${now} AS now) n`;

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

/** The same of the table, as text, for a statement that is prepared. @param now an expression */
export function selectFromView(columns: readonly string[], now: string): string {
  return selectFrom(viewOf('sessions', now), columns);
}

/** The same from what has the columns of the view. */
export function selectFrom(source: string, columns: readonly string[]): string {
  const list = columns.map((column) => column.replace(/ as (\w+)$/, ' AS "$1"'));
  return `SELECT ${list.join(', ')} FROM (${source}) AS sessions`;
}

/** In the view: nothing has ended the session, and nothing keeps its user out. */
export const IS_LIVE = 'end_reason IS NULL AND NOT disabled';

export interface ViewOptions {
  /** What has the columns of the table `sessions`, which it is by default. */
  readonly source?: Knex.Raw;
  readonly now?: Knex.Raw;
}

export function sessionView(db: Executor, clock: Clock, options: ViewOptions = {}) {
  const { source = db.raw('sessions'), now = sqlNow(db, clock) } = options;
  return db.from(db.raw(`(${viewOf('?', '?')}) AS sessions`, [source, now]));
}

/** What the table `sessions` has, and when and why each ended; nothing of the account. */
export function listedSessions(db: Executor, clock: Clock) {
  return db.from(db.raw(`(${viewOf('sessions', '?', MARKED)}) AS sessions`, [sqlNow(db, clock)]));
}

type View = ReturnType<typeof sessionView>;

/** Narrows the view to what the filter names. */
export function applyFilter<Q extends View>(query: Q, filter: SessionFilter): Q {
  const { userId } = filter;
  if (userId != null) {
    void (isUuid(userId) ? query.where('user_id', userId) : query.whereRaw('false'));
  }
  if (filter.deviceId != null) void query.where('device_id', filter.deviceId);
  if (filter.ip != null) void query.where('ip', filter.ip);
  if (filter.since != null) void query.where('created_at', '>=', filter.since);
  if (filter.until != null) void query.where('created_at', '<', filter.until);
  if (filter.ended === true) void query.whereNotNull('end_reason');
  if (filter.ended === false) void query.whereNull('end_reason');
  return query;
}
