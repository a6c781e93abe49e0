import { createHmac } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { generateSigningKey } from '../../src/tokens/index.js';
import { INVALID, base64url, signTexts, signed, world } from './support.js';

it('the forger’s own tools make a token that is good when nothing is forged', () => {
  const { claims, header, key, verdict } = world();
  expect(verdict(signed(header, claims, key.privateKey))).toBe('good');
});

describe('an algorithm that is not the key’s', () => {
  const ALGORITHMS = [
    'none',
    'None',
    'NONE',
    'noNE',
    'hs256',
    'HS256',
    'HS512',
    'RS256',
    'PS256',
    'es256',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    '',
    null,
    undefined,
    0,
    true,
    {},
    ['ES256'],
  ];

  it.each(ALGORITHMS.map((alg) => [alg]))('%j is refused, though signed by the key', (alg) => {
    const { claims, header, key, verdict } = world();
    expect(verdict(signed({ ...header, alg }, claims, key.privateKey))).toBe(INVALID);
  });

  it.each(['none', 'None', 'NONE', 'noNE', 'ES256'])('%s is refused without a signature', (alg) => {
    const { claims, header, verdict } = world();
    const unsigned = `${base64url(JSON.stringify({ ...header, alg }))}.${base64url(JSON.stringify(claims))}`;
    for (const token of [unsigned, `${unsigned}.`, `${unsigned}.AA`, `${unsigned}..`]) {
      expect(verdict(token)).toBe(INVALID);
    }
    const { kid, typ } = header as { kid: string; typ: string };
    const byLibrary = jsonwebtoken.sign(claims, '', {
      algorithm: 'none',
      header: { alg: 'none', kid, typ },
    });
    expect(verdict(byLibrary)).toBe(INVALID);
  });

  it('HMAC under the public key, in every form in which it is public, is refused', () => {
    const { claims, header, key, verdict } = world();
    const input = (alg: string) =>
      `${base64url(JSON.stringify({ ...header, alg }))}.${base64url(JSON.stringify(claims))}`;
    const { publicKey } = key;
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      String(publicKey.export({ format: 'pem', type: 'spki' })).trim(),
      publicKey.export({ format: 'der', type: 'spki' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'),
      '',
    ];
    for (const secret of secrets) {
      for (const alg of ['HS256', 'hs256', 'ES256']) {
        const mac = createHmac('sha256', secret).update(input(alg)).digest('base64url');
        expect(verdict(`${input(alg)}.${mac}`)).toBe(INVALID);
      }
    }
  });
});

describe('a key that is not the signer’s', () => {
  it('is refused: the kid of another key of the ring', () => {
    const [one, two] = [generateSigningKey(), generateSigningKey()];
    const { claims, header, verdict } = world([one, two]);
    expect(verdict(signed({ ...header, kid: two.kid }, claims, two.privateKey))).toBe('good');
    expect(verdict(signed({ ...header, kid: two.kid }, claims, one.privateKey))).toBe(INVALID);
    expect(verdict(signed({ ...header, kid: one.kid }, claims, two.privateKey))).toBe(INVALID);
  });

  it.each([
    [''],
    ['unknown'],
    ['../../etc/passwd'],
    ["' OR 1=1 --"],
    ['__proto__'],
    ['constructor'],
    [null],
    [undefined],
    [0],
    [['kid']],
    [{}],
  ])('is refused: the kid %j', (kid) => {
    const { claims, header, key, verdict } = world();
    expect(verdict(signed({ ...header, kid }, claims, key.privateKey))).toBe(INVALID);
  });

  it('is refused: a key that comes with the token', () => {
    const { claims, header, verdict } = world();
    const mine = generateSigningKey();
    const jwk = mine.publicKey.export({ format: 'jwk' });
    expect(verdict(signed({ ...header, jwk }, claims, mine.privateKey))).toBe(INVALID);
  });
});

describe('a header that says more or less than alg, typ and kid', () => {
  it.each([
    '"jku":"http://127.0.0.1:9/jwks.json"',
    '"x5u":"http://127.0.0.1:9/cert.pem"',
    '"x5c":["MIIB"]',
    '"x5t":"AA"',
    '"jwk":{}',
    '"crit":[]',
    '"crit":["exp"]',
    '"crit":["b64"],"b64":false',
    '"b64":true',
    '"cty":"JWT"',
    '"zip":"DEF"',
    '"enc":"A256GCM"',
    '"__proto__":{}',
    '"constructor":"x"',
  ])('is refused, though signed by the key, and nothing is fetched: %s', (extra) => {
    const fetched = jest.spyOn(globalThis, 'fetch');
    try {
      const { claims, header, key, verdict } = world();
      const text = JSON.stringify(header).replace(/\}$/, `,${extra}}`);
      expect(verdict(signTexts(text, JSON.stringify(claims), key.privateKey))).toBe(INVALID);
      expect(fetched).not.toHaveBeenCalled();
    } finally {
      fetched.mockRestore();
    }
  });

  it.each(['alg', 'typ', 'kid'])('is refused without %s', (member) => {
    const { claims, header, key, verdict } = world();
    const { [member]: _gone, ...rest } = header;
    expect(verdict(signed(rest, claims, key.privateKey))).toBe(INVALID);
    expect(verdict(signed({ ...rest, other: 'x' }, claims, key.privateKey))).toBe(INVALID);
  });

  it.each([
    ['JWT'],
    ['jwt'],
    ['AT+JWT'],
    ['at+jwt '],
    ['application/at+jwt'],
    ['refresh+jwt'],
    ['id+jwt'],
    [''],
    [null],
    [1],
    [['at+jwt']],
  ])('is refused with the typ %j', (typ) => {
    const { claims, header, key, verdict } = world();
    expect(verdict(signed({ ...header, typ }, claims, key.privateKey))).toBe(INVALID);
  });

  it.each([['text'], [1], [null], [true], [[]], [['alg']]])('is refused as %j', (header) => {
    const { claims, key, verdict } = world();
    expect(verdict(signed(header as object, claims, key.privateKey))).toBe(INVALID);
  });
});
