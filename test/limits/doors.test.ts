import { getIntrospectionQuery } from 'graphql';
import { ask, login } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { post, send } from '../support/post.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';
import { TOO_MUCH } from './documents.js';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  token = (await login(server.url, ADMIN.email, ADMIN.password)).accessToken;
});
afterAll(() => server.stop());

interface Asked {
  /** Undefined on a socket. */
  readonly status: number | undefined;
  readonly data: Answer['data'] | undefined;
  readonly errors: Answer['errors'];
}
type Door = (query: string, variables?: object) => Promise<Asked>;

const asked = (answer: Pick<Answer, 'data' | 'errors'> & { status?: number }): Asked => ({
  status: answer.status,
  data: answer.data,
  errors: answer.errors,
});

const DOORS: Readonly<Record<string, Door>> = {
  POST: async (query, variables) =>
    asked(
      await post(server.url, JSON.stringify({ query, variables }), [
        ['authorization', `Bearer ${token}`],
      ]),
    ),
  GET: async (query, variables) => {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
    const path = `/graphql?${parameters.toString()}`;
    const headers = [
      ['authorization', `Bearer ${token}`],
      ['apollo-require-preflight', 'true'],
    ] as const;
    return asked(await send(server.url, { method: 'GET', path, headers }));
  },
  WebSocket: async (query, variables) => {
    const socket = await connect(server.url, { accessToken: token });
    const answer = await socket.ask(query, variables);
    await socket.close();
    return asked(answer);
  },
};

describe.each(Object.entries(DOORS))('by %s', (name, door) => {
  const fits = TOO_MUCH.filter(
    ([, query]) => name !== 'GET' || encodeURIComponent(query).length < 14_000,
  );

  it.each(fits.filter(([, query]) => query.length < 100_000))(
    'a document with %s is refused',
    async (_what, query, reason) => {
      expect(await door(query)).toMatchObject({
        status: name === 'WebSocket' ? undefined : 400,
        data: undefined,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', reason } }],
      });
    },
  );

  it('31 fields at the root are refused, once those that are skipped are left out', async () => {
    const query = (fields: number) =>
      `query ($no: Boolean = false) { ${Array.from({ length: fields }, (_, n) => `a${n}: __typename`).join(' ')}
         ...F } fragment F on Query { b: __typename @include(if: $no) }`;
    expect((await door(query(30))).errors).toBeUndefined();
    expect((await door(query(31))).errors?.[0]?.extensions.reason).toBe('query.rootFields');
  });

  it('an answer of too many fields is refused, however its length is said', async () => {
    const fields = 'edges { node { id sessions { id user { id sessions { id } } } } }';
    const bodies: [string, object?][] = [
      [`{ users(first: 500) { ${fields} } }`],
      [`query ($n: Int! = 500) { users(first: $n) { ${fields} } }`],
      [`query ($n: Int!) { users(first: $n) { ${fields} } }`, { n: 500 }],
      [`{ users(first: 500) { ...F } } fragment F on UserConnection { ${fields} }`],
    ];
    for (const [query, variables] of bodies) {
      const { errors } = await door(query, variables);
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', reason: 'query.cost' } },
      ]);
    }
    const modest = await door(`query ($n: Int!) { users(first: $n) { ${fields} } }`, { n: 10 });
    expect(modest.errors).toBeUndefined();
    expect(modest.data).toMatchObject({ users: { edges: [{}] } });
  });

  it('full introspection passes', async () => {
    const { errors, data } = await door(
      getIntrospectionQuery({ oneOf: true, specifiedByUrl: true }),
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ __schema: {} });
  });
});

describe('what a refusal costs', () => {
  it('is no more than an answer in JSON: nothing of the document is repeated', async () => {
    const long = 'q'.repeat(40_000);
    const documents = [
      `{ ${long} }`,
      `{ me { id } } fragment ${long} on User { id }`,
      `query ($${long}: ID) { me { id } }`,
      `{ user(id: "${long}", nothing: "${long}") { id } }`,
      `{ user(id: [[["${long}"]]]) { id } }`,
      `"${long}`,
    ];
    for (const query of documents) {
      const answer = await post(server.url, JSON.stringify({ query }));
      expect(answer.status).toBe(400);
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(answer.text.length).toBeLessThan(2_000);
    }
  });

  it('nor is an operationName or a variable', async () => {
    const long = 'q'.repeat(40_000);
    const query = 'query A($id: ID!) { user(id: $id) { id } }';
    for (const extra of [{ operationName: long }, { variables: { id: { [long]: long } } }]) {
      const answer = await post(server.url, JSON.stringify({ query, ...extra }));
      expect(answer.status).toBe(400);
      expect(answer.text.length).toBeLessThan(2_000);
    }
  });

  it('is bounded by the number of errors too', async () => {
    const query = `{ ${Array.from({ length: 500 }, (_, n) => `nothing${n}`).join(' ')} }`;
    const { status, errors = [] } = await ask(server.url, query);
    expect(status).toBe(400);
    expect(errors.length).toBeLessThan(30);
  });
});

describe('a request', () => {
  it('with a list of operations is refused as a whole', async () => {
    const one = { query: '{ __typename }' };
    const answer = await post(server.url, JSON.stringify(Array.from({ length: 100 }, () => one)));
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'request' } }],
    });
  });

  it('with variables nested 10,000 deep is answered', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const deepObject = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    for (const id of [deep, deepObject]) {
      const query = 'query ($id: ID!) { user(id: $id) { id } }';
      const body = `{"query":${JSON.stringify(query)},"variables":{"id":${id}}}`;
      const answer = await post(server.url, body);
      expect(answer).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'variables' } }],
      });
    }
  });

  it('with 10,000 variables that nobody asked for is answered', async () => {
    const variables = Object.fromEntries(Array.from({ length: 6_000 }, (_, n) => [`v${n}`, n]));
    expect((await ask(server.url, '{ __typename }', { variables })).status).toBe(200);
  });

  it('of 1 MB is refused as JSON', async () => {
    const answer = await post(server.url, JSON.stringify({ query: '#'.repeat(1_000_000) }));
    expect(answer).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'body' } }],
    });
  });
});

it('none of this was an error of the server', () => {
  expect(server.log()).not.toMatch(/"level":(50|60)/);
});
