import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, reasons, register } from '../support/client.js';
import type { AskOptions } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { verdict } from '../support/errors.js';
import { ADMIN } from '../support/server.js';

const PASSWORD = 'a password of some length';
const ID = /^[0-9a-f-]{36}$/;

const clock = new TestClock();
let server: ServerBehindProxy;
let admin: string;
let texts = 0;
beforeAll(async () => {
  server = await startServerBehindProxy({ clock });
  ({ accessToken: admin } = await login(server.url, ADMIN.email, ADMIN.password));
});
afterEach(() => server.proxy.heal());
afterAll(() => server.stop());

const someone = () => register(server.url, `user${++texts}@example.com`, PASSWORD);
/** The same, which was never read here. */
const another = (query: string) => `${query} # ${++texts}`;

async function asked(query: string, options: AskOptions): Promise<void> {
  expect((await ask(server.url, query, options)).errors).toBeUndefined();
}

/** Lines of the log that name the request. */
const linesOf = (requestId: unknown) =>
  server
    .log()
    .split('\n')
    .filter((line) => line.includes(String(requestId)) && !line.includes('"request"'));

describe('what goes wrong in a query that passed before', () => {
  it('is logged under the id that the client is told, and so is its twin', async () => {
    const query =
      '{ me { id } a: users(first: 1) { totalCount } b: users(first: 2) { totalCount } }';
    await asked(query, { token: admin });
    await server.database.query('ALTER TABLE users RENAME COLUMN email TO gone');
    const answer = await ask(server.url, query, { token: admin });
    await server.database.query('ALTER TABLE users RENAME COLUMN gone TO email');
    const requestId = answer.headers.get('x-request-id');
    expect(requestId).toMatch(ID);
    const internal = { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL', requestId };
    expect(answer).toMatchObject({
      status: 200,
      data: { me: { id: expect.any(String) }, a: null, b: null },
    });
    // Whichever the database failed first.
    const paths = answer.errors?.map(({ path }) => path?.[0]);
    expect(paths?.sort()).toEqual(['a', 'b']);
    for (const { message, extensions } of answer.errors ?? []) {
      expect({ message, extensions }).toEqual({
        message: 'Internal server error',
        extensions: internal,
      });
    }
    expect(linesOf(requestId)).toEqual([
      expect.stringContaining('unexpected error'),
      expect.stringContaining('unexpected error'),
    ]);
    await asked(query, { token: admin });
  });

  it('by an outage is logged under the id of the request, and told without it', async () => {
    const { accessToken: token } = await someone();
    const query = '{ me { id } mySessions { id } }';
    await asked(query, { token });
    await asked(query, { token });
    server.proxy.refuse();
    const answer = await ask(server.url, query, { token });
    expect(reasons(answer)).toEqual(['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE']);
    expect(answer.errors?.[0]?.extensions).not.toHaveProperty('requestId');
    expect(linesOf(answer.headers.get('x-request-id'))).toEqual([
      expect.stringContaining('the store is unavailable'),
    ]);
  });
});

describe('a query that passed before is judged as one that was never read', () => {
  const SESSIONS = '{ me { id } mySessions { id } }';
  const OF_MANY = `query ($n: Int!, $all: Boolean = true) {
    users(first: $n) @include(if: $all) { edges { node { sessions { id } } } }
  }`;

  it.each<[string, string, AskOptions, () => Promise<AskOptions>]>([
    [
      'with a token that was revoked',
      SESSIONS,
      {},
      async () => {
        const { accessToken: token } = await someone();
        await asked(SESSIONS, { token });
        await ask(server.url, 'mutation { logout }', { token });
        return { token };
      },
    ],
    [
      'with a token that has expired',
      SESSIONS,
      {},
      async () => {
        const { accessToken: token } = await someone();
        await asked(SESSIONS, { token });
        clock.advance(3_600_000);
        ({ accessToken: admin } = await login(server.url, ADMIN.email, ADMIN.password));
        return { token };
      },
    ],
    ['with no token', SESSIONS, {}, async () => ({})],
    ['with a token that is none', SESSIONS, {}, async () => ({ token: 'none' })],
    [
      'by somebody without its scope',
      '{ users(first: 1) { totalCount } }',
      {},
      async () => ({ token: (await someone()).accessToken }),
    ],
    [
      'with variables that make it cost too much',
      OF_MANY,
      { variables: { n: 1 } },
      async () => ({ token: admin, variables: { n: 100_000 } }),
    ],
    [
      'with variables that select nothing',
      OF_MANY,
      { variables: { n: 1 } },
      async () => ({ token: admin, variables: { n: 1, all: false } }),
    ],
    [
      'with variables that do not fit',
      OF_MANY,
      { variables: { n: 1 } },
      async () => ({ token: admin, variables: { n: 'one' } }),
    ],
  ])('%s', async (_how, query, before, then) => {
    await asked(query, { token: admin, ...before });
    const options = await then();
    const known = verdict(await ask(server.url, query, options));
    expect(known).toEqual(verdict(await ask(server.url, another(query), options)));
    // And when it was refused before.
    expect(verdict(await ask(server.url, query, options))).toEqual(known);
  });

  it('under another name, and under none', async () => {
    const query = `query One { me { id } }
      query Two { users(first: 1) { totalCount } }
      query Three { users(first: 100000) { edges { node { sessions { id } } } } }`;
    const { accessToken: token } = await someone();
    for (const operationName of ['One', 'One', 'Two', 'Three', 'One', 'Two', undefined]) {
      const options = { token, ...(operationName === undefined ? {} : { operationName }) };
      const answer = verdict(await ask(server.url, query, options));
      expect(answer).toEqual(verdict(await ask(server.url, another(query), options)));
    }
  });
});

it('a mutation whose text passed before brings its receipts none the less', async () => {
  const query = 'mutation ($id: ID!) { revokeSession(id: $id, awaitNodesMs: 5000) { status } }';
  for (let times = 0; times < 3; times += 1) {
    const { session } = await someone();
    const answer = await ask(server.url, query, { token: admin, variables: { id: session.id } });
    expect(answer).toMatchObject({
      extensions: { portcullis: { receipts: [{ path: 'revokeSession' }] } },
    });
  }
});
