import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/support/clock.js';
import { createAsk } from '../../src/verify/http.js';
import { Introspection } from '../../src/verify/introspection.js';

const GOOD = {
  active: true,
  iss: 'portcullis',
  aud: 'portcullis',
  sub: '018f3a5e-7c11-7abc-8def-0123456789ab',
  sid: 'session',
  did: 'phone',
  iat: 1,
  exp: 2,
  auth_time: 1,
  jti: 'token',
  ver: 0,
  gen: 0,
  scope: 'a b',
};

/** A server that answers introspections as it is told, and counts those under way. */
async function scripted(status: number, text: string, isHeld = false) {
  let [underWay, most, asked] = [0, 0, 0];
  const http = createServer((_request, response) => {
    asked += 1;
    most = Math.max(most, (underWay += 1));
    response.on('close', () => (underWay -= 1));
    if (!isHeld) response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const introspection = new Introspection({
    ...{ issuer: 'portcullis', audience: 'portcullis', serviceToken: 'service' },
    ...{ url: `http://127.0.0.1:${port}/introspect`, ask: createAsk(), clock: systemClock },
    deadline: 500,
  });
  const stop = () => {
    http.closeAllConnections();
    http.close();
  };
  return { introspection, stop, counts: () => ({ most, asked }) };
}

const UNAVAILABLE = { code: 'AUTH_CHECK_UNAVAILABLE', reason: 'STORE_UNAVAILABLE' };

describe('what the server says of a token', () => {
  it('is believed where it is an introspection', async () => {
    const { introspection, stop } = await scripted(200, JSON.stringify(GOOD));
    expect((await introspection.ask('x')).token).toMatchObject({
      userId: GOOD.sub,
      sessionId: 'session',
      scopes: new Set(['a', 'b']),
    });
    stop();
  });

  it.each([
    ['is not active', { active: false }],
    ['is of another issuer', { ...GOOD, iss: 'another' }],
    ['is for another audience', { ...GOOD, aud: 'another' }],
  ])('is a refusal, where it %s', async (_what, said) => {
    const { introspection, stop } = await scripted(200, JSON.stringify(said));
    expect((await introspection.ask('x')).token).toBeUndefined();
    stop();
  });

  it.each<[string, number, string]>([
    ['an error', 500, '{"active":false}'],
    ['a refusal of the service', 401, '{"error":"invalid_token"}'],
    ['no JSON', 200, 'true'],
    ['neither yes nor no', 200, '{"active":"true"}'],
    ['half of a yes', 200, JSON.stringify({ ...GOOD, sid: undefined })],
    ['empty', 200, ''],
    ['too much', 200, JSON.stringify({ active: false, more: 'x'.repeat(70_000) })],
  ])('is no answer, where it is %s', async (_what, status, text) => {
    const { introspection, stop } = await scripted(status, text);
    await expect(introspection.ask('x')).rejects.toMatchObject(UNAVAILABLE);
    stop();
  });
});

it('of a thousand questions that nobody answers few are under way, and all are over in time', async () => {
  const { introspection, stop, counts } = await scripted(200, '', true);
  const asked = Array.from({ length: 1_000 }, (_, n) => introspection.ask(`token ${n}`));
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
  }
  // The other side may see an old question end a moment after it has seen a new one begin.
  expect(counts().most).toBeLessThanOrEqual(128);
  // Those that were still waiting are not sent when nobody waits for them any more; some of them are
  // given up a moment after those whose turn they get.
  expect(counts().asked).toBeLessThan(500);
  stop();
});
