import { ask, login, register } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';

const PASSWORD = 'a password of some length';
let server: TestServer;
let ada: Tokens;
let admin: Tokens;
beforeAll(async () => {
  server = await startTestServer();
  ada = await register(server.url, 'ada@example.com', PASSWORD);
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(() => server.stop());

const as = (tokens?: Tokens) => connect(server.url, tokens && { accessToken: tokens.accessToken });

type Told = Pick<Answer, 'data' | 'errors'>;
/** The errors of fields that are answered side by side come in no order. */
const told = ({ data, errors }: Told): Told => ({
  ...(data === undefined ? {} : { data }),
  ...(errors === undefined
    ? {}
    : { errors: [...errors].sort((a, b) => String(a.path).localeCompare(String(b.path))) }),
});

describe('an operation is answered over a socket as over HTTP', () => {
  const login1 = `login(input: { email: "nobody@example.com", password: "x" }) { expiresIn }`;
  const CASES: readonly (readonly [string, string, object?])[] = [
    ['a query', '{ me { email scopes } mySessions { current } }'],
    ['a field that is refused', '{ __typename users { totalCount } }'],
    ['a mutation', 'mutation { logoutEverywhere(keepCurrent: true) }'],
    [
      'a mutation that is refused as a whole',
      `mutation { ${login1} revokeAllSessions(reason: "x") }`,
    ],
    ['wrong credentials', `mutation { ${login1} }`],
    ['aliases', '{ a: me { id } b: me { id } c: mySessions { id } }'],
    ['variables', 'query ($i: Boolean!) { mySessions(includeEnded: $i) { id } }', { i: false }],
    [
      'variables of another type',
      'query ($i: Boolean!) { mySessions(includeEnded: $i) { id } }',
      { i: 3 },
    ],
    [
      'bad input',
      'query { user(id: "x") { id } session(id: "y") { id } users(first: -1) { totalCount } }',
    ],
    ['a document that does not parse', '{ me {'],
    ['an unknown field', '{ nothing meh: me { idd } }'],
    ['fragments in a circle', '{ me { ...F } } fragment F on User { ...F }'],
    ['no operation', 'fragment F on User { id }'],
    ['two operations and no name', 'query A { me { id } } query B { me { id } }'],
    ['nothing', ''],
    ['introspection', '{ __schema { queryType { name } } }'],
  ];
  const cases = CASES.map(([what, query, variables]) => ({ what, query, variables }));
  it.each(cases)('$what', async ({ query, variables }) => {
    for (const tokens of [undefined, ada]) {
      const socket = await as(tokens);
      const over = await socket.ask(query, variables);
      const http = await ask(server.url, query, {
        token: tokens?.accessToken,
        ...(variables ? { variables: { ...variables } } : {}),
      });
      expect(told(over)).toEqual(told(http));
      await socket.close();
    }
  });

  it('the one that is named of two', async () => {
    const socket = await as(ada);
    const query = 'query A { me { id } } mutation B { logoutEverywhere }';
    socket.send({ type: 'subscribe', id: '1', payload: { query, operationName: 'A' } });
    expect((await socket.next()).payload).toEqual({ data: { me: { id: ada.user.id } } });
    await socket.close();
  });

  it('by its hash alone it is not known', async () => {
    const socket = await as(ada);
    const persistedQuery = { version: 1, sha256Hash: 'x' };
    const payload = { query: '', extensions: { persistedQuery } };
    socket.send({ type: 'subscribe', id: '1', payload });
    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'extensions.persistedQuery' } }],
    });
    await socket.close();
  });
});

describe('a subscription', () => {
  it.each<[string, string, string]>([
    ['two fields', 'subscription { sessionEnded { at } auditEvents { id } }', 'query'],
    ['one field twice', 'subscription { a: sessionEnded { at } b: sessionEnded { at } }', 'query'],
    [
      'two by a fragment',
      'subscription { sessionEnded { at } ...F } fragment F on Subscription { auditEvents { id } }',
      'query',
    ],
    ['introspection alone', 'subscription { __typename }', 'query'],
    [
      'a field that may be left out',
      'subscription ($on: Boolean = true) { sessionEnded @include(if: $on) { at } }',
      'query',
    ],
    ['nothing', 'subscription { sessionEnded @skip(if: true) { at } }', 'query'],
    ['an unknown field', 'subscription { ticks }', 'query'],
    [
      'variables that do not fit',
      'subscription ($f: AuditFilter!) { auditEvents(filter: $f) { id } }',
      'variables',
    ],
    [
      'bad input',
      'subscription { auditEvents(filter: { type: "\\u0007" }) { id } }',
      'filter.type',
    ],
  ])('of %s is refused, and no source is made', async (_what, query, reason) => {
    const follow = jest.spyOn(server.node.deps.auditTail, 'follow');
    const socket = await as(admin);
    const { data, errors } = await socket.ask(query);
    expect(data).toBeUndefined();
    for (const { extensions } of errors ?? []) {
      expect(extensions).toEqual({ code: 'BAD_USER_INPUT', reason });
    }
    expect(errors?.length).toBeGreaterThan(0);
    expect(follow).not.toHaveBeenCalled();
    jest.restoreAllMocks();
    await socket.close();
    expect(server.log()).not.toContain('unexpected error');
  });

  it('that the policy refuses is refused, and no source is made', async () => {
    const follow = jest.spyOn(server.node.deps.auditTail, 'follow');
    for (const [tokens, code] of [
      [undefined, 'UNAUTHENTICATED'],
      [ada, 'FORBIDDEN'],
    ] as const) {
      const socket = await as(tokens);
      socket.subscribe('1', 'subscription { auditEvents { id } }');
      expect(await socket.next()).toMatchObject({
        id: '1',
        type: 'error',
        payload: [{ path: ['auditEvents'], extensions: { code } }],
      });
      await socket.close();
    }
    expect(follow).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });
});

