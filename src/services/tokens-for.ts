import { PortcullisError } from '../errors/portcullis-error.js';
import type { SessionGrant, SessionRecord, SessionSecrets, UserRecord } from '../stores/index.js';
import type { Deps } from './deps.js';

/** What a sign-in or a refresh answers. */
export interface SignedIn {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  /** Seconds from now, for clients whose clock is wrong. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

/** Makes the tokens of a live session. @param issuedAt a moment before the store was read for it */
export function tokensFor(
  deps: Deps,
  grant: SessionGrant & SessionSecrets,
  issuedAt: number,
  counter: number = grant.refreshCounter,
): SignedIn {
  const { session, user } = grant;
  deps.profiles.put(user);
  const { token, expiresAt } = deps.accessTokens.issue({
    userId: session.userId,
    sessionId: session.id,
    deviceId: session.deviceId,
    tokenEpoch: grant.tokenEpoch,
    globalEpoch: grant.globalEpoch,
    scopes: grant.user.scopes,
    authenticatedAt: session.authenticatedAt.getTime(),
    issuedAt,
    notAfter: session.expiresAt.getTime(),
  });
  return {
    accessToken: token,
    accessTokenExpiresAt: new Date(expiresAt),
    expiresIn: Math.max(0, Math.floor((expiresAt - deps.clock.now()) / 1000)),
    refreshToken: deps.refreshTokens.create(session.id, counter, grant.secret),
    session,
    user,
  };
}

/** Reads the session again after a change and makes its tokens. */
export async function freshTokensFor(deps: Deps, sessionId: string): Promise<SignedIn> {
  const issuedAt = deps.clock.now();
  const grant = await deps.database.read((db) => deps.sessions.findGrant(db, sessionId));
  if (!grant || grant.session.endedReason !== null) {
    throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
  }
  return tokensFor(deps, grant, issuedAt);
}
