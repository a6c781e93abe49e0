import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateSigningKey } from '../../src/tokens/index.js';
import { PublicKeys } from '../../src/verify/jwks.js';
import { JWKS, Service } from './support.js';

describe('a key set', () => {
  const { publicKey } = generateSigningKey();
  const good = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };

  it.each([
    ['another algorithm', { alg: 'HS256' }],
    ['no algorithm', { alg: undefined }],
    ['another curve', { crv: 'P-384' }],
    ['another type', { kty: 'oct', k: 'AAAA' }],
    ['another use', { use: 'enc' }],
    ['no kid', { kid: undefined }],
    ['no point of the curve', { x: good.y, y: good.x }],
  ])('gives no key of %s, and the others all the same', (_what, more) => {
    const keys = PublicKeys.parse({
      keys: [
        { ...good, ...more },
        { ...good, kid: 'other' },
      ],
    });
    expect(keys.find('k')).toBeUndefined();
    expect(keys.find('other')?.publicKey.equals(publicKey)).toBe(true);
  });

  it('gives public keys alone, whatever it holds', () => {
    const { privateKey } = generateSigningKey();
    const leaked = { ...privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' };
    expect(PublicKeys.parse({ keys: [leaked] }).find('k')?.publicKey.type).toBe('public');
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
