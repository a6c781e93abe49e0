import { RECORD_COLUMNS } from './view.js';
import type { SessionGrant, SessionRecord } from './record.js';

/** The view's columns that a grant is made of. */
export const GRANT_COLUMNS = [
  ...RECORD_COLUMNS,
  'token_epoch as tokenEpoch',
  'global_epoch as globalEpoch',
  'external_id as externalId',
  'email',
  'name',
  'scopes',
  'user_epoch as userEpoch',
  'disabled',
  'disabled_until as disabledUntil',
  'user_created_at as userCreatedAt',
] as const;

export interface GrantRow extends SessionRecord {
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  readonly signingKid: string;
  readonly externalId: string | null;
  readonly email: string;
  readonly name: string | null;
  readonly scopes: string[];
  readonly userEpoch: number;
  readonly disabled: boolean;
  readonly disabledUntil: Date | null;
  readonly userCreatedAt: Date;
}

/** Session, account and epochs, apart. */
export function toGrant({ tokenEpoch, globalEpoch, signingKid, ...row }: GrantRow): SessionGrant {
  const {
    externalId,
    email,
    name,
    scopes,
    userEpoch,
    disabled,
    disabledUntil,
    userCreatedAt,
    ...session
  } = row;
  const user = {
    id: session.userId,
    externalId,
    email,
    name,
    scopes,
    tokenEpoch: userEpoch,
    disabled,
    disabledUntil: disabled ? disabledUntil : null,
    createdAt: userCreatedAt,
  };
  return { session, user, tokenEpoch, globalEpoch, signingKid };
}
