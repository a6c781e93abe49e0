import { reportOn } from '../../../src/policy/report/index.js';
import type { PolicyOptions } from '../../../src/policy/index.js';

const read = (texts: string[], options?: PolicyOptions) =>
  reportOn(
    texts.map((text, at) => ({ name: `${'abc'[at]!}.graphql`, text })),
    options,
  );
const guardedIn = (texts: string[], options?: PolicyOptions) =>
  read(texts, options)
    .fields.filter((field) => !field.public)
    .map(({ coordinate }) => coordinate);
const messageOf = (...texts: string[]) => {
  try {
    read(texts);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('SDL in several files', () => {
  it('is one schema, in which a type may be extended or defined again', () => {
    const texts = [
      'type Query { a: Int @auth user: User @public } type User @auth { id: ID }',
      'type Query { b: Int @auth } extend type User { name: String }',
      'type User @critical { mail: String } scalar Date scalar Date',
    ];
    expect(guardedIn(texts)).toEqual([
      ...['Query.a', 'Query.b', 'Query.user', 'User.id', 'User.mail', 'User.name'],
    ]);
    expect(read(texts).policy.type('User').maxStale).toBe(0);
  });

  it('may extend roots that nothing defines', () => {
    expect(
      guardedIn([
        'extend type Query { a: Int @auth }',
        'extend type Mutation { b: Int @critical }',
      ]),
    ).toEqual(['Mutation.b', 'Query.a']);
    expect(guardedIn(['schema { query: Root }', 'extend type Root { a: Int @auth }'])).toEqual([
      'Root.a',
    ]);
  });

  it('may declare our directives, each file anew, or some of them, or none', () => {
    const declared = '"Signed in" directive @public on FIELD_DEFINITION';
    const texts = [`${declared} type Query { a: Int @auth }`, `${declared} type User { b: Int }`];
    expect(guardedIn(texts)).toEqual(['Query.a']);
  });

  it('may lie beside operations and empty files', () => {
    expect(guardedIn(['type Query { a: Int @auth }', 'query Q { a }', '# nothing'])).toEqual([
      'Query.a',
    ]);
  });
});

describe('SDL of a subgraph', () => {
  const LINK = (imports: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;

  it('needs no declarations, and may extend the types of others', () => {
    const sdl = `${LINK('"@key", "@shareable"')}
      extend type Product @key(fields: "id") @key(fields: "sku", resolvable: false) @auth {
        id: ID! @external
        reviews: Int @requires(fields: "id") @shareable
      }`;
    expect(guardedIn([sdl])).toEqual(['Product.id', 'Product.reviews']);
    expect(read([sdl]).warnings.map(({ kind }) => kind)).toEqual(['guarded-non-null']);
  });

  it('has its own rules enforced, under the names that it gives them', () => {
    const sdl = `${LINK('"@requiresScopes", { name: "@authenticated", as: "@signedIn" }')}
      type Query {
        a: Int @signedIn
        b: Int @requiresScopes(scopes: [["x"], ["y", "z"]])
        c: Int @federation__authenticated
      }`;
    expect(read([sdl]).fields.map(({ coordinate, scopes }) => [coordinate, scopes])).toEqual([
      ['Query.a', []],
      ['Query.b', [['x'], ['y', 'z']]],
      ['Query.c', []],
    ]);
    expect(guardedIn([sdl])).toHaveLength(3);
  });
});

describe('directives under other names', () => {
  const names = { auth: 'secured', critical: 'critical', public: 'open' };

  it('are rules', () => {
    expect(guardedIn(['type Query { a: Int @secured b: Int @open }'], { names })).toEqual([
      'Query.a',
    ]);
  });

  it('are none under their old names', () => {
    expect(() => read(['type Query { a: Int @auth }'], { names })).toThrow(
      'Query.a: @auth is not declared; the directive is called @secured',
    );
  });
});

describe('SDL that is wrong', () => {
  it.each([
    [
      'a syntax error',
      ['type Query {\n  a: }'],
      'a.graphql:2:6: Syntax Error: Expected Name, found "}".',
    ],
    ['nothing in it', ['# nothing', 'query { a }'], 'There is no schema in a.graphql, b.graphql.'],
    [
      'an unknown type',
      ['type Query {\n  a: Uzer @auth\n}'],
      'a.graphql:2:6: Unknown type "Uzer".',
    ],
    [
      'an extension of a type that nothing defines',
      ['type Query { a: Int @auth }', 'extend type Qeury { b: Int }'],
      'b.graphql:1:13: Cannot extend type "Qeury" because it is not defined. Did you mean "Query"?',
    ],
    [
      'a field that is there twice, so that one of two rules would be lost',
      ['type Query { a: Int @auth }', 'type Query { a: Int @public }'],
      'a.graphql:1:14: Field "Query.a" can only be defined once.',
    ],
    [
      'our directive at another place',
      ['type Query { a(b: Int @auth): Int @auth }'],
      'a.graphql:1:23: Query.a.b: Directive "@auth" may not be used on ARGUMENT_DEFINITION.',
    ],
    [
      'an argument that our directive does not have',
      ['type Query { a: Int @auth(scope: "a") }'],
      'a.graphql:1:27: Query.a: Unknown argument "scope" on directive "@auth". Did you mean "scopes"?',
    ],
    [
      'arguments that make no sense',
      ['type Query { a: Int @auth(scopes: []) b: Int @critical(maxStale: -1) }'],
      "The schema's rules are not valid:\n" +
        '  Query.a: scopes: [] would let nobody or everybody in; leave it out\n' +
        '  Query.b: maxStale must be 0 or more seconds',
    ],
    [
      'an interface that is not implemented',
      ['interface Node { id: ID } type Query implements Node { a: Int @auth }'],
      'a.graphql:1:18: Interface field Node.id expected but Query does not provide it.',
    ],
    [
      'text that would steer a terminal',
      ['type Query { a: "\\u001b[2J\u202e" }'],
      'a.graphql:1:17: Syntax Error: Expected Name, found String "\ufffd[2J\ufffd".',
    ],
  ])('is refused: %s', (_, texts, message) => {
    expect(messageOf(...texts)).toBe(message);
  });
});
