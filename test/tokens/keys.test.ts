import { generateKeyPairSync } from 'node:crypto';
import {
  KeyRing,
  decryptPrivateKey,
  encryptPrivateKey,
  generateSigningKey,
  importSigningKey,
} from '../../src/tokens/index.js';

const pkcs8 = (key = generateSigningKey().privateKey) =>
  key.export({ format: 'der', type: 'pkcs8' });

describe('a private key at rest', () => {
  it('is opened by its secret under its own kid', () => {
    const key = pkcs8();
    const sealed = encryptPrivateKey('secret one', 'kid-1', key);
    expect(decryptPrivateKey('secret one', 'kid-1', sealed)).toEqual(key);
    expect(sealed.includes(key.subarray(0, 16))).toBe(false);
  });

  it('never looks the same twice', () => {
    const key = pkcs8();
    const seal = () => encryptPrivateKey('secret one', 'kid-1', key).toString('hex');
    expect(seal()).not.toBe(seal());
  });

  it('stays shut for another secret, another kid, or once a bit has changed', () => {
    const sealed = encryptPrivateKey('secret one', 'kid-1', pkcs8());
    expect(() => decryptPrivateKey('secret two', 'kid-1', sealed)).toThrow();
    expect(() => decryptPrivateKey('secret one', 'kid-2', sealed)).toThrow();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => decryptPrivateKey('secret one', 'kid-1', changed)).toThrow();
    }
    for (const length of [0, 12, 20, 28, sealed.length - 1]) {
      expect(() => decryptPrivateKey('secret one', 'kid-1', sealed.subarray(0, length))).toThrow();
    }
  });
});

describe('a signing key', () => {
  it('is imported for its own algorithm alone', () => {
    expect(importSigningKey('k', 'ES256', pkcs8()).algorithm).toBe('ES256');
    for (const algorithm of ['none', 'HS256', 'RS256', 'ES384', 'es256', '']) {
      expect(() => importSigningKey('k', algorithm, pkcs8())).toThrow(/signing key k is not/);
    }
  });

  it.each([
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2_048 })],
  ])('of %s is none for ES256', (_kind, { privateKey }) => {
    expect(() => importSigningKey('k', 'ES256', pkcs8(privateKey))).toThrow(/not an ES256 key/);
  });
});

describe('a key ring', () => {
  it('signs with the first key and finds all of them', () => {
    const [one, two] = [generateSigningKey(), generateSigningKey()];
    const ring = new KeyRing([one, two]);
    expect(ring.active).toBe(one);
    expect(ring.find(two.kid)).toBe(two);
    expect(ring.find('__proto__')).toBeUndefined();
    expect(() => new KeyRing([])).toThrow();
  });

  it('publishes no private part', () => {
    const key = generateSigningKey();
    expect(new KeyRing([key]).jwks()).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.any(String),
          y: expect.any(String),
          kid: key.kid,
          alg: 'ES256',
          use: 'sig',
        },
      ],
    });
  });
});
