import { PortcullisError } from '../errors/portcullis-error.js';
import type { SessionLookUp } from '../stores/index.js';
import { matchesOpaqueToken, parseOpaqueToken } from '../tokens/index.js';
import type { AccessToken } from '../tokens/index.js';
import { Coalesced } from './coalesced.js';

/** Reads sessions by their ids. Unknown ones are absent from the answer. */
export type LookUp = (ids: readonly string[]) => Promise<ReadonlyMap<string, SessionLookUp>>;

/** What an opaque token stands for, as the store said just now. */
export interface SessionToken {
  readonly token: AccessToken;
  /** Milliseconds for which the session was not used. */
  readonly unusedFor: number;
}

function refused(
  reason: 'TOKEN_INVALID' | 'SESSION_REVOKED' | 'SESSION_EXPIRED' | 'ACCOUNT_DISABLED',
) {
  return new PortcullisError('UNAUTHENTICATED', reason);
}

/** Opaque session tokens: each request looks its token up, together with all that come in the same tick. */
export class SessionTokens {
  readonly #reads: Coalesced<string, SessionLookUp | undefined>;

  constructor(lookUp: LookUp, deadline?: number) {
    this.#reads = new Coalesced(async (ids) => {
      const found = await lookUp([...new Set(ids)]);
      return ids.map((id) => found.get(id));
    }, deadline);
  }

  /** The session that a token was made for, be it over or not; undefined for a token that is not ours. */
  async find(text: string): Promise<SessionLookUp | undefined> {
    const claim = parseOpaqueToken(text);
    const session = claim && (await this.#reads.read(claim.sessionId));
    return session && matchesOpaqueToken(claim, session.tokenHash) ? session : undefined;
  }

  /** @throws PortcullisError UNAUTHENTICATED, AUTH_CHECK_UNAVAILABLE. */
  async verify(text: string): Promise<SessionToken> {
    const session = await this.find(text);
    if (!session) throw refused('TOKEN_INVALID');
    if (session.disabled) throw refused('ACCOUNT_DISABLED');
    if (session.revoked) throw refused('SESSION_REVOKED');
    if (session.expired) throw refused('SESSION_EXPIRED');
    const { id, userId, externalId, deviceId, scopes, unusedFor, tokenEpoch, globalEpoch } =
      session;
    const token: AccessToken = {
      userId,
      ...(externalId === null || externalId === userId ? {} : { subject: externalId }),
      sessionId: id,
      deviceId,
      tokenEpoch,
      globalEpoch,
      scopes: new Set(scopes),
      issuedAt: session.now / 1_000,
      expiresAt: session.expiresAt / 1_000,
      authenticatedAt: session.authenticatedAt / 1_000,
      tokenId: id,
    };
    return { token, unusedFor };
  }
}
