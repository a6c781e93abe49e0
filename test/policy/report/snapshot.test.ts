import {
  formatRequirement,
  formatSnapshot,
  parseSnapshot,
  reportOn,
  takeSnapshot,
} from '../../../src/policy/report/index.js';

const snapshotOf = (text: string) =>
  formatSnapshot(takeSnapshot(reportOn([{ name: 'schema.graphql', text }])));

const TITLE = '# Portcullis policy snapshot, version 1\n';

describe('a snapshot', () => {
  it('has a line for every field and for every type that is guarded as a whole, in SDL', () => {
    const text = snapshotOf(`
      type User @auth(scopes: [["b", "a"], ["c"]], maxAuthAge: 300) {
        name: String @critical(maxStale: 30)
        mail: String @critical @auth(when: "isOwner") @auth(when: "isAdult")
      }
      type Query { user: User @public open: Int @public me: Int @auth now: Int @critical }`);
    const user = '@auth(scopes: [["a", "b"], ["c"]], maxAuthAge: 300)';
    expect(text).toBe(
      `${TITLE}Query.me @auth
Query.now @critical
Query.open @public
Query.user ${user}
User ${user}
User.mail ${user} @auth(when: "isAdult") @auth(when: "isOwner") @critical
User.name ${user} @critical(maxStale: 30)
`,
    );
  });

  it('is in the words of the default names, whatever the schema calls the directives', () => {
    const names = { auth: 'secured', critical: 'fresh', public: 'open' };
    const text = 'type Query { a: Int @secured b: Int @fresh c: Int @open }';
    const report = reportOn([{ name: 'schema.graphql', text }], { names });
    expect(formatSnapshot(takeSnapshot(report))).toBe(
      `${TITLE}Query.a @auth\nQuery.b @critical\nQuery.c @public\n`,
    );
  });

  it('is read with the line ends of Windows too', () => {
    const text = `${TITLE}Query.me @auth(scopes: [["a"]])\n`.replaceAll('\n', '\r\n');
    expect(parseSnapshot(text, 'policy.snap')).toEqual(
      new Map([['Query.me', { signedIn: true, scopes: [['a']] }]]),
    );
  });

  it('does not begin a bare @auth where there is more to say', () => {
    const guarded = { signedIn: true, scopes: [] };
    expect(formatRequirement(guarded)).toBe('@auth');
    expect(formatRequirement({ ...guarded, when: ['isOwner'] })).toBe('@auth(when: "isOwner")');
  });
});

describe('a file that is no snapshot', () => {
  it.each([
    ['nothing', '', 'x is not a snapshot of a policy.'],
    ['something else', '{}', 'x is not a snapshot of a policy.'],
    [
      'a newer version',
      '# Portcullis policy snapshot, version 2\n',
      'x is a snapshot of version "2"; this Portcullis reads 1.',
    ],
    ...[
      '<<<<<<< HEAD',
      'Query.me',
      'Query.me @auth(scopes: [])',
      'Query.me @auth(scopes: [["a"])',
      'Query.me @critical @auth',
      'Query.me @auth @critical',
      'Query.me @critical(maxStale: -1)',
      'Query.me @auth(when: "is owner")',
      'Query.me @public @auth',
      'Query.me @secured',
      'Query.me @auth # for now',
      '',
    ].map((line) => [
      JSON.stringify(line),
      `${TITLE}Query.a @auth\n${line}\nQuery.b @auth\n`,
      'x:3: this line is not one of a snapshot; write the snapshot anew with --snapshot.',
    ]),
    [
      'a field twice',
      `${TITLE}Query.me @auth\nQuery.me @public\n`,
      'x:3: Query.me is there twice; write the snapshot anew with --snapshot.',
    ],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parseSnapshot(text, 'x')).toThrow(new Error(message));
  });
});
