import { createOpaqueToken, generateSigningKey, RefreshTokens } from '../../../src/tokens/index.js';
import { login } from '../../support/client.js';
import type { TestClock } from '../../support/clock.js';
import { SECRET } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { SERVICE_TOKEN } from '../../server/oauth/support.js';
import { signed } from '../support.js';

export const EMAIL = 'ada@example.com';
export const PASSWORD = 'a password of some length';

export const KINDS = [
  'access token',
  'access token that has expired',
  'access token of another audience',
  'id token',
  'token of a foreign service',
  'refresh token',
  'opaque session token',
  'service token',
  'password',
  'server secret',
  'cookie, name and all',
] as const;
export type Kind = (typeof KINDS)[number];

/** One secret of every kind, and the session that those of a session are of. */
export interface Wallet {
  readonly sessionId: string;
  readonly secrets: Readonly<Record<Kind, string>>;
}

/** Signs somebody in. What the scheme does not hand out is made up, as true to form as can be. */
export async function fill(server: TestServer, clock: TestClock): Promise<Wallet> {
  const { url, node } = server;
  const { accessToken, refreshToken, session, user } = await login(url, EMAIL, PASSWORD);
  const [key] = node.deps.keys.ring.jwks().keys;
  const kid = String(key?.['kid']);
  const { privateKey } = node.deps.keys.ring.find(kid)!;
  const now = Math.floor(clock.now() / 1_000);
  const [sid, sub] = [session.id, user.id];
  const claims = {
    ...{ iss: 'portcullis', aud: 'portcullis', sub, sid, did: session.device.id },
    ...{ iat: now, exp: now + 300, auth_time: now, jti: sid, ver: 0, gen: 0, scope: '' },
  };
  const header = { alg: 'ES256', typ: 'at+jwt', kid };
  const isJwt = accessToken.startsWith('eyJ');
  const madeUp = () => new RefreshTokens([SECRET]).create(sid, 1, Buffer.alloc(32, 1));
  const refreshing = (refreshToken as string | null) ?? madeUp();
  const foreign = generateSigningKey();
  return {
    sessionId: sid,
    secrets: {
      'access token': isJwt ? accessToken : signed(header, claims, privateKey),
      'access token that has expired': signed(
        header,
        { ...claims, iat: now - 600, exp: now - 300, auth_time: now - 600 },
        privateKey,
      ),
      'access token of another audience': signed(header, { ...claims, aud: 'other' }, privateKey),
      'id token': signed({ ...header, typ: 'JWT' }, { ...claims, nonce: 'n' }, privateKey),
      'token of a foreign service': signed(header, claims, foreign.privateKey),
      'refresh token': refreshing,
      'opaque session token': isJwt ? createOpaqueToken(sid).token : accessToken,
      'service token': SERVICE_TOKEN,
      password: PASSWORD,
      'server secret': SECRET,
      'cookie, name and all': `portcullis-refresh=${refreshing}`,
    },
  };
}
