import { generateKeyPairSync } from 'node:crypto';
import { decryptPrivateKey, encryptPrivateKey } from '../../src/tokens/key-encryption.js';
import { importSigningKey } from '../../src/tokens/key-ring.js';
import { KeyRing, KeyVault, generateSigningKey } from '../../src/tokens/index.js';

const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

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
    expect(opened.secret).toBe(secret);
    expect(opened.key?.publicKey.equals(key.publicKey)).toBe(true);
  });

  it('opens nothing else', () => {
    const unknown = { problem: 'is sealed under a secret that is not known here' };
    const sealed = vault.seal(key, 'secret three');
    expect(vault.open(sealed)).toEqual(unknown);
    const own = vault.seal(key, 'secret one');
    expect(vault.open({ ...own, kid: 'another' })).toEqual(unknown);
    expect(vault.open({ ...own, privateKey: Buffer.alloc(0) })).toEqual(unknown);
  });

  it('gives no key that its algorithm does not allow, and says so', () => {
    const wrong = { problem: 'is not a key for its algorithm' };
    expect(vault.open({ ...vault.seal(key, 'secret one'), algorithm: 'none' })).toEqual(wrong);
    for (const pkcs8 of [Buffer.from('no key'), rsa.export({ format: 'der', type: 'pkcs8' })]) {
      const privateKey = encryptPrivateKey('secret two', key.kid, pkcs8);
      expect(vault.open({ kid: key.kid, algorithm: 'ES256', privateKey })).toEqual(wrong);
    }
  });

  it('gives no key that is kept under two names, and the others all the same', () => {
    const other = generateSigningKey();
    const rows = [key, other, { ...key, kid: 'twin' }].map((each) =>
      vault.seal(each, 'secret one'),
    );
    const opened = vault.openAll(rows).map(({ key: found, problem }) => problem ?? found.kid);
    expect(opened).toEqual(['is there under two names', other.kid, 'is there under two names']);
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
    ['RSA', { privateKey: rsa }],
  ])('of %s is none for ES256', (_kind, { privateKey }) => {
    expect(() => importSigningKey('k', 'ES256', pkcs8(privateKey))).toThrow(/not an ES256 key/);
  });
});

describe('a signing key whose halves are not one pair', () => {
  it('is refused', () => {
    const [one, two] = [pkcs8(), pkcs8()];
    const point = 65;
    const mixed = Buffer.concat([one.subarray(0, -point), two.subarray(-point)]);
    expect(importSigningKey('k', 'ES256', one).algorithm).toBe('ES256');
    expect(() => importSigningKey('k', 'ES256', mixed)).toThrow('signing key k is not a pair');
  });
});

describe('a key ring', () => {
  it('holds no name and no key twice', () => {
    const [one, two] = [generateSigningKey(), generateSigningKey()];
    for (const double of [{ ...two, kid: one.kid }, { ...one, kid: 'twin' }, one]) {
      expect(() => new KeyRing([one, double])).toThrow(/is there twice/);
    }
  });

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
