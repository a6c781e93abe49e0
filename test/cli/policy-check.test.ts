import { createProject } from './policy-support.js';
import type { Project } from './policy-support.js';

const SCHEMA = `type Query {
  me: User @auth
  open: String @public
  audit: String @auth(scopes: [["admin", "audit"]], maxAuthAge: 300) @critical(maxStale: 30)
}
type User { id: ID mail: String @auth(when: "isOwner") }
type Mutation { pay: Int @critical }
`;

const ARGS = ['--schema', 'schema.graphql', '--check', 'policy.snap'];
const ACCEPT = 'To accept this, run the command with --snapshot policy.snap instead of --check.\n';

let project: Project;
beforeEach(async () => {
  project = createProject({ 'schema.graphql': SCHEMA });
  expect(await project.policy('--schema', 'schema.graphql', '--snapshot', 'policy.snap')).toEqual({
    code: 0,
    stdout: 'Wrote policy.snap: 6 fields.\n',
    stderr: '',
  });
});
afterEach(() => project.remove());

const change = (...changes: [from: string, to: string][]) => {
  let text = SCHEMA;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  project.write('schema.graphql', text);
};

describe('portcullis policy --check', () => {
  it('passes what is guarded as it was', async () => {
    expect(project.read('policy.snap')).toBe(`# Portcullis policy snapshot, version 1
Mutation.pay @critical
Query.audit @auth(scopes: [["admin", "audit"]], maxAuthAge: 300) @critical(maxStale: 30)
Query.me @auth
Query.open @public
User.id @public
User.mail @auth(when: "isOwner")
`);
    expect(await project.policy(...ARGS)).toEqual({
      code: 0,
      stdout: 'Nothing is guarded otherwise than in policy.snap.\n',
      stderr: '',
    });
  });

  it('fails when a field is less guarded, and says how it was', async () => {
    change(
      ['pay: Int @critical', 'pay: Int @critical(maxStale: 5)'],
      ['me: User @auth', 'me: User @public'],
      ['["admin", "audit"]', '["admin", "audit"], ["root"]'],
      [' @auth(when: "isOwner")', ' @auth'],
    );
    const { code, stdout, stderr } = await project.policy(...ARGS);
    const ages = 'maxAuthAge: 300) @critical(maxStale: 30)';
    expect(stdout).toBe(`Less guarded than in policy.snap:
  Mutation.pay: @critical → @critical(maxStale: 5)
  Query.audit: @auth(scopes: [["admin", "audit"]], ${ages} → @auth(scopes: [["admin", "audit"], ["root"]], ${ages}
  Query.me: @auth → @public
  User.mail: @auth(when: "isOwner") → @auth

${ACCEPT}`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '4 fields are less guarded.\n' });
  });

  it('passes what is stricter, new or gone, and lists it', async () => {
    change(
      ['me: User @auth', 'me: User @critical'],
      ['open: String @public', 'fresh: String @public'],
    );
    expect(await project.policy(...ARGS)).toEqual({
      code: 0,
      stderr: '',
      stdout: `Stricter:
  Query.me: @auth → @critical

New:
  Query.fresh: @public

Gone:
  Query.open: was @public

${ACCEPT}`,
    });
  });

  it('tells programs the same', async () => {
    change(['me: User @auth', 'me: User @public'], [' open: String @public', '']);
    const { code, stdout } = await project.policy(...ARGS, '--json');
    const { check, fields } = JSON.parse(stdout) as { check: unknown; fields: unknown[] };
    expect(fields).toHaveLength(5);
    expect(check).toEqual({
      lessGuarded: [{ coordinate: 'Query.me', before: '@auth', after: '@public' }],
      stricter: [],
      added: [],
      removed: [{ coordinate: 'Query.open', before: '@public' }],
    });
    expect(code).toBe(1);
  });

  it('passes again once the snapshot is written anew', async () => {
    change(['me: User @auth', 'me: User @public']);
    expect((await project.policy(...ARGS)).code).toBe(1);
    await project.policy('--schema', 'schema.graphql', '--snapshot', 'policy.snap');
    expect((await project.policy(...ARGS)).code).toBe(0);
  });

  it('fails on root fields without a rule too', async () => {
    change(['me: User @auth', 'me: User']);
    const { code, stdout, stderr } = await project.policy(...ARGS);
    expect(stdout).toContain('Query.me: @auth → @public');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        '1 field is less guarded.\n' +
        'No server starts with this schema; neither a rule nor @public: Query.me.\n',
    });
  });

  it.each([
    ['is not there', undefined, 'Cannot read policy.snap: there is no such file or folder.'],
    ['is empty', '', 'policy.snap is not a snapshot of a policy.'],
    [
      'was merged badly',
      '# Portcullis policy snapshot, version 1\n=======\n',
      'policy.snap:2: this line is not one of a snapshot; write the snapshot anew with --snapshot.',
    ],
  ])('fails with one message when the snapshot %s', async (_, content, message) => {
    project.remove();
    project = createProject({ 'schema.graphql': SCHEMA });
    if (content !== undefined) project.write('policy.snap', content);
    expect(await project.policy(...ARGS)).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});

describe('portcullis policy --snapshot', () => {
  it('does not write down a schema with which no server starts', async () => {
    project.write('bare.graphql', 'type Query { a: Int }');
    const ended = await project.policy('--schema', 'bare.graphql', '--snapshot', 'bare.snap');
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No server starts with this schema; neither a rule nor @public: Query.a.\n',
    });
    expect(project.has('bare.snap')).toBe(false);
  });

  it('is not asked for together with --check', async () => {
    expect(await project.policy(...ARGS, '--snapshot', 'policy.snap')).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: option '--snapshot <file>' cannot be used with option '--check <file>'\n",
    });
  });
});
