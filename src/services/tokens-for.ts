import { PortcullisError } from '../errors/portcullis-error.js';
import type { SessionGrant, SessionRecord, SessionSecrets, UserRecord } from '../stores/index.js';
import { createOpaqueToken } from '../tokens/index.js';
import type { Deps } from './deps.js';
import { claimsFor } from './directory.js';

/** What a sign-in or a refresh answers. */
export interface SignedIn {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  /** Seconds from now, for clients whose clock is wrong. */
  readonly expiresIn: number;
  /** Null under schemes that have none. */
  readonly refreshToken: string | null;
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

/** A new session token where access tokens are opaque, with the hash to keep; nulls elsewhere. */
export function newSessionToken(
  deps: Deps,
  sessionId: string,
): { readonly token: string | null; readonly hash: Buffer | null } {
  const { scheme } = deps.settings;
  return scheme.token === 'opaque' ? createOpaqueToken(sessionId) : { token: null, hash: null };
}

export interface TokenOptions {
  /** A moment before the store was read for the grant. */
  readonly issuedAt: number;
  /** Of the refresh token; default: the grant's. */
  readonly counter?: number;
  /** The session token whose hash the store holds; null where access tokens are JWTs. */
  readonly sessionToken?: string | null;
}

/**
 * Makes the tokens of a live session.
 * @throws PortcullisError STORE_UNAVAILABLE when the key that signs is not to be had.
 */
export async function tokensFor(
  deps: Deps,
  grant: SessionGrant & SessionSecrets,
  { issuedAt, counter = grant.refreshCounter, sessionToken = null }: TokenOptions,
): Promise<SignedIn> {
  const { session, user } = grant;
  deps.profiles.put(user);
  const { token, expiresAt } =
    sessionToken === null
      ? await issueJwt(deps, grant, issuedAt)
      : { token: sessionToken, expiresAt: session.expiresAt.getTime() };
  const { refresh } = deps.settings.scheme;
  if (refresh) deps.secrets.put(session.id, grant.secret);
  return {
    accessToken: token,
    accessTokenExpiresAt: new Date(expiresAt),
    expiresIn: Math.max(0, Math.floor((expiresAt - deps.clock.now()) / 1000)),
    refreshToken: refresh ? deps.refreshTokens.create(session.id, counter, grant.secret) : null,
    session,
    user,
  };
}

/**
 * Makes the access token of a live session, signed by the key that the store named for it.
 * @param issuedAt a moment before the store was read for the grant
 * @throws PortcullisError STORE_UNAVAILABLE when the key that signs is not to be had.
 */
export async function issueJwt(
  deps: Deps,
  grant: SessionGrant,
  issuedAt: number,
): Promise<{ token: string; expiresAt: number }> {
  const { session } = grant;
  await deps.keys.ensure(grant.signingKid);
  const claims = await claimsFor(deps, grant.user);
  return deps.accessTokens.issue({
    userId: session.userId,
    subject: grant.user.externalId ?? undefined,
    claims,
    sessionId: session.id,
    deviceId: session.deviceId,
    tokenEpoch: grant.tokenEpoch,
    globalEpoch: grant.globalEpoch,
    scopes: grant.user.scopes,
    authenticatedAt: session.authenticatedAt.getTime(),
    kid: grant.signingKid,
    issuedAt,
    notAfter: session.expiresAt.getTime(),
  });
}

/**
 * Reads the session again after a change and makes its tokens.
 * @param sessionToken the one whose hash the change wrote down; null where access tokens are JWTs
 */
export async function freshTokensFor(
  deps: Deps,
  sessionId: string,
  sessionToken: string | null,
): Promise<SignedIn> {
  const issuedAt = deps.clock.now();
  const grant = await deps.database.read((db) => deps.sessions.findGrant(db, sessionId));
  if (!grant || grant.session.endedReason !== null) {
    throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
  }
  return tokensFor(deps, grant, { issuedAt, sessionToken });
}
