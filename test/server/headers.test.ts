import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { post, send } from '../support/post.js';
import type { RawAnswer } from '../support/post.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const APP = 'https://app.example.com';
let database: TestDatabase;
const servers = new Map<string, TestServer>();
beforeAll(async () => {
  database = await createTestDatabase();
  for (const mode of ['production', 'development']) {
    const env = { NODE_ENV: mode, TRUST_PROXY: '1', ALLOWED_ORIGINS: APP };
    servers.set(mode, await startTestServer({ database, env }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  await database.drop();
});

const urlOf = (mode: string) => servers.get(mode)!.url;
const get = (mode: string, path: string, headers: readonly (readonly [string, string])[] = []) =>
  send(urlOf(mode), { method: 'GET', path, headers });
const json = (mode: string, body: string) => post(urlOf(mode), body);

const ANSWERS: readonly (readonly [string, (mode: string) => Promise<RawAnswer>])[] = [
  ['an answer', (mode) => json(mode, '{"query":"{ __typename }"}')],
  ['a refusal', (mode) => json(mode, '{"query":"mutation { logoutEverywhere }"}')],
  ['an invalid document', (mode) => json(mode, '{"query":"{ nothing }"}')],
  ['a body that is no JSON', (mode) => json(mode, '{')],
  ['health', (mode) => get(mode, '/healthz')],
  ['readiness', (mode) => get(mode, '/readyz')],
  ['nothing', (mode) => get(mode, '/nothing')],
  ['a method that is not served', (mode) => send(urlOf(mode), { method: 'PUT' })],
  ['a path that is no URL', (mode) => get(mode, '/%?token=secret')],
  ['a form for OAuth', (mode) => send(urlOf(mode), { method: 'POST', path: '/revoke' })],
  ['a preflight', (mode) => send(urlOf(mode), { method: 'OPTIONS', headers: [['origin', APP]] })],
];

describe.each(['production', 'development'])('in %s', (mode) => {
  it.each(ANSWERS)(
    'no browser runs, frames, sniffs, shares or keeps what it gets: %s',
    async (_what, ask) => {
      const { headers } = await ask(mode);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      });
      for (const name of ['x-powered-by', 'server', 'via']) expect(headers.has(name)).toBe(false);
    },
  );

  it('only the public keys may be kept', async () => {
    const { headers } = await get(mode, '/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('a host is kept to https where it is https, and nowhere else', async () => {
    const hsts = async (...headers: (readonly [string, string])[]) =>
      (await get(mode, '/healthz', headers)).headers.get('strict-transport-security');
    expect(await hsts(['x-forwarded-proto', 'https'])).toBe('max-age=31536000');
    expect(await hsts(['x-forwarded-proto', 'http'])).toBeNull();
    expect(await hsts()).toBeNull();
  });
});

describe('the landing page', () => {
  const page = (mode: string) => get(mode, '/graphql', [['accept', 'text/html']]);

  it('is not there in production', async () => {
    const answer = await page('production');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await get('production', '/')).status).toBe(404);
  });

  it('runs in development what carries the nonce of the answer, and nothing else', async () => {
    const nonces = new Set<string>();
    for (const { headers, text } of [await page('development'), await page('development')]) {
      const policy = headers.get('content-security-policy') ?? '';
      const [, nonce = ''] = /script-src 'nonce-(\w{64})';/.exec(policy) ?? [];
      nonces.add(nonce);
      expect(policy).toContain("default-src 'none';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      const scripts = text.match(/<script[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
      expect(text).not.toMatch(/ on\w+="|javascript:/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect(nonces.size).toBe(2);
  });
});
