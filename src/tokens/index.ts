export { AccessTokens } from './access.js';
export type { AccessGrant, AccessTokenOptions } from './access.js';
export type { AccessToken } from './access-claims.js';
export { decryptPrivateKey, encryptPrivateKey } from './key-encryption.js';
export { KeyRing, generateSigningKey, importSigningKey } from './key-ring.js';
export type { SigningKey } from './key-ring.js';
export { createOpaqueToken, matchesOpaqueToken, parseOpaqueToken } from './opaque.js';
export { RefreshTokens } from './refresh.js';
export type { RefreshClaim } from './refresh.js';