describe('two sockets at once', () => {
  it('each get their own answers, to the same documents under the same ids', async () => {
    const bob = await register(server.url, 'bob@example.com', PASSWORD);
    const people = [ada, bob, admin, undefined];
    const sockets = await Promise.all(people.map((tokens) => as(tokens)));
    const query = '{ me { id } mySessions { current id } }';
    const rounds = Array.from({ length: 20 }, (_, index) => String(index));
    for (const id of rounds) for (const socket of sockets) socket.subscribe(id, query);
    const answers = await Promise.all(sockets.map((socket) => answersOf(socket, rounds.length)));
    answers.forEach((payloads, index) => {
      const tokens = people[index];
      for (const { data } of payloads) {
        expect(data?.['me'] ?? null).toEqual(tokens ? { id: tokens.user.id } : null);
        const own = (data?.['mySessions'] ?? []) as { current: boolean; id: string }[];
        const current = own.find((each) => each.current);
        expect(current?.id).toBe(tokens?.session.id);
      }
    });
    for (const socket of sockets) await socket.close();
  });
});

async function answersOf(socket: RawSocket, count: number): Promise<Told[]> {
  const answers: Told[] = [];
  while (answers.length < count) {
    const { type, payload } = await socket.next();
    if (type === 'next') answers.push(payload as Told);
  }
  return answers;
}

describe('in production', () => {
  it('a stranger learns nothing of the schema, not even by a suggestion', async () => {
    const own = await startTestServer({ env: { NODE_ENV: 'production' } });
    const socket = await connect(own.url);
    const asked: [string, object?][] = [
      ['{ __schema { queryType { name } } }'],
      ['subscription { sessionEnde { at } }'],
      ['{ fieldPolicie { coordinat } }'],
      ['query ($s: UserStatus) { users(status: $s) { totalCount } }', { s: 'ACTIV' }],
      ['subscription ($f: AuditFilter) { auditEvents(filter: $f) { id } }', { f: { typ: 'x' } }],
    ];
    for (const [query, variables] of asked) {
      const { data, errors } = await socket.ask(query, variables);
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(errors)).not.toMatch(
        /did you mean|sessionEnded|fieldPolicies|ACTIVE|"type"/i,
      );
    }
    await socket.close();
    await own.stop();
  });
});

describe('what goes wrong', () => {
  it('unforeseen is told as a request id alone, which the log has with the rest', async () => {
    const own = await startTestServer();
    const { accessToken } = await login(own.url, ADMIN.email, ADMIN.password);
    const socket = await connect(own.url, { accessToken });
    await own.database.query('ALTER TABLE sessions RENAME COLUMN user_agent TO gone');
    const places = ['{ mySessions { userAgent } }', 'subscription { sessionEnded { at } }'];
    for (const query of places) {
      const { errors } = await socket.ask(query);
      const requestId = errors?.[0]?.extensions['requestId'] as string;
      expect(errors).toMatchObject([
        {
          message: 'Internal server error',
          extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL', requestId },
        },
      ]);
      const line = own
        .log()
        .split('\n')
        .find((text) => text.includes(requestId));
      expect(line).toContain('42703');
      expect(line).not.toContain(accessToken);
    }
    await socket.close();
    await own.stop();
  });

  it('with the store is told to be tried again, while @auth goes on', async () => {
    const database = await createTestDatabase();
    const own = await startServerBehindProxy({ database });
    const { accessToken } = await login(own.url, ADMIN.email, ADMIN.password);
    const socket = await connect(own.url, { accessToken });
    own.proxy.refuse();
    const answer = await socket.ask('{ me { email } mySessions { id } }');
    expect(answer).toMatchObject({
      data: { me: { email: ADMIN.email }, mySessions: null },
      errors: [{ extensions: { code: 'AUTH_CHECK_UNAVAILABLE' } }],
    });
    for (const query of ['sessionEnded { at }', 'auditEvents { id }']) {
      const { errors } = await socket.ask(`subscription { ${query} }`);
      expect(errors).toMatchObject([
        { extensions: { code: 'STORE_UNAVAILABLE', retryable: true } },
      ]);
    }
    own.proxy.heal();
    await socket.close();
    await own.stop();
    await database.drop();
  });
});
