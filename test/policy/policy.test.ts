import { compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import { build } from '../directives/support.js';

const compile = (typeDefs: string) => compilePolicy(build({ typeDefs }));

describe('the policy of a schema', () => {
  it('is a table of every field of every object, sorted by coordinate', () => {
    const policy = compile(`
      interface Node @critical(maxStale: 60) { id: ID @auth(maxAuthAge: 600) }
      type User implements Node @auth(scopes: [["b"], ["a"]]) {
        id: ID
        name: String @critical @auth(scopes: [["a"]], maxAuthAge: 900)
      }
      type Query { user: User @public open: String @public }`);
    expect(policy.entries()).toEqual([
      {
        coordinate: 'Query.open',
        public: true,
        scopes: [],
        maxAuthAge: null,
        maxStale: null,
        when: [],
      },
      {
        coordinate: 'Query.user',
        public: false,
        scopes: [['b'], ['a']],
        maxAuthAge: null,
        maxStale: 60,
        when: [],
      },
      {
        coordinate: 'User.id',
        public: false,
        scopes: [['b'], ['a']],
        maxAuthAge: 600,
        maxStale: 60,
        when: [],
      },
      {
        coordinate: 'User.name',
        public: false,
        scopes: [['a']],
        maxAuthAge: 900,
        maxStale: 0,
        when: [],
      },
    ]);
    expect(policy.warnings).toEqual([
      {
        coordinate: 'Query.user',
        kind: 'overruled-public',
        message: 'Query.user: @public is overruled by a rule elsewhere',
      },
    ]);
  });

  it('demands nothing of what it does not know, nor of introspection', () => {
    const policy = compile('type Query @auth { one: String }');
    const nothing = { signedIn: false, scopes: [] };
    expect(policy.field('Query', 'one').signedIn).toBe(true);
    expect(policy.field('Query', '__typename')).toEqual(nothing);
    expect(policy.field('constructor', 'name')).toEqual(nothing);
    expect(policy.type('__proto__')).toEqual(nothing);
    expect(policy.type('Query').signedIn).toBe(true);
  });

  it('takes our directives from us in the very form that it accepts', () => {
    const names = { auth: 'a', critical: 'c', public: 'p' };
    const schema = build({ typeDefs: 'type Query { x: ID @a y: ID @c z: ID @p }' }, names);
    expect(
      compilePolicy(schema, { names })
        .entries()
        .map((entry) => entry.public),
    ).toEqual([false, false, true]);
    expect(directiveTypeDefs(names).trim().split('\n')).toHaveLength(3);
  });
});
