import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { ON_PRIMARY } from '../../on-primary.js';
import type { SessionRef, SessionState } from '../record.js';

/** One statement for any number of sessions; named, so that it is planned once per connection. */
const CHECK = `
  SELECT s.id,
    s.ended_at IS NOT NULL OR s.token_epoch < u.token_epoch OR s.global_epoch < g.epoch AS revoked,
    s.expires_at <= n.now AS expired,
    u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now) AS disabled,
    u.token_epoch AS "tokenEpoch",
    g.epoch AS "globalEpoch",
    k.kids
  FROM sessions s
  JOIN users u ON u.id = s.user_id
  CROSS JOIN (SELECT max(epoch) AS epoch FROM global_epochs) g
  CROSS JOIN (SELECT coalesce(json_agg(kid), '[]')::text AS kids FROM signing_keys) k
  CROSS JOIN (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now) n
  WHERE s.id = ANY($1::uuid[]) AND ${ON_PRIMARY}`;

type Row = Omit<SessionState, 'kids'> & { readonly kids: string };

/** What the store says of these sessions now. A session that it does not know is absent. */
export async function readSessionStates(
  database: Database,
  clock: Clock,
  sessions: readonly SessionRef[],
): Promise<Map<string, SessionState>> {
  const values = [sessions.map(({ sessionId }) => sessionId), clock.forDatabase()];
  const rows = await database.check<Row>('portcullis_check', CHECK, values);
  // The same in every row, and so read once.
  const kids = JSON.parse(rows[0]?.kids ?? '[]') as string[];
  return new Map(rows.map((row) => [row.id, Object.assign(row, { kids })]));
}
