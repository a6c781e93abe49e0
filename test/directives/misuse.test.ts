import { makeExecutableSchema } from '@graphql-tools/schema';
import { StartupError } from '../../src/errors/index.js';
import { DEFAULT_NAMES, compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import type { DirectiveNames } from '../../src/policy/index.js';
import { build, gate, noToken } from './support.js';

/** Every problem that the start-up error lists. */
function problems(schema: Parameters<typeof compilePolicy>[0], names?: DirectiveNames): string[] {
  try {
    compilePolicy(schema, names ? { names } : {});
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    const [, ...lines] = (error as StartupError).message.split('\n');
    return lines.map((line) => line.trim());
  }
}

const unchecked = (typeDefs: string) => build({ typeDefs, assumeValidSDL: true });

describe('an argument that would guard wrongly refuses to start', () => {
  it.each([
    ['@auth(scopes: [])'],
    ['@auth(scopes: [[]])'],
    ['@auth(scopes: [["a"], []])'],
    ['@auth(scopes: [[""]])'],
    ['@auth(scopes: [["a", ""]])'],
    ['@auth(scopes: [["a b"]])'],
    ['@auth(scopes: [["a\\n"]])'],
    ['@auth(scopes: [["\\u00e9"]])'],
    ['@auth(scopes: null)'],
    ['@auth(maxAuthAge: -1)'],
    ['@critical(maxStale: -1)'],
    ['@public @auth'],
    ['@public @critical'],
    ['@critical(maxStale: 30) @public'],
  ])('%s', (rule) => {
    const found = problems(build({ typeDefs: `type Query { one: String ${rule} }` }));
    expect(found[0]).toMatch(/^Query\.one: (?!a root field needs)/);
  });

  // SDL validation stops these, but schemas are also built without it.
  it.each([
    ['@auth(scopes: [["a", null]])'],
    ['@auth(scopes: [[1]])'],
    ['@auth(maxAuthAge: "soon")'],
    ['@auth(maxAuthAge: 1.5)'],
    ['@auth(scope: [["a"]])'],
    ['@critical(maxStale: null)'],
    ['@critical(maxStale: 1e99)'],
    ['@critical(maxStale: "0")'],
  ])('%s, when the SDL was not validated', (rule) => {
    const found = problems(unchecked(`type Query { one: String @public two: String ${rule} }`));
    expect(found).toContainEqual(
      expect.stringMatching(/^Query\.two: .*(scope|maxAuthAge|maxStale)/),
    );
  });

  it('on a type names the type', () => {
    expect(
      problems(
        build({ typeDefs: 'type Query { x: X @public } type X @auth(scopes: []) { y: ID }' }),
      ),
    ).toEqual([expect.stringMatching(/^X: scopes: \[\]/)]);
  });
});

describe('a directive at a place that it does not guard refuses to start', () => {
  const REST = 'type Query { one(arg: Int): String @public }';
  it.each([
    ['Color', `enum Color @auth { RED } ${REST}`],
    ['Color.RED', `enum Color { RED @auth } ${REST}`],
    ['Any', `type A { id: ID } union Any @critical = A ${REST}`],
    ['Any', `type A { id: ID } union Any = A extend union Any @auth ${REST}`],
    ['Time', `scalar Time @auth ${REST}`],
    ['Filter', `input Filter @auth { a: Int } ${REST}`],
    ['Filter.a', `input Filter { a: Int @critical } ${REST}`],
    ['Query.one(arg:)', 'type Query { one(arg: Int @auth): String @public }'],
    ['@mine(arg:)', `directive @mine(arg: Int @auth) on FIELD ${REST}`],
    ['schema', `schema @auth { query: Query } ${REST}`],
    ['schema', `schema { query: Query } extend schema @critical ${REST}`],
    ['A', `type A @public { id: ID } ${REST}`],
    ['Node', `interface Node @public { id: ID } ${REST}`],
    ['A.id', `type A { id: ID @public } ${REST}`],
    ['Node.id', `interface Node { id: ID @public } ${REST}`],
  ])('at %s: %s', (coordinate, sdl) => {
    const found = problems(unchecked(sdl));
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${coordinate}: @`)).toBe(true);
  });
});

describe('a directive of our name that means something else refuses to start', () => {
  it.each([
    ['@auth', 'directive @auth(role: String) on FIELD_DEFINITION'],
    ['@auth', 'directive @auth on FIELD_DEFINITION'],
    ['@auth', 'directive @auth(scopes: [String!], maxAuthAge: Int) on FIELD_DEFINITION'],
    ['@auth', 'directive @auth(scopes: [[String!]!], maxAuthAge: Int) on ENUM_VALUE'],
    ['@auth', 'directive @auth(scopes: [[String!]!], maxAuthAge: Int, or: Int) on OBJECT'],
    ['@critical', 'directive @critical(maxStale: Float! = 0) on FIELD_DEFINITION'],
    ['@critical', 'directive @critical(maxStale: Int! = 3600) on FIELD_DEFINITION'],
    ['@public', 'directive @public(why: String) on FIELD_DEFINITION'],
    ['@public', 'directive @public on FIELD_DEFINITION | OBJECT'],
  ])('%s: %s', (name, declaration) => {
    const ours = directiveTypeDefs().split('\n');
    const others = ours.filter((line) => !new RegExp(`${name}\\b`).test(line));
    const typeDefs = [declaration, ...others, 'type Query { one: String }'];
    const found = problems(makeExecutableSchema({ typeDefs }));
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${name}: .*signature`)));
  });

  it('and so does one that nobody declared', () => {
    const typeDefs = 'type Query { one: String @public two: String @auth }';
    const found = problems(makeExecutableSchema({ typeDefs, assumeValidSDL: true }));
    expect(found).toContain('Query.two: @auth is not declared');
  });
});

