import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { ON_PRIMARY } from '../../on-primary.js';
import type { SessionLookUp } from '../record.js';

/** One statement for any number of session tokens; named, so that it is planned once per connection. */
const LOOK_UP = `
  SELECT s.id, s.user_id AS "userId", s.device_id AS "deviceId", s.token_hash AS "tokenHash",
    u.scopes, u.external_id AS "externalId", s.token_epoch AS "tokenEpoch", s.global_epoch AS "globalEpoch",
    (extract(epoch FROM s.authenticated_at) * 1000)::float8 AS "authenticatedAt",
    (extract(epoch FROM s.expires_at) * 1000)::float8 AS "expiresAt",
    (extract(epoch FROM n.now) * 1000)::float8 AS now,
    (extract(epoch FROM n.now - s.last_used_at) * 1000)::float8 AS "unusedFor",
    s.ended_at IS NOT NULL OR s.token_epoch < u.token_epoch OR s.global_epoch < g.epoch AS revoked,
    s.expires_at <= n.now AS expired,
    u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now) AS disabled
  FROM sessions s
  JOIN users u ON u.id = s.user_id
  CROSS JOIN (SELECT max(epoch) AS epoch FROM global_epochs) g
  CROSS JOIN (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now) n
  WHERE s.id = ANY($1::uuid[]) AND ${ON_PRIMARY}`;

/** What the store knows of the sessions that tokens name. Unknown ones are absent. */
export async function lookUpSessions(
  database: Database,
  clock: Clock,
  ids: readonly string[],
): Promise<Map<string, SessionLookUp>> {
  const values = [ids, clock.forDatabase()];
  const rows = await database.check<SessionLookUp>('portcullis_look_up', LOOK_UP, values);
  return new Map(rows.map((row) => [row.id, row]));
}
