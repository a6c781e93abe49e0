import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { REMEMBERED_ROTATIONS } from '../record.js';
import type { Rotation } from '../record.js';
import { LIVE } from './live.js';

/** The moment of the statement. */
export const NOW = 'coalesce($1::timestamptz, clock_timestamp())';

export interface Rotated {
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

interface Row {
  readonly id: string;
  readonly held: boolean;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

/**
 * Rotations as compare-and-sets: of any number of concurrent refreshes of one token exactly one finds the
 * counter that it expects. A revocation takes the same row's lock, so it comes before, and the session is
 * not live, or after, and ends what was just extended. The events are written by the same statement: one
 * round trip and one commit for all who refresh at the same time.
 */
export const rotation = (parts: {
  /** What to do about a row that somebody else holds. */
  readonly wait: 'SKIP LOCKED' | '';
  /** What is asked beside the rotation itself: its arrays, their names, and what must hold of it. */
  readonly given?: { readonly arrays: string; readonly names: string; readonly proof: string };
  /** What the rotated row `s` of the user `u` tells. */
  readonly told: string;
  /** The answer, from `asked`, `held` and `rotated`. */
  readonly answer: string;
}) => `
  WITH n AS (SELECT ${NOW} AS now),
  asked AS (
    SELECT * FROM unnest($2::uuid[], $3::integer[], $4::integer[], $5::float8[], $6::uuid[], $7::text[]
      ${parts.given?.arrays ?? ''})
      AS a(id, expected, next, idle_ttl, event_id, event_ip ${parts.given?.names ?? ''})
  ),
  -- In the order of their ids, so that two who rotate the same ones do not wait for each other.
  held AS MATERIALIZED (
    SELECT id FROM sessions WHERE id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE ${parts.wait}
  ),
  rotated AS (
    UPDATE sessions s SET
      refresh_counter = a.next,
      rotated_at = (array_prepend(n.now, s.rotated_at))[1:${REMEMBERED_ROTATIONS}],
      last_used_at = n.now,
      expires_at = least(s.max_expires_at, n.now + a.idle_ttl * interval '1 millisecond')
    FROM held h, asked a, users u, (SELECT max(epoch) AS epoch FROM global_epochs) g, n
    WHERE s.id = h.id AND a.id = h.id AND s.id = ANY($2::uuid[]) AND s.refresh_counter = a.expected
      AND u.id = s.user_id AND ${LIVE} ${parts.given?.proof ?? ''}
    RETURNING ${parts.told}, a.event_id, a.event_ip, n.now
  ),
  logged AS (
    INSERT INTO audit_events (id, at, type, user_id, session_id, ip)
    SELECT event_id, now, 'session.refreshed', user_id, id, event_ip FROM rotated
  )
  ${parts.answer}`;

const MOVED = {
  told: 's.id, s.user_id, s.last_used_at, s.expires_at',
  answer: `
    SELECT asked.id, held.id IS NOT NULL AS held, rotated.last_used_at AS "lastUsedAt",
      rotated.expires_at AS "expiresAt"
    FROM asked LEFT JOIN held USING (id) LEFT JOIN rotated USING (id)`,
};
const ROTATE_FREE = rotation({ wait: 'SKIP LOCKED', ...MOVED });
const ROTATE = rotation({ wait: '', ...MOVED });

/**
 * Makes the first rotation of each session. What somebody else holds is rotated by a statement of its own,
 * so that nobody waits for a row but who asked for it.
 * @returns undefined where the counter has moved on or the session is not live.
 */
export async function rotateSessions(
  database: Database,
  clock: Clock,
  rotations: readonly Rotation[],
): Promise<Promise<Rotated | undefined>[]> {
  const first = new Map(rotations.toReversed().map((rotation) => [rotation.sessionId, rotation]));
  const values = valuesOf(clock, [...first.values()]);
  const rows = await database.byId<Row>('portcullis_rotate_free', ROTATE_FREE, values);
  const found = new Map(rows.map((row) => [row.id, row]));
  return rotations.map(async (rotation) => {
    // The others of a session come after its first: by then its counter has moved on.
    if (first.get(rotation.sessionId) !== rotation) return undefined;
    const row = found.get(rotation.sessionId);
    if (row?.held === true) return rotatedOf(row);
    const alone = valuesOf(clock, [rotation]);
    const [waited] = await database.query<Row>(ROTATE, alone);
    return waited && rotatedOf(waited);
  });
}

/** Of the first seven parameters. */
export function valuesOf(clock: Clock, rotations: readonly Rotation[]): unknown[] {
  return [
    clock.forDatabase(),
    rotations.map(({ sessionId }) => sessionId),
    rotations.map(({ expected }) => expected),
    rotations.map(({ next }) => next),
    rotations.map(({ idleTtl }) => idleTtl),
    rotations.map(({ eventId }) => eventId),
    rotations.map(({ ip }) => ip),
  ];
}

function rotatedOf({ lastUsedAt, expiresAt }: Row): Rotated | undefined {
  return lastUsedAt && expiresAt ? { lastUsedAt, expiresAt } : undefined;
}
