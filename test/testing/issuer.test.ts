import { TestClock, createTestIssuer } from '../../src/testing/index.js';
import type { TestIssuer } from '../../src/testing/index.js';
import { AccessVerifier } from '../../src/tokens/index.js';
import { createPublicKey } from 'node:crypto';

/** A verifier that has nothing but the issuer's public keys. */
function verifierOf({ issuer, audience, clock, jwks }: TestIssuer) {
  const [key] = jwks().keys;
  const publicKey = createPublicKey({ key: key!, format: 'jwk' });
  const keys = {
    find: (kid: string) =>
      kid === key?.['kid'] ? { kid, algorithm: 'ES256' as const, publicKey } : undefined,
  };
  return new AccessVerifier(() => keys, { issuer, audience, tolerance: 5_000 }, clock);
}

describe('a minted token', () => {
  it('is good, with nothing said', () => {
    const issuer = createTestIssuer();
    const now = issuer.clock.now() / 1_000;
    const token = verifierOf(issuer).verify(issuer.mint());
    expect(token).toMatchObject({
      scopes: new Set(),
      tokenEpoch: 0,
      globalEpoch: 0,
      issuedAt: now,
      authenticatedAt: now,
      expiresAt: now + 300,
    });
  });

  it('says what it is told to', () => {
    const issuer = createTestIssuer({ issuer: 'https://a.example', audience: 'b', ttl: 60 });
    const sub = '018f3a5e-7c11-7abc-8def-0123456789ab';
    const token = issuer.mint({ sub, scope: 'read write', ver: 7, auth_time: 1, nick: 'ada' });
    expect(verifierOf(issuer).verify(token)).toMatchObject({
      userId: sub,
      scopes: new Set(['read', 'write']),
      tokenEpoch: 7,
      authenticatedAt: 1,
      expiresAt: issuer.clock.now() / 1_000 + 60,
    });
  });

  it('is another one each time, of another session', () => {
    const issuer = createTestIssuer();
    const verifier = verifierOf(issuer);
    const [a, b] = [verifier.verify(issuer.mint()), verifier.verify(issuer.mint())];
    expect(a.tokenId).not.toBe(b.tokenId);
    expect(a.sessionId).not.toBe(b.sessionId);
  });

  it('expires by the clock that the test sets', () => {
    const clock = new TestClock();
    const issuer = createTestIssuer({ clock });
    const token = issuer.mint();
    clock.advance(306_000);
    expect(() => verifierOf(issuer).verify(token)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' }) as Error,
    );
  });

  it('that was issued long ago has expired long ago', () => {
    const issuer = createTestIssuer();
    const token = issuer.mint({ iat: issuer.clock.now() / 1_000 - 3_600 });
    expect(() => verifierOf(issuer).verify(token)).toThrow(
      expect.objectContaining({ reason: 'TOKEN_EXPIRED' }) as Error,
    );
  });

  it.each([
    [{ iss: 'https://somebody.example' }],
    [{ aud: 'somebody' }],
    [{ sub: 'ada' }],
    [{ sid: undefined }],
    [{ jti: null }],
    [{ exp: undefined }],
    [{ exp: '2030' }],
    [{ iat: 4_000_000_000 }],
    [{ iat: Number.POSITIVE_INFINITY }],
    [{ scope: ['read'] }],
    [{ gen: -1 }],
  ])('with %j is refused', (claims) => {
    const issuer = createTestIssuer();
    expect(() => verifierOf(issuer).verify(issuer.mint(claims))).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' }) as Error,
    );
  });

  it.each([[{ typ: 'JWT' }], [{ alg: 'none' }], [{ kid: 'another' }], [{ crit: ['exp'] }]])(
    'whose header says %j is refused',
    (header) => {
      const issuer = createTestIssuer();
      expect(() => verifierOf(issuer).verify(issuer.mint({}, header))).toThrow(
        expect.objectContaining({ reason: 'TOKEN_INVALID' }) as Error,
      );
    },
  );

  it('of another issuer of the same name is refused', () => {
    const [ours, theirs] = [createTestIssuer(), createTestIssuer()];
    expect(() => verifierOf(ours).verify(theirs.mint())).toThrow(
      expect.objectContaining({ reason: 'TOKEN_INVALID' }) as Error,
    );
  });
});

describe('the public keys', () => {
  it('hold nothing private', () => {
    expect(createTestIssuer().jwks()).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          alg: 'ES256',
          use: 'sig',
          kid: expect.any(String) as unknown,
          x: expect.any(String) as unknown,
          y: expect.any(String) as unknown,
        },
      ],
    });
  });
});
