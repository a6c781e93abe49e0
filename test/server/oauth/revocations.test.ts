import { randomUUID } from 'node:crypto';
import { ask, login, register } from '../../support/client.js';
import { send } from '../../support/post.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { until } from '../../support/until.js';
import { PASSWORD, SERVICE_TOKEN, bearer, heldLook, look, startAskable, told } from './support.js';

let server: TestServer;
beforeAll(async () => {
  server = await startAskable();
});
afterAll(() => server.stop());
afterEach(() => jest.restoreAllMocks());

const sessions = (...sessionIds: string[]) =>
  ({ kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' }) as const;
const revoke = (...ids: string[]) => server.node.deps.denylist.add(sessions(...ids));

describe('what is revoked is told', () => {
  it('to nobody without a service token', async () => {
    const challenges = [];
    for (const headers of [
      {},
      bearer(''),
      bearer(SERVICE_TOKEN.slice(0, -1)),
      bearer(`${SERVICE_TOKEN}x`),
      { authorization: `Basic ${SERVICE_TOKEN}` },
      bearer((await login(server.url, ADMIN.email, ADMIN.password)).accessToken),
    ]) {
      const answer = await fetch(`${server.url}/revocations`, { headers });
      expect(answer.status).toBe(401);
      challenges.push(answer.headers.get('www-authenticate'));
    }
    const [none, ...bad] = challenges;
    expect(none).toBe('Bearer realm="portcullis"');
    expect(new Set(bad)).toEqual(new Set(['Bearer realm="portcullis", error="invalid_token"']));
  });

  it('nowhere, where no service has a token', async () => {
    const closed = await startTestServer();
    expect((await look(closed.url)).status).toBe(404);
    const form = new URLSearchParams({ token: 'x' });
    const asked = await fetch(`${closed.url}/introspect`, { method: 'POST', body: form });
    expect(asked.status).toBe(404);
    await closed.stop();
  });

  it('as a whole at first, with the age of the mark, and is not to be kept by anyone', async () => {
    const { session } = await register(server.url, 'whole@example.com', PASSWORD);
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const query = `mutation { revokeSession(id: "${session.id}") { id } }`;
    expect((await ask(server.url, query, { token })).errors).toBeUndefined();
    const { status, headers, body, tag } = await look(server.url);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        complete: true,
        markAge: expect.any(Number),
        held: expect.any(Number),
        lifetime: 321_000,
        keys: server.node.deps.keys.version,
        time: expect.any(Number),
        revocations: expect.arrayContaining([
          { ...sessions(session.id), remaining: expect.any(Number) },
        ]),
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(tag).toMatch(new RegExp(`^"${server.node.following.identity.id}\\.1\\.\\d+"$`));
  });

  it('from then on as news alone, and as 304 where there is none, with the mark all the same', async () => {
    const first = await look(server.url);
    const none = await look(server.url, { known: ['"another-node.1.5"', `W/${first.tag}`] });
    expect(none).toMatchObject({ status: 304, tag: first.tag, body: '' });
    expect(Number(none.headers.get('portcullis-mark-age'))).toBeGreaterThanOrEqual(0);
    expect(none.headers.get('portcullis-held')).toMatch(/^\d+$/);
    expect(none.headers.get('portcullis-keys')).toBe(server.node.deps.keys.version);
    expect(none.headers.get('portcullis-lifetime')).toBe('321000');
    const [one, two] = [randomUUID(), randomUUID()];
    revoke(one);
    revoke(two);
    const news = await look(server.url, { known: [first.tag] });
    expect(news.body).toMatchObject({
      complete: false,
      revocations: [sessions(one), sessions(two)],
    });
    expect((await look(server.url, { known: [news.tag] })).status).toBe(304);
  });

  it('as a whole again to whoever names another node, another generation or what never was', async () => {
    const { tag } = await look(server.url);
    const [, node, count] = /"(.*)\.1\.(\d+)"/.exec(tag) ?? [];
    for (const known of [
      `"${randomUUID()}.1.${count}"`,
      `"${node}.2.${count}"`,
      `"${node}.1.${Number(count) + 1}"`,
      `"${node}"`,
      '*',
      'garbage, "',
    ]) {
      expect((await look(server.url, { known: [known] })).body).toMatchObject({ complete: true });
    }
  });

  it('as a whole again once this node has read everything anew', async () => {
    const { tag } = await look(server.url);
    server.node.deps.denylist.replaceAll([{ age: 0, revocation: sessions('s') }]);
    const { body } = await look(server.url, { known: [tag] });
    expect(body).toMatchObject({ complete: true });
    expect(body.revocations[0].sessionIds).toContain('s');
  });

  it('without a mark where nodes do not tell each other', async () => {
    const alone = await startAskable({ env: { PORTCULLIS_SCHEME: 'stateless' } });
    const { body, headers } = await look(alone.url);
    expect(body).toMatchObject({ complete: true, markAge: null, revocations: [] });
    expect(headers.get('portcullis-mark-age')).toBeNull();
    await alone.stop();
  });

  it.each(['-1', '31', '1.5', '1e1', '', 'x', '1&wait=2'])('not to wait=%s', async (wait) => {
    const { status, body } = await look(server.url, { wait });
    expect(status).toBe(400);
    expect(body.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'wait' });
  });
});

describe('a request that waits', () => {
  it('is answered as soon as something is learnt', async () => {
    const { tag } = await look(server.url);
    const { answered, room } = await heldLook(server, tag);
    const id = randomUUID();
    revoke(id);
    expect((await answered).body).toMatchObject({ complete: false, revocations: [sessions(id)] });
    expect(room.size).toBe(0);
  });

  it('is answered when a signing key is news', async () => {
    const { tag } = await look(server.url);
    const { answered } = await heldLook(server, tag);
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const before = server.node.deps.keys.version;
    await ask(server.url, 'mutation { rotateSigningKey { kid } }', { token });
    const { body } = await answered;
    expect(body).toMatchObject({ complete: false, revocations: [] });
    expect(body.keys).not.toBe(before);
  });

  it('is answered when its time is over, which it is told', async () => {
    const { tag } = await look(server.url);
    const { answered } = await heldLook(server, tag, 1);
    const { status, headers } = await answered;
    expect(status).toBe(304);
    expect(Number(headers.get('portcullis-held'))).toBeGreaterThanOrEqual(990);
  });

  it('makes room when its client goes away', async () => {
    const { tag } = await look(server.url);
    const { leave, room } = await heldLook(server, tag);
    expect(room.size).toBe(1);
    leave();
    await until(() => room.size === 0);
  });

  it('is one of a thousand at most', async () => {
    const { tag } = await look(server.url);
    const { leave, room } = await heldLook(server, tag);
    const others = Array.from({ length: 999 }, () => new AbortController());
    for (const { signal } of others) void room.wait(30_000, signal);
    const { status, headers, body } = await look(server.url, { known: [tag], wait: 30 });
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body.errors[0].extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    // Whoever does not wait is answered.
    expect((await look(server.url, { known: [tag] })).status).toBe(304);
    for (const other of others) other.abort();
    leave();
  });

  it('does not hold up a server that stops', async () => {
    const stopping = await startAskable();
    const { tag } = await look(stopping.url);
    const { answered } = await heldLook(stopping, tag);
    const stopped = stopping.stop();
    const { status, headers } = await answered;
    expect(status).toBe(304);
    expect(headers.get('connection')).toBe('close');
    await stopped;
  });
});

it('two service tokens in one request are none', async () => {
  const headers = [1, 2].map(() => ['authorization', `Bearer ${SERVICE_TOKEN}`] as const);
  const { status } = await send(server.url, { method: 'GET', path: '/revocations', headers });
  expect(status).toBe(400);
});

it('no service token is ever logged', async () => {
  await told(await fetch(`${server.url}/revocations`, { headers: bearer() }));
  expect(server.log()).toContain('/revocations');
  expect(server.log()).not.toContain(SERVICE_TOKEN.slice(0, 12));
});
