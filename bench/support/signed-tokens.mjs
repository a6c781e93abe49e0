import { createSecretKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { told } from './subject.mjs';

/** A key of the algorithm told: to sign with, and to verify with, as a KeyObject and as text. */
export const keys = {
  HS256: () => {
    const text = randomBytes(32).toString('base64url');
    const secret = createSecretKey(text, 'utf8');
    return { signWith: secret, verifyWith: secret, text };
  },
  RS256: () => inPublic(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  ES256: () => inPublic(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
}[told.algorithm]();

function inPublic({ privateKey, publicKey }) {
  const text = publicKey.export({ type: 'spki', format: 'pem' });
  return { signWith: privateKey, verifyWith: publicKey, text };
}

/** Longer than any run takes. */
const LIFETIME = '6h';

/** As many tokens as were told for each session; neighbours are of different sessions. */
export function signTokens(sessionIds = Array.from({ length: told.sessions }, () => randomUUID())) {
  const users = sessionIds.map(() => randomUUID());
  return Array.from({ length: told.tokens }, () =>
    sessionIds.map((sid, at) => {
      const claims = { sub: users[at], sid, jti: randomUUID() };
      return jwt.sign(claims, keys.signWith, { algorithm: told.algorithm, expiresIn: LIFETIME });
    }),
  ).flat();
}

export const asBearers = (tokens) => tokens.map((token) => ({ authorization: `Bearer ${token}` }));

/** What stands behind `Bearer `, or an empty text, which is no token. */
export const bearerOf = (authorization) =>
  authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
