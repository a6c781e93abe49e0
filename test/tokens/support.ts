import { sign as cryptoSign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AccessTokens, KeyRing, generateSigningKey } from '../../src/tokens/index.js';
import type { AccessGrant, SigningKey } from '../../src/tokens/index.js';
import { TestClock } from '../support/clock.js';

export const USER = '018f3a5e-7c11-7abc-8def-0123456789ab';
export const SESSION = '018f3a5e-7c11-7abc-8def-0123456789ac';
const TOKEN_ID = '5f0c6e0e-3a55-4d5e-9c53-2f3f0f2b9a11';

/** A verifier with its own key, and the claims that it would take at this moment. */
export function world(keys: SigningKey[] = [generateSigningKey()]) {
  const clock = new TestClock();
  let ring = new KeyRing(keys);
  const options = { issuer: 'portcullis', audience: 'api', ttl: 300_000, tolerance: 5_000 };
  const tokens = new AccessTokens(() => ring, options, clock);
  const seconds = clock.now() / 1000;
  const key = keys[0]!;
  const claims: Record<string, unknown> = {
    iss: 'portcullis',
    aud: 'api',
    sub: USER,
    sid: SESSION,
    did: 'phone',
    iat: seconds,
    exp: seconds + 300,
    auth_time: seconds,
    jti: TOKEN_ID,
    ver: 0,
    gen: 0,
    scope: 'a b',
  };
  const header: Record<string, unknown> = { alg: 'ES256', typ: 'at+jwt', kid: key.kid };
  return {
    clock,
    tokens,
    key,
    claims,
    header,
    /** Signs with the key above. */
    issue: (grant: Omit<AccessGrant, 'kid'>) => tokens.issue({ ...grant, kid: key.kid }),
    replaceKeys: (next: SigningKey[]) => {
      ring = new KeyRing(next);
    },
    /** What becomes of a token: `good`, or the reason for which it is refused. */
    verdict: (token: string) => judge(() => tokens.verify(token)),
  };
}

function judge(verify: () => unknown): string {
  try {
    verify();
    return 'good';
  } catch (error) {
    const { code, reason } = error as { code?: unknown; reason?: unknown };
    return `${String(code)}/${String(reason)}`;
  }
}

export const INVALID = 'UNAUTHENTICATED/TOKEN_INVALID';
export const EXPIRED = 'UNAUTHENTICATED/TOKEN_EXPIRED';

export const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** Signs whatever texts it is given with the real key, as an attacker with no scruples and our key would. */
export function signTexts(header: string, payload: string, key: KeyObject): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = cryptoSign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function signed(header: object, claims: unknown, key: KeyObject): string {
  return signTexts(JSON.stringify(header), JSON.stringify(claims), key);
}
