import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { ON_PRIMARY } from '../../on-primary.js';
import type { SessionRef, SessionState } from '../record.js';
import type { Fields } from './stored-session.js';

/** Of any number of sessions and their users; named, so that it is planned once per connection. */
const WORD = `
  SELECT q.id,
    (extract(epoch FROM n.now) * 1000)::float8 AS now,
    u.scopes,
    u.external_id AS "externalId",
    u.token_epoch AS "tokenEpoch",
    g.epoch AS "globalEpoch",
    k.kids,
    u.disabled_at IS NOT NULL AND (u.disabled_until IS NULL OR u.disabled_until > n.now) AS disabled,
    e.session_id IS NOT NULL AS ended,
    coalesce(c.cuts, '[]') AS cuts
  FROM unnest($1::uuid[], $2::uuid[]) AS q(id, user_id)
  JOIN users u ON u.id = q.user_id
  LEFT JOIN ended_sessions e ON e.session_id = q.id
  LEFT JOIN (
    SELECT user_id, json_agg(json_build_object(
      'number', number, 'deviceId', device_id, 'exceptId', except_id)) AS cuts
    FROM session_cuts WHERE user_id = ANY($2::uuid[]) GROUP BY user_id
  ) c ON c.user_id = q.user_id
  CROSS JOIN (SELECT max(epoch) AS epoch FROM global_epochs) g
  CROSS JOIN (SELECT array_agg(kid) AS kids FROM signing_keys) k
  CROSS JOIN (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now) n
  WHERE ${ON_PRIMARY}`;

/** What PostgreSQL says of a session and its user, whatever Redis says. The epochs are those in force. */
export interface Word {
  readonly id: string;
  readonly now: number;
  readonly scopes: readonly string[];
  readonly externalId: string | null;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  readonly kids: readonly string[];
  readonly disabled: boolean;
  readonly ended: boolean;
  readonly cuts: readonly {
    readonly number: number;
    readonly deviceId: string | null;
    readonly exceptId: string | null;
  }[];
}

/** On a connection for checks, whose waits are short. */
export async function readWords(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  sessions: readonly SessionRef[],
): Promise<Map<string, Word>> {
  const ids = sessions.map(({ sessionId }) => sessionId);
  const users = sessions.map(({ userId }) => userId);
  const values = [ids, users, clock.forDatabase()];
  const rows = await database.check<Word>('portcullis_word', WORD, values);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The fields by which a session is judged. */
export const JUDGED = [
  'userId',
  'deviceId',
  'tokenEpoch',
  'globalEpoch',
  'cut',
  'expiresAt',
  'endedAt',
] as const;

/**
 * A session has ended if either says so. Asked this way round, so that a field which is no number
 * counts against the session.
 */
export function judge(
  word: Word,
  stored: Fields<(typeof JUDGED)[number]>,
): Pick<SessionState, 'revoked' | 'expired' | 'disabled'> {
  const isCut = word.cuts.some(
    ({ number, deviceId, exceptId }) =>
      !(Number(stored.cut) >= number) &&
      (deviceId === null || deviceId === stored.deviceId) &&
      exceptId !== word.id,
  );
  const ofThisEpoch =
    Number(stored.tokenEpoch) >= word.tokenEpoch && Number(stored.globalEpoch) >= word.globalEpoch;
  return {
    revoked: stored.endedAt !== null || word.ended || isCut || !ofThisEpoch,
    expired: !(Number(stored.expiresAt) > word.now),
    disabled: word.disabled,
  };
}