describe('a directive renamed by option', () => {
  const names = { ...DEFAULT_NAMES, auth: 'requiresLogin' };

  it('is enforced under the new name', async () => {
    const { ask } = gate({ typeDefs: 'type Query { me: String @requiresLogin }' }, names);
    expect(await ask('{ me }')).toEqual({ data: { me: null }, errors: noToken('me') });
  });

  it('refuses to start when the SDL declares and uses the old one', () => {
    const typeDefs = [directiveTypeDefs(), 'type Query { a: A @public } type A { b: ID @auth }'];
    expect(problems(makeExecutableSchema({ typeDefs }), names)).toContainEqual(
      expect.stringMatching(/^@auth: .*@requiresLogin/),
    );
  });

  it('refuses to start when the SDL uses the old one without declaring it', () => {
    const typeDefs = [
      directiveTypeDefs(names),
      'type Query { a: A @public } type A @auth { b: ID @auth }',
    ];
    const schema = makeExecutableSchema({ typeDefs, assumeValidSDL: true });
    expect(problems(schema, names)).toEqual([
      expect.stringMatching(/^A: @auth .*@requiresLogin/),
      expect.stringMatching(/^A\.b: @auth .*@requiresLogin/),
    ]);
  });

  it('leaves the old name to a directive of somebody else with another signature', () => {
    const typeDefs = [
      directiveTypeDefs(names),
      'directive @auth(role: String!) on FIELD_DEFINITION',
      'type Query { me: String @requiresLogin @auth(role: "x") }',
    ];
    expect(problems(makeExecutableSchema({ typeDefs }), names)).toEqual([]);
  });
});

describe('deny by default', () => {
  it('lists every root field that has neither a rule nor @public', () => {
    const schema = build({
      typeDefs: `
        schema { query: Q mutation: M subscription: S }
        type Q { open: String @public one: String two: Guarded three: String @auth }
        type M { four: String five: String @critical }
        type S { six: String }
        type Guarded @auth { id: ID }`,
    });
    expect(problems(schema).map((line) => line.split(':')[0])).toEqual([
      'Q.one',
      'M.four',
      'S.six',
    ]);
  });

  it('tells all kinds of misuse at once', () => {
    const found = problems(
      unchecked(`
        enum Color @auth { RED }
        type Query { bare: String wrong: String @critical(maxStale: -1) both: ID @public @auth }`),
    );
    expect(found.map((line) => line.split(':')[0]).sort()).toEqual(
      ['Color', 'Query.bare', 'Query.both', 'Query.wrong', 'Query.wrong'].sort(),
    );
  });
});
