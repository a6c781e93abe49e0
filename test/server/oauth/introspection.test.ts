import { introspect as askStore } from '../../../src/services/index.js';
import { ask, login, reasons, refresh, register } from '../../support/client.js';
import type { Tokens } from '../../support/client.js';
import { createTestDatabase } from '../../support/database.js';
import { send } from '../../support/post.js';
import { startProxy } from '../../support/proxy.js';
import { ADMIN } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { PASSWORD, bearer, startAskable, told } from './support.js';

const FORM = 'application/x-www-form-urlencoded';

async function post(url: string, path: string, form: Record<string, string> | string) {
  const body = new URLSearchParams(form);
  return told(await fetch(`${url}${path}`, { method: 'POST', body, headers: bearer() }));
}

let server: TestServer;
let someone: Tokens;
let email: string;
beforeAll(async () => {
  server = await startAskable();
});
afterAll(() => server.stop());
let count = 0;
beforeEach(async () => {
  email = `user${++count}@example.com`;
  someone = await register(server.url, email, PASSWORD);
});

const introspect = (token: string) => post(server.url, '/introspect', { token });
const INACTIVE = { status: 200, body: { active: false } };

describe('introspection (RFC 7662)', () => {
  it('says of a good access token what it says, and that it is good right now', async () => {
    const { status, body, headers } = await introspect(someone.accessToken);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        active: true,
        token_type: 'Bearer',
        iss: 'portcullis',
        aud: 'portcullis',
        sub: someone.user.id,
        sid: someone.session.id,
        did: someone.session.device.id,
        iat: expect.any(Number),
        exp: expect.any(Number),
        auth_time: expect.any(Number),
        jti: expect.any(String),
        ver: 0,
        gen: 0,
        scope: '',
      },
    });
    expect(body.exp - body.iat).toBeGreaterThan(200);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('says nothing else of one whose session is over, though this node alone had not heard', async () => {
    // Behind the node's back: neither its denylist nor its feed is told.
    const end = 'UPDATE sessions SET ended_at = now(), ended_reason = $2 WHERE id = $1';
    await server.database.query(end, [someone.session.id, 'revoked']);
    expect(await introspect(someone.accessToken)).toMatchObject(INACTIVE);
  });

  it('knows no refresh token, no forged one and no garbage', async () => {
    const [header, payload] = someone.accessToken.split('.');
    for (const token of [
      someone.refreshToken,
      `${header}.${payload}.${'A'.repeat(86)}`,
      'x',
      'pst_x',
      'a'.repeat(5_000),
    ]) {
      expect(await introspect(token)).toMatchObject(INACTIVE);
    }
  });

  it('asks as @critical does: many questions in one tick are one statement', async () => {
    const { deps } = server.node;
    const read = jest.spyOn(deps.sessions, 'readStates');
    const asked = Array.from({ length: 20 }, () => askStore(deps, someone.accessToken));
    expect((await Promise.all(asked)).every((token) => token?.userId === someone.user.id)).toBe(
      true,
    );
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });

  it('is for services alone', async () => {
    const body = new URLSearchParams({ token: someone.accessToken });
    const answer = await fetch(`${server.url}/introspect`, { method: 'POST', body });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="portcullis"');
  });

  it('looks opaque tokens up', async () => {
    const opaque = await startAskable({ env: { PORTCULLIS_SCHEME: 'opaque' } });
    const { accessToken: token, session } = await login(opaque.url, ADMIN.email, ADMIN.password);
    const good = await post(opaque.url, '/introspect', { token });
    expect(good.body).toMatchObject({ active: true, sid: session.id, jti: session.id });
    expect(good.body.exp).toBe(Math.floor(good.body.exp));
    expect((await post(opaque.url, '/introspect', { token: `${token}x` })).body).toEqual({
      active: false,
    });
    expect((await post(opaque.url, '/revoke', { token })).status).toBe(200);
    expect((await post(opaque.url, '/introspect', { token })).body).toEqual({ active: false });
    await opaque.stop();
  });
});

describe('revocation (RFC 7009)', () => {
  it.each(['accessToken', 'refreshToken'] as const)('ends the session of its %s', async (kind) => {
    const form = { token: someone[kind], token_type_hint: 'whatever' };
    const body = new URLSearchParams(form);
    const response = await fetch(`${server.url}/revoke`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await introspect(someone.accessToken)).toMatchObject(INACTIVE);
    const answer = await ask(server.url, '{ me { id } }', { token: someone.accessToken });
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    await expect(refresh(server.url, someone.refreshToken)).rejects.toThrow(/REFRESH_REJECTED/);
  });

  it('answers the same for what it does not know, and ends nothing', async () => {
    for (const token of ['x', `${someone.refreshToken.slice(0, -1)}_`, 'pst_x', 'a.b.c']) {
      expect(await post(server.url, '/revoke', { token })).toMatchObject({ status: 200, body: '' });
    }
    expect((await introspect(someone.accessToken)).body.active).toBe(true);
  });
});

describe.each(['/introspect', '/revoke'])('what cannot be read is refused at %s', (path) => {
  const refused = async (type: string, body: string) => {
    const headers = [
      ['authorization', bearer().authorization],
      ['content-type', type],
    ] as const;
    const { status, text } = await send(server.url, { method: 'POST', path, headers, body });
    return [status, (JSON.parse(text) as { error: string }).error];
  };

  it.each([
    ['no token', FORM, '', 400],
    ['an empty token', FORM, 'token=', 400],
    ['another parameter', FORM, 'access_token=x', 400],
    ['a token that comes twice', FORM, 'token=x&token=y', 400],
    ['a hint that comes twice', FORM, 'token=x&a=1&a=2', 400],
    ['JSON', 'application/json', '{"token":"x"}', 415],
    ['plain text', 'text/plain', 'token=x', 415],
    ['a large body', FORM, `token=${'x'.repeat(20_000)}`, 413],
  ])('%s', async (_what, type, body, status) => {
    expect(await refused(type, body)).toEqual([status, 'invalid_request']);
  });
});

it('while the store is away, nobody is told that a token is good, bad or revoked', async () => {
  const database = await createTestDatabase();
  const proxy = await startProxy(database.url);
  const cut = await startAskable({ database: { ...database, url: proxy.url } });
  const { accessToken, refreshToken } = await register(cut.url, 'cut@example.com', PASSWORD);
  proxy.refuse();
  for (const [path, token] of [
    ['/introspect', accessToken],
    ['/revoke', accessToken],
    ['/revoke', refreshToken],
  ] as const) {
    const { status, headers, body } = await post(cut.url, path, { token });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'The session store cannot answer right now. Try again.',
    });
  }
  proxy.heal();
  await cut.stop();
  await proxy.stop();
  await database.drop();
});
