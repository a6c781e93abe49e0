import { z } from 'zod';

/** A verified access token, in our own words. Times in seconds since the epoch. */
export interface AccessToken {
  readonly userId: string;
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
}

const time = z.int().min(0).max(8_640_000_000_000);
const epoch = z.int().min(0);

/** The claims of RFC 9068 and ours; jsonwebtoken would let most of these be absent or of any type. */
const claims = z.object({
  iss: z.string().min(1),
  aud: z.string().min(1),
  sub: z.uuid(),
  sid: z.uuid(),
  did: z.string().min(1).max(128),
  iat: time,
  exp: time,
  auth_time: time,
  jti: z.uuid(),
  ver: epoch,
  gen: epoch,
  scope: z.string(),
});

export type AccessClaims = z.infer<typeof claims>;

/** Judges the claims apart from the expiry. @returns undefined when any of them is amiss. */
export function readAccessClaims(
  payload: unknown,
  expected: { issuer: string; audience: string; now: number; tolerance: number },
): AccessToken | undefined {
  const result = claims.safeParse(payload);
  if (!result.success) return undefined;
  const c = result.data;
  if (c.iss !== expected.issuer || c.aud !== expected.audience) return undefined;
  if (c.iat > expected.now + expected.tolerance) return undefined;
  if (c.exp < c.iat || c.auth_time > c.iat + expected.tolerance) return undefined;
  return {
    userId: c.sub,
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
