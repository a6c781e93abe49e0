import type { UserRecord } from '../users.js';

/** Why a session ended: what the row or the epochs say. */
export type EndedReason = 'logged_out' | 'revoked' | 'expired';

/** A session as lists and answers show it; its end is derived where no row says it yet. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly authenticatedAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly endedReason: EndedReason | null;
  /** What the one who ended it gave as the reason, or what made us end it. */
  readonly endedDetail: string | null;
}

/** What a refresh needs to know of a session. */
export interface SessionSecrets {
  readonly secret: Buffer;
  readonly refreshCounter: number;
  /** Milliseconds since each of the last rotations, newest first. */
  readonly rotationAges: readonly number[];
}

/** What a token is made of, read in one statement. */
export interface SessionGrant {
  readonly session: SessionRecord;
  readonly user: UserRecord;
  /** The epochs that the session belongs to. */
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  /** The key that signs at the moment of the read, so that no node goes on with one that is retired. */
  readonly signingKid: string;
}

/** One session as a check asks for it: whose it is stands in the token already. */
export interface SessionRef {
  readonly sessionId: string;
  readonly userId: string;
}

/** The answer of a check. A session that is not found has no state. */
export interface SessionState {
  readonly id: string;
  readonly revoked: boolean;
  readonly expired: boolean;
  /** The account is disabled now. */
  readonly disabled: boolean;
  /** Tokens of the user from below have ended. */
  readonly tokenEpoch: number;
  /** Tokens of anyone from below have ended. */
  readonly globalEpoch: number;
  /** The signing keys that there are; what any other has signed is over. */
  readonly kids: readonly string[];
  /** Milliseconds until it expires, unless it is used. Absent: nobody said. */
  readonly remaining?: number;
}

/** What a session token stands for: the claims of an access token, and the answer of a check. */
export interface SessionLookUp {
  readonly id: string;
  readonly userId: string;
  /** What a team's own store calls the user. */
  readonly externalId: string | null;
  readonly deviceId: string;
  /** SHA-256 of the token; null where the session has none. */
  readonly tokenHash: Buffer | null;
  readonly scopes: readonly string[];
  /** Those that the session belongs to. */
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  /** Milliseconds since the epoch, as the two below. */
  readonly authenticatedAt: number;
  readonly expiresAt: number;
  /** The moment of the answer. */
  readonly now: number;
  /** Milliseconds since it was last used. */
  readonly unusedFor: number;
  readonly revoked: boolean;
  readonly expired: boolean;
  /** The account is disabled now. */
  readonly disabled: boolean;
}

export interface NewSession extends Pick<
  SessionRecord,
  'id' | 'userId' | 'deviceId' | 'deviceName' | 'ip' | 'userAgent'
> {
  readonly secret: Buffer;
  /** SHA-256 of its session token; null where access tokens are JWTs. */
  readonly tokenHash: Buffer | null;
  /** The user's, as read together with the password that was verified. */
  readonly tokenEpoch: number;
  /** Milliseconds. */
  readonly idleTtl: number;
  /** Milliseconds. */
  readonly maxTtl: number;
}

export interface Rotation {
  readonly sessionId: string;
  /** The counter that the session must still have. */
  readonly expected: number;
  readonly next: number;
  /** Milliseconds. */
  readonly idleTtl: number;
  readonly eventId: string;
  readonly ip: string | null;
}

/** A rotation by somebody who knows the secret that the session must still have. */
export interface KnownRotation extends Rotation {
  readonly secret: Buffer;
}

/** A session that is used; the epochs are those of the token that it is used by. */
export interface Extension {
  readonly sessionId: string;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  /** Milliseconds. */
  readonly idleTtl: number;
}

/** Rotations whose moments are remembered; more of them within one grace count as theft. */
export const REMEMBERED_ROTATIONS = 16;

export interface SessionFilter {
  readonly userId?: string | null | undefined;
  readonly deviceId?: string | null | undefined;
  readonly ip?: string | null | undefined;
  readonly ended?: boolean | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
}
