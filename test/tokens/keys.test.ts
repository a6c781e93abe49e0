import { generateKeyPairSync } from 'node:crypto';
import { decryptPrivateKey, encryptPrivateKey } from '../../src/tokens/key-encryption.js';
import { importSigningKey } from '../../src/tokens/key-ring.js';
import { KeyRing, KeyVault, generateSigningKey } from '../../src/tokens/index.js';

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

describe('a vault of two secrets', () => {
  const vault = new KeyVault(['secret one', 'secret two']);
  const key = generateSigningKey();

  it.each(['secret one', 'secret two'])('opens what was sealed under %s, and says so', (secret) => {
    const opened = vault.open(vault.seal(key, secret));
    expect(opened?.secret).toBe(secret);
    expect(opened?.key.publicKey.equals(key.publicKey)).toBe(true);
  });

  it('opens nothing else', () => {
    const sealed = vault.seal(key, 'secret three');
    expect(vault.open(sealed)).toBeUndefined();
    const own = vault.seal(key, 'secret one');
    expect(vault.open({ ...own, kid: 'another' })).toBeUndefined();
    expect(vault.open({ ...own, algorithm: 'none' })).toBeUndefined();
    expect(vault.open({ ...own, privateKey: Buffer.alloc(0) })).toBeUndefined();
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
  it('finds each of its keys, and no other', () => {
    const [one, two] = [generateSigningKey(), generateSigningKey()];
    const ring = new KeyRing([one, two]);
    expect(ring.find(one.kid)).toBe(one);
    expect(ring.find(two.kid)).toBe(two);
    expect(ring.find('__proto__')).toBeUndefined();
    expect(new KeyRing([]).find(one.kid)).toBeUndefined();
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
