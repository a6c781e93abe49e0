import type { KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Clock } from '../support/clock.js';
import { readAccessClaims } from './access-claims.js';
import type { AccessToken, SignedToken, Subjects } from './access-claims.js';
import { parseStrictJws } from './strict-jws.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The public half of a signing key, and the one algorithm that it serves. */
export interface VerifyingKey {
  readonly kid: string;
  readonly algorithm: 'ES256';
  readonly publicKey: KeyObject;
}

/** All that verifying needs to know of keys. */
export interface VerifyingKeys {
  find(kid: string): VerifyingKey | undefined;
}

export interface AccessVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds by which the clocks of the nodes may differ. */
  readonly tolerance: number;
  /** Whose users tokens speak of. Default ours. */
  readonly subjects?: Subjects | undefined;
  /** How many verified tokens are remembered. Default 10,000. */
  readonly remembered?: number;
}

export const TYPE = 'at+jwt';
const HEADER_MEMBERS = 3;

/** Verifies access tokens (RFC 9068) by public keys, without any I/O. */
export class AccessVerifier {
  readonly #keys: () => VerifyingKeys;
  readonly #options: AccessVerifierOptions;
  readonly #clock: Clock;
  /** The signature is paid for once per token and node; expiry and key are judged on every hit. */
  readonly #verified: VerifiedTokens<SignedToken>;

  constructor(keys: () => VerifyingKeys, options: AccessVerifierOptions, clock: Clock) {
    this.#keys = keys;
    this.#options = options;
    this.#clock = clock;
    this.#verified = new VerifiedTokens(options.remembered ?? 10_000);
  }

  /**
   * @throws PortcullisError UNAUTHENTICATED with TOKEN_EXPIRED for a token that was good once, else
   * with TOKEN_INVALID.
   */
  verify(token: string): AccessToken {
    const verified = this.verifyIgnoringExpiry(token);
    const { tolerance } = this.#options;
    // On or after: RFC 7519, 4.1.4.
    if (this.#clock.now() >= verified.expiresAt * 1000 + tolerance) {
      this.#verified.delete(token);
      throw new PortcullisError('UNAUTHENTICATED', 'TOKEN_EXPIRED');
    }
    return verified;
  }

  /** For log-out alone: a token that has expired still names the session that its holder wants ended. */
  verifyIgnoringExpiry(token: string): AccessToken {
    const remembered = this.#verified.get(token);
    if (remembered && this.#keys().find(remembered.kid)) return remembered;
    const key = this.#knownKeyOf(token);
    const verified = key && this.#checkSignature(token, key);
    if (!verified) throw new PortcullisError('UNAUTHENTICATED', 'TOKEN_INVALID');
    this.#verified.set(token, verified);
    return verified;
  }

  /** The key that a token in our form names, whether there is such a key or not. */
  kidOf(token: string): string | undefined {
    return headerOf(token)?.kid;
  }

  #knownKeyOf(token: string): VerifyingKey | undefined {
    const header = headerOf(token);
    if (!header) return undefined;
    const key = this.#keys().find(header.kid);
    return key?.algorithm === header.alg ? key : undefined;
  }

  #checkSignature(token: string, key: VerifyingKey): SignedToken | undefined {
    try {
      // A KeyObject, never a PEM string: parsing one per call was measured at 40 times the cost.
      const payload = jsonwebtoken.verify(token, key.publicKey, {
        algorithms: [key.algorithm],
        // Of the times it judges two, and lets them be absent or endless.
        ignoreExpiration: true,
        ignoreNotBefore: true,
        // Whether the key is one for the algorithm was judged when it was imported, once and not per token.
        allowInvalidAsymmetricKeyTypes: true,
      });
      return readAccessClaims(payload, {
        issuer: this.#options.issuer,
        audience: this.#options.audience,
        subjects: this.#options.subjects ?? 'ours',
        now: this.#clock.now() / 1000,
        tolerance: this.#options.tolerance / 1000,
        // The key's own string, which is at hand for every token, and not a copy for each.
        kid: key.kid,
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
