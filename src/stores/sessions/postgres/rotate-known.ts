import type { Database } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { signerAt } from '../../signing-keys.js';
import { GRANT_COLUMNS } from '../grant.js';
import type { KnownRotation, SessionGrant, SessionSecrets } from '../record.js';
import { selectFrom } from '../view.js';
import { grantOf } from './grant.js';
import type { Told } from './grant.js';
import { NOW, rotation, valuesOf } from './rotate.js';

type Grant = SessionGrant & SessionSecrets;

/** What is rotated is live, so nothing has ended it and nothing keeps its user out. */
const LIVE_ROW = `
  SELECT *, false AS disabled, NULL::timestamptz AS disabled_until,
    NULL::timestamptz AS end_at, NULL::text AS end_reason, NULL::text AS end_detail
  FROM rotated`;

const ROTATE_KNOWN = rotation({
  wait: 'SKIP LOCKED',
  given: { arrays: ', $8::bytea[]', names: ', secret', proof: 'AND s.secret = a.secret' },
  told: `s.*, u.external_id, u.email, u.name, u.scopes, u.token_epoch AS user_epoch,
    u.created_at AS user_created_at`,
  answer: selectFrom(LIVE_ROW, [
    ...GRANT_COLUMNS,
    'refresh_counter as refreshCounter',
    `'{}'::float8[] AS "rotationAges"`,
    `${signerAt(NOW)} AS "signingKid"`,
  ]),
});

/**
 * Rotations by those who know the secrets of their sessions, with what their tokens are made of.
 * @returns undefined where nothing was rotated, for whichever reason: somebody else may hold the row.
 */
export async function rotateKnownSessions(
  database: Database,
  clock: Clock,
  rotations: readonly KnownRotation[],
): Promise<(Grant | undefined)[]> {
  const first = new Map(rotations.toReversed().map((one) => [one.sessionId, one]));
  const asked = [...first.values()];
  const values = [...valuesOf(clock, asked), asked.map(({ secret }) => secret)];
  const rows = await database.byId<Told>('portcullis_rotate_known', ROTATE_KNOWN, values);
  const grants = new Map(rows.map((row) => [row.id, row]));
  // The others of a session come after its first: by then its counter has moved on.
  return rotations.map((one) => {
    const row = first.get(one.sessionId) === one ? grants.get(one.sessionId) : undefined;
    return row && grantOf(row, one.secret);
  });
}
