import { ask, login, reasons, register } from '../support/client.js';
import { atField, verdict } from '../support/errors.js';
import { post } from '../support/post.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const BAD = (reason: string) => ({ code: 'BAD_USER_INPUT', reason });

describe('bad input', () => {
  it.each([
    ['input.email', { email: 'no address', password: PASSWORD }],
    ['input.email', { email: `${'a'.repeat(300)}@example.com`, password: PASSWORD }],
    ['input.email', { email: 'a\u0000b@example.com', password: PASSWORD }],
    ['input.email', { email: ADMIN.email, password: PASSWORD }],
    ['input.password', { email: 'ada@example.com', password: 'short' }],
    ['input.password', { email: 'ada@example.com', password: 'x'.repeat(50_000) }],
    ['input.name', { email: 'ada@example.com', password: PASSWORD, name: 'n'.repeat(201) }],
    ['input.device.id', { email: 'ada@example.com', password: PASSWORD, device: { id: '' } }],
  ])('of a registration is named by its path: %s', async (path, input) => {
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { expiresIn } }';
    const answer = await ask(server.url, query, { variables: { input } });
    expect(verdict(answer)).toEqual(atField('register', BAD(path)));
  });

  it('of another type than the schema says is refused before anything runs', async () => {
    const query = 'mutation ($id: ID!) { revokeMySession(id: $id) { id } }';
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    for (const id of [{}, ['a'], true, 1.5, null]) {
      const answer = await ask(server.url, query, { token, variables: { id } });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: BAD('variables') }] });
      expect(answer.data).toBeUndefined();
    }
  });
});

describe('a document', () => {
  it.each([
    ['that does not parse', '{ me {', 'query'],
    ['with an unknown field', '{ nothing }', 'query'],
    ['without an operation', 'fragment F on User { id }', 'query'],
    ['whose fragments form a circle', '{ me { ...F } } fragment F on User { ...F }', 'query'],
  ])('%s is a 400', async (_name, query, reason) => {
    const answer = await ask(server.url, query);
    expect({ status: answer.status, data: answer.data }).toEqual({ status: 400, data: undefined });
    for (const { extensions } of answer.errors ?? []) expect(extensions).toEqual(BAD(reason));
  });

  it('with two operations and no operationName is a 400', async () => {
    const answer = await ask(server.url, 'query A { me { id } } query B { me { id } }');
    expect([answer.status, reasons(answer)]).toEqual([400, ['BAD_USER_INPUT/operationName']]);
  });
});

describe('a subscription', () => {
  it.each(['subscription { sessionEnded { reason } }', 'subscription { auditEvents { id } }'])(
    'is not answered over HTTP: %s',
    async (query) => {
      const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
      for (const token of [accessToken, undefined]) {
        const answer = await ask(server.url, query, { token });
        expect(answer).toMatchObject({ status: 400, errors: [{ extensions: BAD('query') }] });
        expect(answer.errors?.[0]?.message).toContain('WebSocket');
        expect(answer.data).toBeUndefined();
      }
    },
  );

  it('at which graphql-js stumbles is a 400 too, and not logged as our fault', async () => {
    const query =
      'subscription ($on: Boolean = true) { sessionEnded @include(if: $on) { reason } }';
    const answer = await ask(server.url, query);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: BAD('query') }] });
    expect(server.log()).not.toContain('unexpected error');
  });
});

describe('a request that is not GraphQL', () => {
  it.each([
    ['broken JSON', '{"query":', 400, 'body'],
    ['a body over 100 KB', JSON.stringify({ query: 'x'.repeat(110_000) }), 413, 'body'],
    ['no query', '{}', 400, 'request'],
    ['an empty body', '', 400, 'body'],
  ])('with %s is refused as JSON', async (_name, body, status, reason) => {
    const answer = await post(server.url, body);
    expect(answer).toMatchObject({ status, errors: [{ extensions: BAD(reason) }] });
    expect(answer.text).not.toMatch(/at .*\.[jt]s:\d+/);
  });

  it('as a form is refused', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'query={me{id}}',
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: BAD('content-type') }] });
  });

  it('to another path is a 404 in the same shape', async () => {
    const response = await fetch(`${server.url}/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: BAD('url') }] });
  });

  it('with two Authorization headers is refused, whichever of them is good', async () => {
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer = await post(server.url, '{"query":"{ me { id } }"}', [
      ['Authorization', `Bearer ${accessToken}`],
      ['authorization', 'Bearer other'],
    ]);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: BAD('authorization') }] });
  });

  it.each(['a b', '127.0.0.1, localhost', '[::1', '%'])(
    'with a Host that is none is refused: %s',
    async (host) => {
      const answer = await post(server.url, '{"query":"{ me { id } }"}', [['host', host]]);
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: BAD('host') }] });
    },
  );

  it('with its token in the URL is anonymous', async () => {
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const response = await fetch(`${server.url}/graphql?access_token=${accessToken}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ me { id } }"}',
    });
    expect(await response.json()).toMatchObject({
      data: { me: null },
      errors: [{ extensions: { reason: 'NO_TOKEN' } }],
    });
  });

  it('with __proto__ and constructor among its names is harmless', async () => {
    const variables = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}';
    const query = '{ __proto__: me { id } constructor: me { constructor: id } }';
    const answer = await post(server.url, `{"query":"${query}","variables":${variables}}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"__proto__":null,"constructor":null');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('what nobody foresaw', () => {
  it('is told as a request id alone, which the log has with the rest', async () => {
    const own = await startTestServer();
    try {
      const { accessToken: token } = await register(own.url, 'ada@example.com', PASSWORD);
      await own.database.query('ALTER TABLE sessions RENAME COLUMN device_name TO gone');
      const answer = await ask(own.url, '{ mySessions { userAgent } me { email } }', { token });
      const requestId = answer.headers.get('x-request-id') ?? '';
      expect(verdict(answer)).toEqual(
        atField(
          'mySessions',
          { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL', requestId },
          { mySessions: null, me: { email: 'ada@example.com' } },
        ),
      );
      expect(answer.errors?.[0]?.message).toBe('Internal server error');
      const lines = own.log().split('\n');
      const line = lines.find((text) => text.includes(requestId) && text.includes('unexpected'));
      expect(line).toContain('42703');
      expect(line).not.toContain(token);
    } finally {
      await own.stop();
    }
  });
});
