import { z } from 'zod';
import { ownClaimsOf } from './own-claims.js';
import type { OwnClaims } from './own-claims.js';
import { userIdOf } from './subject.js';

/** A verified access token, in our own words. Times in seconds since the epoch. */
export interface AccessToken {
  readonly userId: string;
  /** What a team's own user store calls the user, where that is not `userId`. */
  readonly subject?: string | undefined;
  readonly sessionId: string;
  readonly deviceId: string;
  /** The user's token epoch when it was issued (claim `ver`). */
  readonly tokenEpoch: number;
  /** The global epoch when it was issued (claim `gen`). */
  readonly globalEpoch: number;
  readonly scopes: ReadonlySet<string>;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When the password was last entered. */
  readonly authenticatedAt: number;
  readonly tokenId: string;
  /** The key that signed it; absent in what stands for an opaque token. */
  readonly kid?: string | undefined;
  /** What the team has added. Undefined: nothing. */
  readonly claims?: OwnClaims | undefined;
}

/** One that was signed by a key, as every JWT is. */
export type SignedToken = AccessToken & { readonly kid: string };

const time = z.int().min(0).max(8_640_000_000_000);
const epoch = z.int().min(0);
const uuid = z.uuid();

/** The claims of RFC 9068 and ours; jsonwebtoken would let most of these be absent or of any type. */
const claims = z.looseObject({
  iss: z.string().min(1),
  aud: z.string().min(1),
  sub: z.string().regex(/^[^\p{Cc}]{1,255}$/u),
  sid: uuid,
  did: z.string().min(1).max(128),
  iat: time,
  exp: time,
  nbf: time.optional(),
  auth_time: time,
  jti: uuid,
  ver: epoch,
  gen: epoch,
  scope: z.string(),
});

export type AccessClaims = z.infer<typeof claims>;

/** Whose users tokens speak of: ours, whose ids are UUIDs, or a team's own. */
export type Subjects = 'ours' | 'any';

/**
 * Judges the claims apart from the expiry. @returns undefined when any of them is amiss.
 * @param expected `kid`: the key that the signature is by
 */
export function readAccessClaims(
  payload: unknown,
  expected: {
    issuer: string;
    audience: string;
    subjects: Subjects;
    now: number;
    tolerance: number;
    kid: string;
  },
): SignedToken | undefined {
  const result = claims.safeParse(payload);
  if (!result.success) return undefined;
  const c = result.data;
  if (expected.subjects === 'ours' && !uuid.safeParse(c.sub).success) return undefined;
  if (c.iss !== expected.issuer || c.aud !== expected.audience) return undefined;
  const latest = expected.now + expected.tolerance;
  if (c.iat > latest || (c.nbf ?? 0) > latest) return undefined;
  if (c.exp < c.iat || c.auth_time > c.iat + expected.tolerance) return undefined;
  const userId = userIdOf(c.sub);
  const own = ownClaimsOf(c);
  // One literal without a spread, and what every request looks at first: so V8 keeps all of it in the object itself.
  // Where some lay in a second one, as it keeps what is spread or added, an @auth request took 3 % longer.
  return {
    kid: expected.kid,
    expiresAt: c.exp,
    globalEpoch: c.gen,
    tokenEpoch: c.ver,
    userId,
    sessionId: c.sid,
    issuedAt: c.iat,
    scopes: new Set(c.scope.split(' ').filter((scope) => scope !== '')),
    authenticatedAt: c.auth_time,
    deviceId: c.did,
    tokenId: c.jti,
    subject: userId === c.sub ? undefined : c.sub,
    claims: Object.keys(own).length === 0 ? undefined : own,
  };
}
