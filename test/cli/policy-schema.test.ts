import { createProject } from './policy-support.js';
import type { Project } from './policy-support.js';
import { answerOf } from './support.js';

const BASE = 'type Query { me: User @auth ping: String @public }\n';
const USER =
  'type User { id: ID\n  mail: String @critical(maxStale: 30) @auth(when: "isOwner") }\n';

let project: Project;
beforeEach(() => {
  project = createProject({
    'api/base.graphql': BASE,
    'api/users/user.gql': USER,
    'api/users/operation.graphql': 'query Me { me { id } }',
    'api/notes.txt': 'not { a schema',
    'api/node_modules/other/schema.graphql': 'not { a schema',
  });
});
afterEach(() => project.remove());

const coordinates = async (...args: string[]) =>
  (
    answerOf(await project.policy('--json', '--schema', ...args))['fields'] as {
      coordinate: string;
    }[]
  ).map(({ coordinate }) => coordinate);
const ALL = ['Query.me', 'Query.ping', 'User.id', 'User.mail'];

describe('portcullis policy --schema', () => {
  it('shows the same table of a schema file as of our own schema, without any setting', async () => {
    project.write('schema.graphql', BASE + USER);
    expect(await project.policy('--schema', 'schema.graphql')).toEqual({
      code: 0,
      stderr: '',
      stdout: `FIELD       PUBLIC  SCOPES  MAX AUTH AGE  MAX STALE  WHEN
Query.me    no      -       -             any        -
Query.ping  yes     -       -             -          -
User.id     yes     -       -             -          -
User.mail   no      -       -             30         isOwner
`,
    });
  });

  it('takes several files, a folder and globs, and reads each file once', async () => {
    expect(await coordinates('api/base.graphql', './api/users/user.gql')).toEqual(ALL);
    expect(await coordinates('api')).toEqual(ALL);
    expect(await coordinates('api/**/*.{graphql,gql}', 'api', 'api/base.graphql')).toEqual(ALL);
    expect(await coordinates('**/b?se.graphql', 'api/users/*.gql')).toEqual(ALL);
  });

  it('tells programs of the warnings, by coordinate and kind', async () => {
    project.write(
      'schema.graphql',
      'type Query { all: [Int!]! @auth } type Mutation { go: Int @auth }',
    );
    const { warnings } = answerOf(await project.policy('--json', '--schema', 'schema.graphql'));
    expect(warnings).toEqual([
      {
        coordinate: 'Mutation.go',
        kind: 'mutation-not-critical',
        message:
          'Mutation.go: guarded, but a session that ended elsewhere may still pass; add @critical',
      },
      {
        coordinate: 'Query.all',
        kind: 'guarded-non-null',
        message: 'Query.all: guarded and non-null, so a refusal wipes out its neighbours too',
      },
    ]);
  });

  it('knows the directives by other names', async () => {
    project.write('schema.graphql', 'type Query { a: Int @secured b: Int @open c: Int @fresh }');
    const { fields } = answerOf(
      await project.policy(
        ...['--json', '--schema', 'schema.graphql'],
        ...['--names', 'auth=secured,critical=fresh,public=open'],
      ),
    );
    expect(fields).toEqual([
      {
        coordinate: 'Query.a',
        public: false,
        scopes: [],
        maxAuthAge: null,
        maxStale: null,
        when: [],
      },
      {
        coordinate: 'Query.b',
        public: true,
        scopes: [],
        maxAuthAge: null,
        maxStale: null,
        when: [],
      },
      { coordinate: 'Query.c', public: false, scopes: [], maxAuthAge: null, maxStale: 0, when: [] },
    ]);
  });

  it('shows a schema with which no server starts, and fails', async () => {
    project.write('schema.graphql', 'type Query { a: Int b: Int @auth }');
    const { code, stdout, stderr } = await project.policy('--schema', 'schema.graphql');
    expect(stdout).toContain('Query.a: a root field with neither a rule nor @public');
    expect(stdout).toContain('Query.b  no ');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'No server starts with this schema; neither a rule nor @public: Query.a.\n',
    });
  });
});

describe('portcullis policy fails with one message and no stack', () => {
  it.each<[string, string[], string]>([
    [
      'a file that is not there',
      ['--schema', 'no.graphql'],
      'Cannot read no.graphql: there is no such file or folder.',
    ],
    ['a glob without a match', ['--schema', 'api/*.sdl'], 'No file matches api/*.sdl.'],
    [
      'a glob in a folder that is not there',
      ['--schema', 'src/*.graphql'],
      'Cannot read src: there is no such file or folder.',
    ],
    [
      'a folder without SDL',
      ['--schema', 'empty'],
      'There is no .graphql, .graphqls, .gql file in empty.',
    ],
    [
      'a syntax error',
      ['--schema', 'broken.graphql'],
      'broken.graphql:2:6: Syntax Error: Expected Name, found "}".',
    ],
    [
      'a directive misused',
      ['--schema', 'misused.graphql'],
      "The schema's rules are not valid:\n  Query.a: @public contradicts the rule beside it",
    ],
    ['names without a schema', ['--names', 'auth=x'], "error: '--names' goes with '--schema'"],
    [
      'names that are none',
      ['--schema', 'api', '--names', 'secured'],
      "error: option '--names <names>' argument 'secured' is invalid. " +
        'Give names such as auth=secured,critical=fresh,public=open.',
    ],
    [
      'one name for two directives',
      ['--schema', 'api', '--names', 'auth=critical'],
      "error: option '--names <names>' argument 'auth=critical' is invalid. " +
        'Every directive needs a name of its own.',
    ],
    [
      'a page that cannot be written',
      ['--schema', 'api', '--html', 'no/policy.html'],
      'Cannot write no/policy.html: there is no such file or folder.',
    ],
  ])('on %s', async (_, args, message) => {
    project.write('empty/notes.txt', '');
    project.write('broken.graphql', 'type Query {\n  a: }');
    project.write('misused.graphql', 'type Query { a: Int @auth @public }');
    expect(await project.policy(...args)).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});
