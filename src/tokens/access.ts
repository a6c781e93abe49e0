import { randomUUID } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';
import type { Clock } from '../support/clock.js';
import { readAccessClaims } from './access-claims.js';
import type { AccessClaims, AccessToken } from './access-claims.js';
import type { KeyRing } from './key-ring.js';
import { parseStrictJws } from './strict-jws.js';

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** Milliseconds by which the clocks of the nodes may differ. */
  readonly tolerance: number;
  /** The part of its life by which chance may shorten a token's. Default 0. */
  readonly jitter?: number;
  /** How many verified tokens are remembered. Default 10,000. */
  readonly remembered?: number;
}

/** What a new access token says. Times in milliseconds. */
export interface AccessGrant {
  readonly userId: string;
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
}

const TYPE = 'at+jwt';
const HEADER_MEMBERS = 3;

/** Makes and verifies access tokens (RFC 9068) without any I/O. */
export class AccessTokens {
  readonly #keys: () => KeyRing;
  readonly #options: AccessTokenOptions;
  readonly #clock: Clock;
  /** The signature is paid for once per token and node; expiry and key are judged on every hit. */
  readonly #verified: LRUCache<string, AccessToken & { readonly kid: string }>;

  constructor(keys: () => KeyRing, options: AccessTokenOptions, clock: Clock) {
    this.#keys = keys;
    this.#options = options;
    this.#clock = clock;
    this.#verified = new LRUCache({ max: options.remembered ?? 10_000 });
  }

  /** @throws PortcullisError STORE_UNAVAILABLE when the ring has lost the key to sign with meanwhile. */
  issue(grant: AccessGrant): { token: string; expiresAt: number } {
    const { issuer, audience, jitter = 0 } = this.#options;
    const ttl = this.#options.ttl * (1 - jitter * Math.random());
    const { kid } = grant;
    const key = this.#keys().find(kid);
    if (!key) throw storeUnavailable(new Error(`no signing key ${kid}`));
    const { algorithm, privateKey } = key;
    const iat = Math.floor(grant.issuedAt / 1000);
    const exp = Math.min(
      Math.ceil((grant.issuedAt + ttl) / 1000),
      Math.max(Math.floor(grant.notAfter / 1000), iat),
    );
    const claims: AccessClaims = {
      iss: issuer,
      aud: audience,
      sub: grant.userId,
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
      token: jsonwebtoken.sign(claims, privateKey, { algorithm, header }),
      expiresAt: exp * 1000,
    };
  }

  /**
   * @throws PortcullisError UNAUTHENTICATED with TOKEN_EXPIRED for a token that was good once, else
   * with TOKEN_INVALID.
   */
  verify(token: string): AccessToken {
    const verified = this.verifyIgnoringExpiry(token);
    const { tolerance } = this.#options;
    if (this.#clock.now() > verified.expiresAt * 1000 + tolerance) {
      this.#verified.delete(token);
      throw new PortcullisError('UNAUTHENTICATED', 'TOKEN_EXPIRED');
    }
    return verified;
  }

  /** For log-out alone: a token that has expired still names the session that its holder wants ended. */
  verifyIgnoringExpiry(token: string): AccessToken {
    const remembered = this.#verified.get(token);
    if (remembered && this.#keys().find(remembered.kid)) return remembered;
    const kid = this.#knownKidOf(token);
    const claims = kid === undefined ? undefined : this.#checkSignature(token, kid);
    if (!claims || kid === undefined) throw new PortcullisError('UNAUTHENTICATED', 'TOKEN_INVALID');
    const verified = { ...claims, kid };
    this.#verified.set(token, verified);
    return verified;
  }

  /** The key that a token in our form names, whether there is such a key or not. */
  kidOf(token: string): string | undefined {
    return headerOf(token)?.kid;
  }

  #knownKidOf(token: string): string | undefined {
    const header = headerOf(token);
    return header && this.#keys().find(header.kid)?.algorithm === header.alg
      ? header.kid
      : undefined;
  }

  #checkSignature(token: string, kid: string): AccessToken | undefined {
    const key = this.#keys().find(kid);
    if (!key) return undefined;
    try {
      // A KeyObject, never a PEM string: parsing one per call was measured at 40 times the cost.
      const payload = jsonwebtoken.verify(token, key.publicKey, {
        algorithms: [key.algorithm],
        ignoreExpiration: true,
        clockTimestamp: Math.floor(this.#clock.now() / 1000),
      });
      return readAccessClaims(payload, {
        issuer: this.#options.issuer,
        audience: this.#options.audience,
        now: this.#clock.now() / 1000,
        tolerance: this.#options.tolerance / 1000,
      });
    } catch {
      return undefined;
    }
  }
}

/** The header says exactly alg, typ and kid: no jku, jwk, x5u, crit or b64 reaches any library. */
function headerOf(token: string): { readonly alg: unknown; readonly kid: string } | undefined {
  const parts = parseStrictJws(token);
  if (!parts || Object.keys(parts.header).length !== HEADER_MEMBERS) return undefined;
  const { alg, typ, kid } = parts.header;
  return typ === TYPE && typeof kid === 'string' ? { alg, kid } : undefined;
}
