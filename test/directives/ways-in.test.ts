import { gate, noToken, token } from './support.js';

// A rule may be written at any of these places, and a query may come by any of these ways.
const PLACES = {
  'the field of the object': { object: '', objectField: '@auth', face: '', faceField: '' },
  'the object': { object: '@auth', objectField: '', face: '', faceField: '' },
  'the field of the interface': { object: '', objectField: '', face: '', faceField: '@auth' },
  'the interface': { object: '', objectField: '', face: '@auth', faceField: '' },
};

const WAYS = {
  'through the interface': '{ node { secret } }',
  'by an inline fragment': '{ node { ... on A { secret } } }',
  'by an inline fragment in a fragment': '{ node { ... on Node { ... on A { secret } } } }',
  'by an untyped inline fragment': '{ node { ... { secret } } }',
  'by a named fragment': '{ node { ...f } } fragment f on A { secret }',
  'by a named fragment on the interface': '{ node { ...f } } fragment f on Node { secret }',
  'by fragments that nest':
    '{ node { ...f } } fragment f on Node { ...g } fragment g on A { secret }',
  'under an alias': '{ n: node { name: secret } }',
  'in a list of the interface': '{ nodes { secret } }',
  'in a list, by a fragment': '{ nodes { ... on A { secret } } }',
  'as a member of a union': '{ any { ... on A { secret } } }',
  'as a member of a union, through the interface': '{ any { ... on Node { secret } } }',
  'as the object itself': '{ a { secret } }',
  'as an item of a list of lists': '{ grid { secret } }',
  'below another object': '{ holder { a { secret } } }',
};

const A = { __typename: 'A', secret: 'the secret' };

function world({ object, objectField, face, faceField }: (typeof PLACES)['the object']) {
  const resolved = jest.fn(() => 'the secret');
  const built = gate({
    typeDefs: `
      interface Node ${face} { secret: String ${faceField} }
      type A implements Node ${object} { secret: String ${objectField} }
      type B { open: String }
      union Any = A | B
      type Holder { a: A }
      type Query {
        node: Node @public
        nodes: [Node] @public
        any: Any @public
        a: A @public
        grid: [[A]] @public
        holder: Holder @public
      }`,
    resolvers: {
      A: { secret: resolved },
      Query: {
        node: () => A,
        nodes: () => [A],
        any: () => A,
        a: () => A,
        grid: () => [[A]],
        holder: () => ({ a: A }),
      },
    },
  });
  return { ...built, resolved };
}

describe.each(Object.entries(PLACES))('a rule on %s', (_place, place) => {
  it.each(Object.entries(WAYS))('denies those who come %s without a token', async (_way, query) => {
    const { ask, resolved } = world(place);
    const { data, errors } = await ask(query);
    expect(errors).toEqual([expect.stringMatching(/: UNAUTHENTICATED\/NO_TOKEN$/)]);
    expect(JSON.stringify(data)).not.toContain('the secret');
    expect(resolved).not.toHaveBeenCalled();
  });

  it.each(Object.entries(WAYS))('lets those in who come %s with a token', async (_way, query) => {
    const { ask } = world(place);
    const { data, errors } = await ask(query, { as: token() });
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toContain('"the secret"');
  });
});

describe('a rule on an interface of an interface', () => {
  it('guards the objects below', async () => {
    const { ask } = gate({
      typeDefs: `
        interface Top { secret: String @auth }
        interface Middle implements Top { secret: String }
        type A implements Middle & Top { secret: String }
        type Query { middle: Middle @public a: A @public }`,
      resolvers: { Query: { middle: () => A, a: () => A } },
    });
    expect(await ask('{ middle { secret } a { secret } }')).toEqual({
      data: { middle: { secret: null }, a: { secret: null } },
      errors: noToken('middle.secret', 'a.secret'),
    });
  });
});

describe('a list of which one member is guarded', () => {
  const mixed = () =>
    gate({
      typeDefs: `
        type A @auth { secret: String }
        type B { open: String }
        union Any = A | B
        type Query { list: [Any] @public }`,
      resolvers: { Query: { list: () => [{ __typename: 'B', open: 'b' }, A] } },
    });

  it('answers null at its index and leaves its neighbours intact', async () => {
    const query = '{ list { __typename ... on A { secret } ... on B { open } } }';
    expect(await mixed().ask(query)).toEqual({
      data: { list: [{ __typename: 'B', open: 'b' }, null] },
      errors: noToken('list.1'),
    });
  });

  it('hides even the type of that member', async () => {
    expect(await mixed().ask('{ list { __typename } }')).toEqual({
      data: { list: [{ __typename: 'B' }, null] },
      errors: noToken('list.1'),
    });
  });

  it.each([
    ['a promise from resolveType', { __resolveType: async (v: typeof A) => v.__typename }],
    ['resolveType', { __resolveType: (v: typeof A) => v.__typename }],
  ])('holds for types told by %s', async (_how, Any) => {
    const { ask } = gate({
      typeDefs: `
        type A @auth { secret: String }
        type B { open: String }
        union Any = A | B
        type Query { any: Any @public }`,
      resolvers: { Any, Query: { any: () => A } },
    });
    expect(await ask('{ any { __typename } }')).toEqual({
      data: { any: null },
      errors: noToken('any'),
    });
  });

  it('holds for types told by isTypeOf', async () => {
    const { ask } = gate({
      typeDefs: `
        type A @auth { secret: String }
        type B { open: String }
        union Any = A | B
        type Query { any: Any @public }`,
      resolvers: {
        A: { __isTypeOf: async (value: object) => 'secret' in value },
        B: { __isTypeOf: (value: object) => 'open' in value },
        Query: { any: () => ({ secret: 'the secret' }) },
      },
    });
    expect(await ask('{ any { ... on A { secret } } }')).toEqual({
      data: { any: null },
      errors: noToken('any'),
    });
  });
});
