import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { gate, noToken, token } from './support.js';

const world = () => {
  const secret = jest.fn(() => 'the secret');
  const built = gate({
    typeDefs: `
      type User { name: String secret: String @auth }
      type Query { open: String @public secret: String @auth user: User @public }
      type Mutation { open: String @public guarded: String @auth }`,
    resolvers: {
      Query: { open: () => 'open', secret, user: () => ({ name: 'Ada', secret }) },
      Mutation: { open: () => 'open', guarded: secret },
    },
  });
  return { ...built, secret };
};

describe('asking beside introspection', () => {
  it.each([
    ['{ __schema { __typename } secret }', { __schema: { __typename: '__Schema' } }],
    ['{ __typename secret }', { __typename: 'Query' }],
    ['{ __type(name: "User") { name } secret }', { __type: { name: 'User' } }],
    ['{ x: __typename ... { secret } }', { x: 'Query' }],
  ])('%s opens nothing', async (query, rest) => {
    const { ask, secret } = world();
    expect(await ask(query)).toEqual({
      data: { ...rest, secret: null },
      errors: noToken('secret'),
    });
    expect(secret).not.toHaveBeenCalled();
  });
});

describe('only what would run is judged', () => {
  const QUERY = `query ($yes: Boolean! = true, $no: Boolean! = false) {
    open
    a: secret @include(if: $no)
    b: secret @skip(if: $yes)
    ... on Query @include(if: $no) { c: secret }
    ...f @skip(if: $yes)
  }
  fragment f on Query { d: secret }`;

  it('by the defaults of variables', async () => {
    const { ask } = world();
    expect(await ask(QUERY)).toEqual({ data: { open: 'open' }, errors: [] });
  });

  it('by variables that are given', async () => {
    const { ask, secret } = world();
    expect(await ask(QUERY, { variables: { yes: false, no: true } })).toEqual({
      data: { open: 'open', a: null, b: null, c: null, d: null },
      errors: noToken('a', 'b', 'c', 'd'),
    });
    expect(secret).not.toHaveBeenCalled();
  });

  it('when a field is asked twice, once skipped', async () => {
    const { ask } = world();
    expect(await ask('{ secret @skip(if: true) secret }')).toEqual({
      data: { secret: null },
      errors: noToken('secret'),
    });
  });

  const TWO = 'query Open { open } query Secret { secret } mutation Change { guarded }';
  it.each([
    ['Open', { data: { open: 'open' }, errors: [] }],
    ['Secret', { data: { secret: null }, errors: noToken('secret') }],
    ['Change', { data: { guarded: null }, errors: noToken('guarded') }],
  ])(
    'of a document of several operations, with operationName %s',
    async (operationName, expected) => {
      const { ask } = world();
      expect(await ask(TWO, { operationName })).toEqual(expected);
    },
  );

  it('under names that objects have anyway', async () => {
    const { ask, secret } = world();
    const query = `query ($constructor: Boolean!, $__proto__: Boolean!) {
      __proto__: secret @include(if: $__proto__)
      constructor: secret @include(if: $constructor)
      toString: open
    }`;
    const variables = JSON.parse('{"constructor":true,"__proto__":true}') as Record<
      string,
      unknown
    >;
    const { data, errors } = await ask(query, { variables });
    expect(errors).toEqual(noToken('__proto__', 'constructor'));
    expect(data).toEqual(JSON.parse('{"__proto__":null,"constructor":null,"toString":"open"}'));
    expect(secret).not.toHaveBeenCalled();
  });
});

describe('a guarded field without a resolver of its own', () => {
  class Ada {
    get getter() {
      return 'getter';
    }
    method(args: { n: number }) {
      return `method ${args.n}`;
    }
    promise = Promise.resolve('promise');
    lambda = () => 'lambda';
    plain = 'plain';
  }
  const fields = 'getter method(n: 1) promise lambda plain';
  const ada = () =>
    gate({
      typeDefs: `
        type User {
          getter: String @auth
          method(n: Int): String @auth
          promise: String @critical
          lambda: String @critical
          plain: String @auth
        }
        type Query { user: User @public }`,
      resolvers: { Query: { user: () => new Ada() } },
    });

  it('answers properties, getters, methods and promises as ever', async () => {
    const { ask } = ada();
    expect(await ask(`{ user { ${fields} } }`, { as: token() })).toEqual({
      data: {
        user: {
          getter: 'getter',
          method: 'method 1',
          promise: 'promise',
          lambda: 'lambda',
          plain: 'plain',
        },
      },
      errors: [],
    });
  });

  it('answers none of them to anyone without a token', async () => {
    const { ask } = ada();
    const { data } = await ask(`{ user { ${fields} } }`);
    expect(data).toEqual({
      user: { getter: null, method: null, promise: null, lambda: null, plain: null },
    });
  });

  it('is not even read when it is refused', async () => {
    const read = jest.fn(() => 'value');
    const { ask } = gate({
      typeDefs: 'type User { value: String @auth } type Query { user: User @public }',
      resolvers: { Query: { user: () => Object.defineProperty({}, 'value', { get: read }) } },
    });
    await ask('{ user { value } }');
    expect(read).not.toHaveBeenCalled();
  });
});

describe('a field without a rule', () => {
  it('keeps its very resolver, or none', () => {
    const { open, schema } = gate({
      typeDefs: 'type A { plain: String } type Query { a: A @public b: A @auth }',
      resolvers: { Query: { a: () => ({}), b: () => ({}) } },
    });
    const resolver = (of: GraphQLSchema, type: string, field: string) =>
      (of.getType(type) as GraphQLObjectType).getFields()[field]?.resolve;
    expect(resolver(open, 'Query', 'a')).toBeDefined();
    expect(resolver(schema, 'Query', 'a')).toBe(resolver(open, 'Query', 'a'));
    expect(resolver(schema, 'A', 'plain')).toBe(resolver(open, 'A', 'plain'));
    expect(resolver(schema, 'Query', 'b')).not.toBe(resolver(open, 'Query', 'b'));
  });

  it('keeps the resolveType of an abstract type without guarded members', () => {
    const __resolveType = () => 'A';
    const { schema } = gate({
      typeDefs: 'type A { a: ID @auth } union Any = A type Query { any: Any @public }',
      resolvers: { Any: { __resolveType } },
    });
    expect(schema.getType('Any')).toMatchObject({ resolveType: __resolveType });
  });
});

describe('a guarded non-null field', () => {
  const nonNull = () =>
    gate({
      typeDefs: `
        type User { name: String secret: String! @auth }
        type Query { user: User @public users: [User!] @public all: String @public }`,
      resolvers: {
        Query: { user: () => ({ name: 'Ada' }), users: () => [{ name: 'Ada' }], all: () => 'all' },
      },
    });

  it('wipes out what is around it, by the rules of GraphQL, and no more', async () => {
    expect(await nonNull().ask('{ all user { name secret } users { name secret } }')).toEqual({
      data: { all: 'all', user: null, users: null },
      errors: noToken('user.secret', 'users.0.secret'),
    });
  });

  it('is warned about in the policy', () => {
    expect(nonNull().policy.warnings.map(({ message }) => message)).toEqual([
      'User.secret: guarded and non-null, so a refusal wipes out its neighbours too',
    ]);
  });
});
