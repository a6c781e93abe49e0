import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { ON_PRIMARY } from '../../on-primary.js';
import type { SessionRef, SessionState } from '../record.js';
import { IS_MARKED } from '../view.js';

/**
 * One statement for any number of sessions; named, so that it is planned once per connection. It answers one
 * text: with a row for each session, a check among 64 cost 1.4 times as much of our processor. Of accounts it
 * reads the index of those that are marked, each by its id (OFFSET 0: however few there were when it was planned).
 */
const CHECK = `
  SELECT json_build_object(
    'globalEpoch', g.epoch,
    'kids', (SELECT coalesce(json_agg(kid), '[]') FROM signing_keys),
    'sessions', (
      SELECT coalesce(json_agg(json_build_array(
        s.id,
        s.ended_at IS NOT NULL OR s.token_epoch < coalesce(u.token_epoch, 0) OR s.global_epoch < g.epoch,
        extract(epoch FROM least(s.expires_at, n.now + interval '1 day') - n.now) * 1000,
        u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now),
        coalesce(u.token_epoch, 0))), '[]')
      FROM sessions s
      LEFT JOIN LATERAL (
        SELECT token_epoch, disabled_at, disabled_until FROM users
        WHERE id = s.user_id AND ${IS_MARKED} OFFSET 0
      ) u ON true
      CROSS JOIN (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now) n
      WHERE s.id = ANY($1::uuid[]) AND ${ON_PRIMARY}
    )
  )::text AS answer
  FROM (SELECT max(epoch) AS epoch FROM global_epochs) g`;

type Row = readonly [
  ...[id: string, revoked: boolean, remaining: number, disabled: boolean, tokenEpoch: number],
];

interface Answer {
  readonly globalEpoch: number;
  readonly kids: readonly string[];
  readonly sessions: readonly Row[];
}

/** What the store says of these sessions now. A session that it does not know is absent. */
export async function readSessionStates(
  database: Database,
  clock: Clock,
  sessions: readonly SessionRef[],
): Promise<Map<string, SessionState>> {
  // UUIDs need no quotes in a list of PostgreSQL's.
  const ids = `{${sessions.map(({ sessionId }) => sessionId).join(',')}}`;
  const values = [ids, clock.forDatabase()?.toISOString() ?? null];
  const answer = await database.checkText('portcullis_check', CHECK, values);
  // A statement without a row was answered by something that is no PostgreSQL.
  if (answer === undefined) throw new Error('a check without an answer');
  const { globalEpoch, kids, sessions: found } = JSON.parse(answer) as Answer;
  const states = new Map<string, SessionState>();
  for (const [id, revoked, remaining, disabled, tokenEpoch] of found) {
    const expired = remaining <= 0;
    states.set(id, { id, revoked, expired, remaining, disabled, tokenEpoch, globalEpoch, kids });
  }
  return states;
}
