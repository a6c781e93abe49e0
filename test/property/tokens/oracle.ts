import { createLocalJWKSet, jwtVerify } from 'jose';
import { KeyRing, generateSigningKey } from '../../../src/tokens/index.js';
import { createResourceServer } from '../../../src/verify/index.js';
import { TestClock } from '../../support/clock.js';
import { world } from '../../tokens/support.js';

export const TOLERANCE = 5;
const REQUIRED = 'iss aud sub sid did iat exp auth_time jti ver gen scope'.split(' ');

/** One key, a token of it that is good for five minutes from now, and three judges of tokens. */
export type Court = ReturnType<typeof court>;

export function court() {
  const key = generateSigningKey();
  const jwks = new KeyRing([key]).jwks();
  const keys = createLocalJWKSet(jwks);
  const stranger = generateSigningKey();
  const issuer = world([key]);
  const issuedAt = issuer.clock.now();
  const server = createResourceServer({
    ...{ jwksUrl: 'http://127.0.0.1/jwks', issuer: 'portcullis', audience: 'api' },
    clock: new TestClock(),
    fetch: () => Promise.resolve(Response.json(jwks)),
  });
  return {
    key,
    stranger,
    /** What a service says that has but the public keys, at the moment of the token's issue. */
    service: async (token: string) => {
      const judged = await server.authenticate(`Bearer ${token}`);
      if (judged.unavailable) throw judged.unavailable;
      return judged.token !== undefined;
    },
    /** What the others say, so many milliseconds after the token's issue. */
    session: (elapsed = 0) => {
      const { clock, claims, header, verdict } = issuer;
      const now = issuedAt + elapsed;
      clock.advance(now - clock.now());
      return {
        claims,
        header,
        now,
        /** What we say. */
        ours: (token: string) => verdict(token) === 'good',
        /** What jose says, told to look at all that it can look at. */
        jose: async (token: string) => {
          const options = {
            ...{ algorithms: ['ES256'], issuer: 'portcullis', audience: 'api', typ: 'at+jwt' },
            ...{ requiredClaims: REQUIRED, clockTolerance: TOLERANCE, currentDate: new Date(now) },
          };
          return jwtVerify(token, keys, options).then(
            () => true,
            () => false,
          );
        },
      };
    },
  };
}

export type Session = ReturnType<Court['session']>;
