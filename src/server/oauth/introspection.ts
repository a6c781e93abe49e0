import type { Config } from '../../config/index.js';
import type { AccessToken } from '../../tokens/index.js';

/** The answer of RFC 7662, 2.2: of what is not good it says nothing else. */
export function introspectionOf(
  token: AccessToken | undefined,
  { issuer, audience }: Pick<Config, 'issuer' | 'audience'>,
): object {
  if (!token) return { active: false };
  return {
    ...token.claims,
    active: true,
    token_type: 'Bearer',
    iss: issuer,
    aud: audience,
    sub: token.subject ?? token.userId,
    sid: token.sessionId,
    did: token.deviceId,
    iat: Math.floor(token.issuedAt),
    exp: Math.floor(token.expiresAt),
    auth_time: Math.floor(token.authenticatedAt),
    jti: token.tokenId,
    ver: token.tokenEpoch,
    gen: token.globalEpoch,
    scope: [...token.scopes].join(' '),
  };
}
