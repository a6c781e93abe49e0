import type { Executor } from '../../../database/index.js';
import type { StoredSession } from './stored-session.js';

/** Sessions from Redis in the shape of the table `sessions`, with the ends that PostgreSQL has written down. */
const SOURCE = `(
  SELECT s.id, s.user_id, s.device_id, s.device_name, s.ip, s.user_agent, s.created_at,
    s.authenticated_at, s.last_used_at, s.expires_at, s.token_epoch, s.global_epoch,
    coalesce(e.ended_at, c.ended_at, s.ended_at) AS ended_at,
    coalesce(e.reason, c.reason, s.ended_reason) AS ended_reason,
    CASE WHEN e.session_id IS NOT NULL THEN e.detail
         WHEN c.number IS NOT NULL THEN c.detail
         ELSE s.ended_detail END AS ended_detail
  FROM json_to_recordset(?::json) AS s(
    id uuid, user_id uuid, device_id text, device_name text, ip text, user_agent text,
    created_at timestamptz, authenticated_at timestamptz, last_used_at timestamptz,
    expires_at timestamptz, token_epoch integer, global_epoch integer, cut bigint,
    ended_at timestamptz, ended_reason text, ended_detail text)
  LEFT JOIN ended_sessions e ON e.session_id = s.id
  LEFT JOIN LATERAL (
    SELECT number, ended_at, reason, detail FROM session_cuts
    WHERE user_id = s.user_id AND number > s.cut
      AND (device_id IS NULL OR device_id = s.device_id) AND except_id IS DISTINCT FROM s.id
    ORDER BY number LIMIT 1
  ) c ON true
)`;

export interface SourceOptions {
  /**
   * Takes only PostgreSQL's word for it that a session has ended: a mark in Redis may be that of a
   * transaction which failed afterwards, so that nobody was told.
   */
  readonly ignoreMarks?: boolean;
}

/** The source of a session view. */
export function sourceOf(
  db: Executor,
  sessions: readonly StoredSession[],
  { ignoreMarks = false }: SourceOptions = {},
) {
  const rows = sessions.map((session) => ({
    id: session.id,
    user_id: session.userId,
    device_id: session.deviceId,
    device_name: session.deviceName,
    ip: session.ip,
    user_agent: session.userAgent,
    created_at: new Date(session.createdAt),
    authenticated_at: new Date(session.authenticatedAt),
    last_used_at: new Date(session.lastUsedAt),
    expires_at: new Date(session.expiresAt),
    token_epoch: session.tokenEpoch,
    global_epoch: session.globalEpoch,
    cut: session.cut,
    ...(session.ended && !ignoreMarks ? markOf(session.ended) : {}),
  }));
  return db.raw(SOURCE, [JSON.stringify(rows)]);
}

function markOf({ at, reason, detail }: NonNullable<StoredSession['ended']>) {
  return { ended_at: new Date(at), ended_reason: reason, ended_detail: detail };
}
