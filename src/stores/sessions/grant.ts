import { RECORD_COLUMNS } from './view.js';
import type { UserRecord } from '../users.js';
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

/** Session, account and epochs, apart; by name, since rests and spreads of so many members cost a refresh. */
export function toGrant(row: GrantRow): SessionGrant {
  const { tokenEpoch, globalEpoch, signingKid } = row;
  return { session: recordOf(row), user: userOf(row), tokenEpoch, globalEpoch, signingKid };
}

function recordOf(row: GrantRow): SessionRecord {
  return {
    id: row.id,
    userId: row.userId,
    deviceId: row.deviceId,
    deviceName: row.deviceName,
    ip: row.ip,
    userAgent: row.userAgent,
    createdAt: row.createdAt,
    authenticatedAt: row.authenticatedAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    endedAt: row.endedAt,
    endedReason: row.endedReason,
    endedDetail: row.endedDetail,
  };
}

function userOf(row: GrantRow): UserRecord {
  return {
    id: row.userId,
    externalId: row.externalId,
    email: row.email,
    name: row.name,
    scopes: row.scopes,
    tokenEpoch: row.userEpoch,
    disabled: row.disabled,
    disabledUntil: row.disabled ? row.disabledUntil : null,
    createdAt: row.userCreatedAt,
  };
}
