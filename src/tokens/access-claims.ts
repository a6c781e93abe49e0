import { z } from 'zod';
import { ownClaimsOf } from './own-claims.js';
import type { OwnClaims } from './own-claims.js';
import { userIdOf } from './subject.js';

/** A verified access token, in our own words. Times in seconds since the epoch. */
export interface AccessToken {
  readonly userId: string;
  /** What a team's own user store calls the user, where that is not `userId`. */
  readonly subject?: string;
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
  /** What the team has added. Absent: nothing. */
  readonly claims?: OwnClaims;
}

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

/** Judges the claims apart from the expiry. @returns undefined when any of them is amiss. */
export function readAccessClaims(
  payload: unknown,
  expected: {
    issuer: string;
    audience: string;
    subjects: Subjects;
    now: number;
    tolerance: number;
  },
): AccessToken | undefined {
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
  return {
    userId,
    ...(userId === c.sub ? {} : { subject: c.sub }),
    ...(Object.keys(own).length === 0 ? {} : { claims: own }),
    sessionId: c.sid,
    deviceId: c.did,
    tokenEpoch: c.ver,
    globalEpoch: c.gen,
    scopes: new Set(c.scope.split(' ').filter((scope) => scope !== '')),
    issuedAt: c.iat,
    expiresAt: c.exp,
    authenticatedAt: c.auth_time,
    tokenId: c.jti,
  };
}
