import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import { generateSigningKey } from '../../src/tokens/index.js';
import { ask, login, register } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { base64url, signed } from '../tokens/support.js';
import { PASSWORD, startAskable } from '../server/oauth/support.js';
import { ALL, JWKS, PASSES, REVOKED, Service, startNetwork, startService } from './support.js';

const INVALID = 'UNAUTHENTICATED/TOKEN_INVALID';
let clock: TestClock;
let server: TestServer;
let token: string;
beforeEach(async () => {
  clock = new TestClock();
  server = await startAskable({ clock, env: { ACCESS_TTL: '60m' } });
  token = (await register(server.url, 'ada@example.com', PASSWORD)).accessToken;
});
afterEach(() => server.stop());

const parts = () => decode(token, { complete: true })!;
const kidOf = (text: string) => decode(text, { complete: true })?.header.kid ?? '';

/** One that nobody has, well-formed in all else. */
function madeUp(kid: string = randomUUID()): string {
  const { header, payload } = parts();
  return signed({ ...header, kid }, payload, generateSigningKey().privateKey);
}

describe('the public keys', () => {
  it('are fetched once, and again when the server no longer vouches for the copy', async () => {
    const service = new Service(server.url, { clock });
    await Promise.all([1, 2, 3].map(() => service.ask('{ plain }', token)));
    clock.advance(299_000);
    expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    expect(service.http.count(JWKS)).toBe(1);
    clock.advance(1_000);
    expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    expect(service.http.count(JWKS)).toBe(2);
  });

  it('stay in use, however old, while they cannot be fetched', async () => {
    const network = await startNetwork(server.url);
    const service = new Service(network.url, { clock });
    expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    network.refuse();
    clock.advance(1_800_000);
    for (let n = 0; n < 5; n += 1) {
      expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    }
    expect(service.http.count(JWKS)).toBe(2);
    expect(service.events).toEqual(['keys not to be had']);
    // One that is not known may be a new one: that is not for us to say now.
    const { refusal, unavailable } = await service.server.authenticate(`Bearer ${madeUp()}`);
    expect([refusal, unavailable?.code]).toEqual([undefined, 'AUTH_CHECK_UNAVAILABLE']);
    await network.stop();
  });

  it('are fetched for an unknown kid once in ten seconds, however many are made up', async () => {
    const service = new Service(server.url, { clock });
    expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    const flood = async () => {
      const many = Array.from({ length: 200 }, () => service.ask('{ plain }', madeUp()));
      for (const answer of await Promise.all(many)) expect(answer).toEqual({ plain: INVALID });
    };
    await flood();
    expect(service.http.count(JWKS)).toBe(2);
    clock.advance(9_999);
    await flood();
    expect(service.http.count(JWKS)).toBe(2);
    clock.advance(1);
    await flood();
    expect(service.http.count(JWKS)).toBe(3);
  });

  it('are not even looked for where the token is not in our form', async () => {
    const service = new Service(server.url, { clock });
    await service.ask('{ plain }', token);
    const { header, payload } = parts();
    const { privateKey } = generateSigningKey();
    const [, body = ''] = token.split('.');
    for (const bad of [
      signed({ ...header, kid: 'new', jku: 'https://evil.example.com' }, payload, privateKey),
      signed({ ...header, kid: 'new', alg: 'ES512' }, payload, privateKey),
      signed({ ...header, kid: 'new', typ: 'JWT' }, payload, privateKey),
      `${base64url(JSON.stringify({ ...header, alg: 'none' }))}.${body}.`,
      `${token}x`,
      'x',
      '',
    ]) {
      expect(await service.ask('{ plain }', bad)).toEqual({ plain: INVALID });
    }
    // Another algorithm of an unknown kid may cost the one fetch that any unknown kid may.
    expect(service.http.count(JWKS)).toBeLessThanOrEqual(2);
    expect(await service.ask('{ plain }', madeUp(kidOf(token)))).toEqual({ plain: INVALID });
  });

  it('let no token of another issuer or audience pass', async () => {
    for (const more of [{ issuer: 'another' }, { audience: 'another' }]) {
      const service = new Service(server.url, { clock, ...more });
      expect(await service.ask('{ plain }', token)).toEqual({ plain: INVALID });
    }
  });

  it('let an expired token pass no more', async () => {
    const service = new Service(server.url, { clock });
    clock.advance(3_600_000 + 5_001);
    expect(await service.ask('{ plain }', token)).toEqual({
      plain: 'UNAUTHENTICATED/TOKEN_EXPIRED',
    });
  });
});

describe('when the signing keys are revoked', () => {
  it('the service hears of it: what the stolen key forges is refused, and new tokens pass at once', async () => {
    const service = await startService(server.url, { clock });
    const { header, payload } = parts();
    const stolen = server.node.deps.keys.ring.find(kidOf(token))!.privateKey;
    // Of any epoch, since whoever has the key can write any.
    const forged = signed(header, { ...(payload as object), gen: 99, ver: 99 }, stolen);
    expect(await service.ask('{ plain }', token)).toEqual({ plain: 'ran' });
    expect(await service.ask('{ plain }', forged)).toEqual({ plain: 'ran' });
    const admin = await login(server.url, ADMIN.email, ADMIN.password);
    const rotate = 'mutation { rotateSigningKey(revokeIssued: true) { kid } }';
    expect((await ask(server.url, rotate, { token: admin.accessToken })).errors).toBeUndefined();
    // Before any new token shows the service that there is a new key.
    await until(async () => (await service.ask('{ plain }', forged))['plain'] !== 'ran');
    expect(await service.ask('{ plain }', forged)).toEqual({ plain: INVALID });
    expect([{ plain: INVALID }, { plain: REVOKED }]).toContainEqual(
      await service.ask('{ plain }', token),
    );
    const { accessToken: fresh } = await login(server.url, ADMIN.email, ADMIN.password);
    expect(await service.ask(ALL, fresh)).toEqual(PASSES);
    await service.server.stop();
  }, 60_000);
});
