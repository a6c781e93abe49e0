import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { signerKid } from '../../signing-keys.js';
import { sqlNow } from '../../sql-now.js';
import { GRANT_COLUMNS, toGrant } from '../grant.js';
import type { GrantRow } from '../grant.js';
import type { SessionGrant, SessionSecrets } from '../record.js';
import { sessionView } from '../view.js';

type Row = GrantRow & SessionSecrets;

const ROTATION_AGES = `
  ARRAY(SELECT (extract(epoch FROM ? - at) * 1000)::float8
        FROM unnest(rotated_at) WITH ORDINALITY AS r(at, n) ORDER BY n) AS "rotationAges"`;

/** Session, account, refresh secrets and the key to sign with, in one statement. */
export async function findSessionGrant(
  db: Executor,
  clock: Clock,
  id: string,
): Promise<(SessionGrant & SessionSecrets) | undefined> {
  const rows = (await sessionView(db, clock)
    .select(
      ...GRANT_COLUMNS,
      'secret',
      'refresh_counter as refreshCounter',
      db.raw(ROTATION_AGES, [sqlNow(db, clock)]),
      db.raw('? AS "signingKid"', [signerKid(db, clock)]),
    )
    .where({ id })) as Row[];
  const [row] = rows;
  if (!row) return undefined;
  const { secret, refreshCounter, rotationAges, ...grant } = row;
  return { ...toGrant(grant), secret, refreshCounter, rotationAges };
}
