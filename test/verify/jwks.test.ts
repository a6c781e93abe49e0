import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateSigningKey } from '../../src/tokens/index.js';
import { PublicKeys } from '../../src/verify/jwks.js';
import { JWKS, Service } from './support.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({
  format: 'jwk',
});

describe('a key set', () => {
  const { publicKey, privateKey } = generateSigningKey();
  const good = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };
  const { d } = privateKey.export({ format: 'jwk' });
  const another = (kid: string) => ({
    ...generateSigningKey().publicKey.export({ format: 'jwk' }),
    ...{ kid, alg: 'ES256', use: 'sig' },
  });

  it.each<[string, object]>([
    ['another algorithm', { alg: 'HS256' }],
    ['no algorithm', { alg: undefined }],
    ['another curve', { crv: 'P-384' }],
    ['another type', { kty: 'oct', k: 'AAAA' }],
    ['another use', { use: 'enc' }],
    ['no kid', { kid: undefined }],
    ['an empty kid', { kid: '' }],
    ['a kid that is no text', { kid: 1 }],
    ['no point of the curve', { x: good.y, y: good.x }],
    ['the point at nowhere', { x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['half a point', { y: undefined }],
    ['a short number', { x: good.x?.slice(0, 40) }],
    ['a long number', { x: `AA${good.x}` }],
    ['no number', { x: '' }],
    ['a number with padding', { x: `${good.x}=` }],
    ['a private half', { d }],
    ['an empty private half', { d: '' }],
    ['use for signing', { key_ops: ['sign'] }],
    ['use for more than verifying', { key_ops: ['verify', 'sign'] }],
    ['no use', { key_ops: [] }],
    ['use for agreements', { key_ops: ['deriveKey'] }],
    ['RSA, and short', { ...rsa }],
    ['RSA, and short, for its own algorithm', { ...rsa, alg: 'RS256' }],
  ])('gives no key of %s, and the others all the same', (_what, more) => {
    const other = another('other');
    expect(PublicKeys.parse({ keys: [other, good] }).size).toBe(2);
    const keys = PublicKeys.parse({ keys: [{ ...good, ...more }, other] });
    expect([keys.size, keys.find('k')]).toEqual([1, undefined]);
    expect(keys.find('other')?.algorithm).toBe('ES256');
  });

  it.each<[string, object[]]>([
    ['two keys of one name', [good, another('k')]],
    ['one key under two names', [good, { ...good, kid: 'twin' }]],
    ['the same twice', [good, good]],
  ])('gives neither of %s, in whatever order, and the others all the same', (_what, keys) => {
    const other = another('other');
    for (const set of [
      [...keys, other],
      [other, ...keys.toReversed()],
    ]) {
      const parsed = PublicKeys.parse({ keys: set });
      expect([parsed.size, parsed.find('k')]).toEqual([1, undefined]);
      expect(parsed.find('other')).toBeDefined();
    }
  });

  it.each([null, undefined, [], 'keys', { keys: {} }, { keys: null }])(
    'is not this: %j',
    (value) => {
      expect(() => PublicKeys.parse(value)).toThrow();
    },
  );

  it.each([[null], ['key'], [1], [[]], [{}]])('takes no key for: %j', (candidate) => {
    expect(PublicKeys.parse({ keys: [candidate, good] }).size).toBe(1);
  });
});

describe('an address that answers something else', () => {
  const answers: [string, RequestListener][] = [
    [
      'a redirect',
      ({ url }, response) =>
        url === JWKS
          ? response.writeHead(302, { location: '/elsewhere' }).end()
          : response.end('{"keys":[]}'),
    ],
    ['an error', (_, response) => response.writeHead(500).end('{"keys":[]}')],
    ['no JSON', (_, response) => response.end('<html>')],
    ['no key set', (_, response) => response.end('{"keys":{}}')],
    ['without end', (_, response) => void response.write('x'.repeat(300_000))],
    ['nothing', () => undefined],
  ];

  it.each(answers)('gives no keys: %s', async (_what, listener) => {
    const http = createServer(listener).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const service = new Service(url, { timeouts: { keys: 300 } });
    const { token: verified, unavailable } = await service.server.authenticate('Bearer a-token');
    expect([verified, unavailable?.code]).toEqual([undefined, 'AUTH_CHECK_UNAVAILABLE']);
    expect(String(unavailable?.cause)).not.toContain('a-token');
    http.closeAllConnections();
    http.close();
  });
});
