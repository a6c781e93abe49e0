import type { Database, Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { signerAt, signerKid } from '../../signing-keys.js';
import { sqlNow } from '../../sql-now.js';
import { GRANT_COLUMNS, toGrant } from '../grant.js';
import type { GrantRow } from '../grant.js';
import type { SessionGrant, SessionSecrets } from '../record.js';
import { selectFromView, sessionView } from '../view.js';

type Grant = SessionGrant & SessionSecrets;
type Row = GrantRow & SessionSecrets;
/** To one who knows the secret. */
export type Told = Omit<Row, 'secret'>;

const SECRETS = ['secret', 'refresh_counter as refreshCounter'] as const;

const rotationAges = (now: string) => `
  ARRAY(SELECT (extract(epoch FROM ${now} - at) * 1000)::float8
        FROM unnest(rotated_at) WITH ORDINALITY AS r(at, n) ORDER BY n) AS "rotationAges"`;

/** Session, account, refresh secrets and the key to sign with, in one statement. */
export async function findSessionGrant(
  db: Executor,
  clock: Clock,
  id: string,
): Promise<Grant | undefined> {
  const rows = (await sessionView(db, clock)
    .select(
      ...GRANT_COLUMNS,
      ...SECRETS,
      db.raw(rotationAges('?'), [sqlNow(db, clock)]),
      db.raw('? AS "signingKid"', [signerKid(db, clock)]),
    )
    .where({ id })) as Row[];
  return rows[0] && grantOf(rows[0], rows[0].secret);
}

const NOW = 'coalesce($2::timestamptz, clock_timestamp())';
const COLUMNS = [
  ...GRANT_COLUMNS,
  ...SECRETS,
  rotationAges(NOW),
  `${signerAt(NOW)} AS "signingKid"`,
];
const FIND = `${selectFromView(COLUMNS, NOW)} WHERE id = ANY($1::uuid[])`;

/** The same of any number of sessions. */
export async function findSessionGrants(
  database: Database,
  clock: Clock,
  ids: readonly string[],
): Promise<(Grant | undefined)[]> {
  const values = [ids, clock.forDatabase()];
  const rows = await database.byId<Row>('portcullis_grants', FIND, values);
  const grants = new Map(rows.map((row) => [row.id, grantOf(row, row.secret)]));
  return ids.map((id) => grants.get(id));
}

export function grantOf(row: Told, secret: Buffer): Grant {
  const { session, user, tokenEpoch, globalEpoch, signingKid } = toGrant(row);
  const { refreshCounter, rotationAges: ages } = row;
  const secrets = { secret, refreshCounter, rotationAges: ages };
  return { session, user, tokenEpoch, globalEpoch, signingKid, ...secrets };
}
