import { randomUUID } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { storeUnavailable } from '../errors/portcullis-error.js';
import type { Clock } from '../support/clock.js';
import type { AccessClaims } from './access-claims.js';
import { AccessVerifier, TYPE } from './access-verifier.js';
import type { AccessVerifierOptions } from './access-verifier.js';
import type { KeyRing } from './key-ring.js';
import type { OwnClaims } from './own-claims.js';

export interface AccessTokenOptions extends AccessVerifierOptions {
  /** Milliseconds. */
  readonly ttl: number;
  /** The part of its life by which chance may shorten a token's. Default 0. */
  readonly jitter?: number;
}

/** What a new access token says. Times in milliseconds. */
export interface AccessGrant {
  readonly userId: string;
  /** What a team's own store calls the user. */
  readonly subject?: string | undefined;
  readonly sessionId: string;
  readonly deviceId: string;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  readonly scopes: readonly string[];
  readonly authenticatedAt: number;
  /** The key to sign with, which the store named in the read behind the grant; it is in the ring. */
  readonly kid: string;
  /** When the database was last known to be consulted: never later than the read behind the grant. */
  readonly issuedAt: number;
  /** The end of the session, which no token outlives. */
  readonly notAfter: number;
  /** The team's own; none of ours. */
  readonly claims?: OwnClaims;
}

/** Makes and verifies access tokens (RFC 9068) without any I/O. */
export class AccessTokens extends AccessVerifier {
  readonly #signingKeys: () => KeyRing;
  readonly #options: AccessTokenOptions;

  constructor(keys: () => KeyRing, options: AccessTokenOptions, clock: Clock) {
    super(keys, options, clock);
    this.#signingKeys = keys;
    this.#options = options;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE when the ring has lost the key to sign with meanwhile. */
  issue(grant: AccessGrant): { token: string; expiresAt: number } {
    const { issuer, audience, jitter = 0 } = this.#options;
    const ttl = this.#options.ttl * (1 - jitter * Math.random());
    const { kid } = grant;
    const key = this.#signingKeys().find(kid);
    if (!key) throw storeUnavailable(new Error(`no signing key ${kid}`));
    const { algorithm, privateKey } = key;
    const iat = Math.floor(grant.issuedAt / 1000);
    const exp = Math.min(
      Math.ceil((grant.issuedAt + ttl) / 1000),
      Math.max(Math.floor(grant.notAfter / 1000), iat),
    );
    const claims: AccessClaims = {
      ...grant.claims,
      iss: issuer,
      aud: audience,
      sub: grant.subject ?? grant.userId,
      sid: grant.sessionId,
      did: grant.deviceId,
      iat,
      exp,
      auth_time: Math.min(Math.floor(grant.authenticatedAt / 1000), iat),
      jti: randomUUID(),
      ver: grant.tokenEpoch,
      gen: grant.globalEpoch,
      scope: grant.scopes.join(' '),
    };
    const header = { alg: algorithm, typ: TYPE, kid };
    return {
      token: jsonwebtoken.sign(claims, privateKey, {
        ...{ algorithm, header },
        // It was judged when it was made or imported.
        allowInvalidAsymmetricKeyTypes: true,
      }),
      expiresAt: exp * 1000,
    };
  }
}
