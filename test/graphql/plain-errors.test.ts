import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { post, send } from '../support/post.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';

const CANARY = 'Canary-9f2c';
let database: TestDatabase;
const servers = new Map<string, TestServer>();
const sockets = new Map<string, RawSocket>();
beforeAll(async () => {
  database = await createTestDatabase();
  for (const mode of ['production', 'development']) {
    const server = await startTestServer({ database, env: { NODE_ENV: mode } });
    servers.set(mode, server);
    sockets.set(mode, await connect(server.url));
  }
});
afterAll(async () => {
  for (const socket of sockets.values()) await socket.close();
  for (const server of servers.values()) await server.stop();
  await database.drop();
});

/** What every door says to a document, as text. */
async function told(mode: string, query: string, variables: object = {}): Promise<string[]> {
  const { url } = servers.get(mode)!;
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const headers = [['apollo-require-preflight', '1']] as const;
  const answers = [
    (await post(url, JSON.stringify({ query, variables }))).text,
    (await send(url, { method: 'GET', path: `/graphql?${search}`, headers })).text,
    JSON.stringify(await sockets.get(mode)!.ask(query, variables)),
  ];
  for (const answer of answers) expect(answer).toContain('"errors"');
  return answers;
}

const LOGIN = 'mutation ($i: LoginInput!) { login(input: $i) { expiresIn } }';
const literal = (input: string) => `mutation { login(input: ${input}) { expiresIn } }`;
const PASSWORD = `password: "${CANARY}"`;

describe.each(['production', 'development'])('in %s', (mode) => {
  it.each<[string, string, object?]>([
    ['a field of another type beside it', LOGIN, { i: { email: 1, password: CANARY } }],
    ['a field that is missing beside it', LOGIN, { i: { password: CANARY } }],
    ['a field mistyped beside it', LOGIN, { i: { emial: 'a', password: CANARY } }],
    ['a field too many beside it', LOGIN, { i: { email: 'a', password: CANARY, x: 1 } }],
    ['a list in its place', LOGIN, { i: { email: 'a', password: [CANARY] } }],
    ['an object in its place', LOGIN, { i: { email: 'a', password: { [CANARY]: CANARY } } }],
    ['it in the place of the input', LOGIN, { i: CANARY }],
    ['it in the place of an enum', LOGIN, { i: { email: 'a', password: 'b', transport: CANARY } }],
    [
      'it in the place of a flag',
      'query ($b: Boolean!) { me @skip(if: $b) { id } }',
      { b: CANARY },
    ],
    [
      'it in the place of a time',
      'query ($d: DateTime!) { stats(since: $d) { users } }',
      { d: CANARY },
    ],
    [
      'it in the place of a number',
      'query ($n: Int!) { users(first: $n) { totalCount } }',
      { n: CANARY },
    ],
    [
      'it in a subscription',
      'subscription ($f: AuditFilter) { auditEvents(filter: $f) { id } }',
      { f: { userId: [CANARY] } },
    ],
    ['a field of another type beside it, written out', literal(`{ email: 1, ${PASSWORD} }`)],
    ['a field mistyped beside it, written out', literal(`{ emial: "a", ${PASSWORD} }`)],
    ['it in a list, written out', literal(`{ email: "a", password: ["${CANARY}"] }`)],
    ['it in the place of the input, written out', literal(`"${CANARY}"`)],
    ['the input as a list, written out', literal(`[[{ ${PASSWORD} }]]`)],
    ['it without quotes', literal('{ email: "a", password: Canary }')],
    [
      'it in the place of an enum, written out',
      literal(`{ email: "a", password: "b", transport: "${CANARY}" }`),
    ],
    ['a name in the place of an enum', literal('{ email: "a", password: "b", transport: Canary }')],
    ['it in the place of a flag, written out', `{ me @skip(if: "${CANARY}") { id } }`],
    [
      'it where a subscription is decided',
      `subscription { sessionEnded @skip(if: "${CANARY}") { reason } }`,
    ],
    ['it without its colon', literal(`{ email: "a" password "${CANARY}" }`)],
    ['it with a quote in it', literal('{ email: "a" password: "my" Canary }')],
    ['it with a number after a quote', literal('{ email: "a" password: "my"123454321 }')],
    ['it in a block', literal(`{ email: "a" password """${CANARY}""" }`)],
  ])('no error repeats a password: %s', async (_what, query, variables: object = {}) => {
    for (const text of await told(mode, query, variables)) {
      expect(text).not.toMatch(/Canary|123454321/);
    }
    expect(servers.get(mode)!.log()).not.toMatch(/Canary|123454321/);
  });

  it('an error still says where the fault is', async () => {
    const [text = ''] = await told(mode, LOGIN, { i: { email: 1, password: CANARY } });
    expect(JSON.parse(text)).toEqual({
      errors: [
        {
          message:
            'Variable "$i" got an invalid value at "i.email"; String cannot represent a non string value.',
          locations: [{ line: 1, column: 11 }],
          extensions: { code: 'BAD_USER_INPUT', reason: 'variables' },
        },
      ],
    });
  });
});

const MISTYPED: [string, string, object?][] = [
  ['a field', '{ mee { id } }'],
  ['a field without its selection', '{ me }'],
  ['a type', '{ ... on Usr { id } }'],
  ['a variable’s type', 'query ($x: LoginInpt) { me { id } }'],
  ['an argument', '{ users(frst: 1) { totalCount } }'],
  ['a directive', '{ me @skp(if: true) { id } }'],
  ['an enum value', '{ users(status: ACTVE) { totalCount } }'],
  ['a quoted enum value', '{ users(status: "ACTIVE") { totalCount } }'],
  ['an input field', literal('{ emial: "a", password: "b" }')],
  ['an input field in a variable', LOGIN, { i: { email: 'a', password: 'b', transprt: 'BODY' } }],
  ['an enum value in a variable', LOGIN, { i: { email: 'a', password: 'b', transport: 'BODI' } }],
  ['a subscription', 'subscription { sesionEnded { reason } }'],
  ['a quote', "{ user(id: 'a') { id } }"],
];

describe('who mistypes', () => {
  it.each<[string, string, object?]>(MISTYPED)(
    '%s is told in production nothing to go by',
    async (_what, query, variables: object = {}) => {
      for (const text of await told('production', query, variables)) {
        expect(text).not.toMatch(
          /did you mean|perhaps|graphql-js|node_modules|Apollo Server|at .*:\d+:\d+/i,
        );
      }
    },
  );

  it('is helped in development', async () => {
    for (const text of await told('development', '{ mee { id } }')) {
      expect(text).toContain('Did you mean');
    }
  });
});

describe('the schema', () => {
  const NOSY = [
    '{ __schema { types { name } } }',
    '{ __type(name: "User") { name } }',
    '{ a: __schema { queryType { name } } }',
    'query { ...F } fragment F on Query { __type(name: "User") { fields { name } } }',
    '{ ... @include(if: true) { __schema { directives { name } } } }',
  ];

  it.each(NOSY)('is not told in production, by any door: %s', async (query) => {
    for (const text of await told('production', query)) {
      expect(text).toContain('Introspection is switched off here.');
      expect(text).not.toContain('"data"');
    }
  });

  it('is told in development, and the name of a type anywhere', async () => {
    const ask = async (mode: string, query: string) =>
      (await post(servers.get(mode)!.url, JSON.stringify({ query }))).data;
    expect(await ask('development', '{ __type(name: "User") { name } }')).toEqual({
      __type: { name: 'User' },
    });
    expect(await ask('production', '{ __typename }')).toEqual({ __typename: 'Query' });
  });
});
