import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNow } from '../../sql-now.js';
import type { SessionGrant, SessionRecord, SessionSecrets } from '../record.js';
import { RECORD_COLUMNS, USER_COLUMNS, sessionView } from './view.js';

interface Row extends SessionRecord, SessionSecrets {
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  readonly email: string;
  readonly name: string | null;
  readonly scopes: string[];
  readonly userEpoch: number;
  readonly disabled: boolean;
  readonly disabledUntil: Date | null;
  readonly userCreatedAt: Date;
}

const ROTATION_AGES = `
  ARRAY(SELECT (extract(epoch FROM ? - at) * 1000)::float8
        FROM unnest(rotated_at) WITH ORDINALITY AS r(at, n) ORDER BY n) AS "rotationAges"`;

/** Session, account and refresh secrets, in one statement. */
export async function findSessionGrant(
  db: Executor,
  clock: Clock,
  id: string,
): Promise<(SessionGrant & SessionSecrets) | undefined> {
  const rows = (await sessionView(db, clock)
    .select(
      ...RECORD_COLUMNS,
      ...USER_COLUMNS,
      'secret',
      'refresh_counter as refreshCounter',
      'token_epoch as tokenEpoch',
      'global_epoch as globalEpoch',
      db.raw(ROTATION_AGES, [sqlNow(db, clock)]),
    )
    .where({ id })) as Row[];
  const [row] = rows;
  if (!row) return undefined;
  const { secret, refreshCounter, rotationAges, tokenEpoch, globalEpoch, ...rest } = row;
  const { email, name, scopes, userEpoch, disabled, disabledUntil, userCreatedAt, ...session } =
    rest;
  const user = {
    id: session.userId,
    email,
    name,
    scopes,
    tokenEpoch: userEpoch,
    disabled,
    disabledUntil: disabled ? disabledUntil : null,
    createdAt: userCreatedAt,
  };
  return { session, user, secret, refreshCounter, rotationAges, tokenEpoch, globalEpoch };
}
