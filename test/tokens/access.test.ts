import jsonwebtoken from 'jsonwebtoken';
import { generateSigningKey } from '../../src/tokens/index.js';
import { EXPIRED, INVALID, SESSION, USER, signed, world } from './support.js';

const grantAt = (now: number) => ({
  userId: USER,
  sessionId: SESSION,
  deviceId: 'phone',
  tokenEpoch: 3,
  globalEpoch: 7,
  scopes: ['a', 'b'],
  authenticatedAt: now - 60_500,
  issuedAt: now,
  notAfter: now + 86_400_000,
});

describe('an access token', () => {
  it('says what it was issued for, in the form of RFC 9068', () => {
    const { issue, tokens, clock, key } = world();
    const now = clock.now();
    const { token, expiresAt } = issue(grantAt(now));
    expect(expiresAt).toBe(now + 300_000);
    expect(tokens.verify(token)).toEqual({
      userId: USER,
      sessionId: SESSION,
      deviceId: 'phone',
      tokenEpoch: 3,
      globalEpoch: 7,
      scopes: new Set(['a', 'b']),
      issuedAt: now / 1000,
      expiresAt: now / 1000 + 300,
      authenticatedAt: now / 1000 - 61,
      tokenId: expect.any(String),
      kid: key.kid,
    });
    expect(jsonwebtoken.decode(token, { complete: true })?.header).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: key.kid,
    });
  });

  it('never outlives its session', () => {
    const { issue, tokens, clock } = world();
    const notAfter = clock.now() + 90_400;
    const { token, expiresAt } = issue({ ...grantAt(clock.now()), notAfter });
    expect(expiresAt).toBe(clock.now() + 90_000);
    expect(tokens.verify(token).expiresAt * 1000).toBeLessThanOrEqual(notAfter);
  });

  it('is good until its expiry and the tolerance of clocks, and then has expired', () => {
    const { issue, tokens, clock, verdict } = world();
    const { token } = issue(grantAt(clock.now()));
    clock.advance(304_999);
    expect(verdict(token)).toBe('good');
    clock.advance(1);
    expect(verdict(token)).toBe(EXPIRED);
    expect(tokens.verifyIgnoringExpiry(token).sessionId).toBe(SESSION);
  });

  it('has expired as well for a node that never saw it while it was good', () => {
    const { issue, clock, verdict } = world();
    const { token } = issue(grantAt(clock.now()));
    clock.advance(305_000);
    expect(verdict(token)).toBe(EXPIRED);
  });

  it('may come from a node whose clock is ahead by the tolerance, and no more', () => {
    const { verdict, claims, header, key } = world();
    const at = (ahead: number) => {
      const iat = (claims['iat'] as number) + ahead;
      return verdict(signed(header, { ...claims, iat, exp: iat + 300 }, key.privateKey));
    };
    expect(at(5)).toBe('good');
    expect(at(6)).toBe(INVALID);
  });

  it('is signed by the key that was asked for, wherever that stands in the ring', () => {
    const { tokens, clock, key, replaceKeys } = world();
    const other = generateSigningKey();
    for (const keys of [
      [key, other],
      [other, key],
    ]) {
      replaceKeys(keys);
      const { token } = tokens.issue({ ...grantAt(clock.now()), kid: key.kid });
      expect(jsonwebtoken.decode(token, { complete: true })?.header.kid).toBe(key.kid);
      expect(tokens.verify(token).sessionId).toBe(SESSION);
    }
  });

  it('is never signed by another key than the one that was asked for', () => {
    const { tokens, clock } = world();
    const grant = { ...grantAt(clock.now()), kid: generateSigningKey().kid };
    expect(() => tokens.issue(grant)).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
    );
  });

  it('survives a new key while the old one stays in the ring, and ends with it', () => {
    const { issue, clock, verdict, key, replaceKeys } = world();
    const { token } = issue(grantAt(clock.now()));
    const next = generateSigningKey();
    replaceKeys([next, key]);
    expect(verdict(token)).toBe('good');
    replaceKeys([next]);
    expect(verdict(token)).toBe(INVALID);
    replaceKeys([next, key]);
    expect(verdict(token)).toBe('good');
  });
});

describe('a verified token', () => {
  it('is remembered: the signature is paid for once', () => {
    const { issue, tokens, clock } = world();
    const { token } = issue(grantAt(clock.now()));
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    try {
      const first = tokens.verify(token);
      expect(tokens.verify(token)).toBe(first);
      expect(verify).toHaveBeenCalledTimes(1);
      // Nearly the same text is another token.
      const end = token.endsWith('AA') ? 'QA' : 'AA';
      expect(() => tokens.verify(token.slice(0, -2) + end)).toThrow();
      expect(verify).toHaveBeenCalledTimes(2);
    } finally {
      verify.mockRestore();
    }
  });

  it('is not remembered for being bad', () => {
    const { tokens, claims, header, verdict, replaceKeys } = world();
    const stranger = { ...generateSigningKey(), kid: String(header['kid']) };
    const token = signed(header, claims, stranger.privateKey);
    expect(verdict(token)).toBe(INVALID);
    replaceKeys([stranger]);
    expect(tokens.verify(token).sessionId).toBe(SESSION);
  });
});
