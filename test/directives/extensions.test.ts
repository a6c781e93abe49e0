import { buildSchema, extendSchema, parse } from 'graphql';
import { compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import { gate, noToken, token } from './support.js';

describe('a rule on a type', () => {
  it('covers the fields that an extension adds in another file', async () => {
    const other = jest.fn(() => 'done');
    const { ask } = gate({
      typeDefs: [
        'type Query { open: String @public }',
        'type Mutation @auth { one: String }',
        'extend type Mutation { other: String }',
      ],
      resolvers: { Mutation: { other } },
    });
    expect(await ask('mutation { other }')).toEqual({
      data: { other: null },
      errors: noToken('other'),
    });
    expect(other).not.toHaveBeenCalled();
  });

  it('covers the fields that were there when an extension brings it', async () => {
    const { ask } = gate({
      typeDefs: ['type Query { one: String @auth }', 'extend type Query @auth(scopes: [["x"]])'],
      resolvers: { Query: { one: () => 'one' } },
    });
    expect(await ask('{ one }', { as: token() })).toEqual({
      data: { one: null },
      errors: ['one: FORBIDDEN/SCOPE_MISSING'],
    });
  });

  it.each([
    [[], false],
    [['a'], false],
    [['b'], false],
    [['a', 'b'], true],
  ])('and another on its extension are both needed: scopes %j pass: %s', async (scopes, passes) => {
    const { ask } = gate({
      typeDefs: [
        'type X @auth(scopes: [["a"]]) { value: String }',
        'extend type X @auth(scopes: [["b"]])',
        'type Query { x: X @public }',
      ],
      resolvers: { Query: { x: () => ({ value: 'x' }) } },
    });
    expect(await ask('{ x { value } }', { as: token(scopes) })).toEqual(
      passes
        ? { data: { x: { value: 'x' } }, errors: [] }
        : { data: { x: null }, errors: ['x: FORBIDDEN/SCOPE_MISSING'] },
    );
  });

  it('holds on an extension of an interface as well', async () => {
    const { ask } = gate({
      typeDefs: [
        'interface Node { id: ID }',
        'extend interface Node @auth',
        'type A implements Node { id: ID }',
        'type Query { a: A @public }',
      ],
      resolvers: { Query: { a: () => ({ id: '1' }) } },
    });
    expect(await ask('{ a { id } }')).toEqual({ data: { a: null }, errors: noToken('a') });
  });
});

describe('a rule on an extension that was added to a finished schema', () => {
  // Tools that merge SDL turn extensions into the type itself; graphql-js keeps them apart.
  const extended = (base: string, extension: string) =>
    compilePolicy(extendSchema(buildSchema(`${directiveTypeDefs()} ${base}`), parse(extension)));

  it.each([
    ['a type', 'type Query { a: A @public } type A { id: ID }', 'extend type A @auth'],
    [
      'an interface',
      'type Query { a: A @public } interface N { id: ID } type A implements N { id: ID }',
      'extend interface N @auth',
    ],
    [
      'its new field',
      'type Query { a: A @public } type A { x: ID }',
      'extend type A { id: ID @auth }',
    ],
  ])('holds: on %s', (_where, base, extension) => {
    expect(extended(base, extension).field('A', 'id').signedIn).toBe(true);
  });

  it('is joined with the one of the type', () => {
    const policy = extended(
      'type Query { a: A @public } type A @auth(scopes: [["a"]]) { id: ID }',
      'extend type A @auth(scopes: [["b"]]) @critical',
    );
    expect(policy.type('A')).toEqual({ signedIn: true, scopes: [['a', 'b']], maxStale: 0 });
  });

  it('is asked of the root fields that it adds', () => {
    const add = () => extended('type Query { a: ID @public }', 'extend type Query { b: ID }');
    expect(add).toThrow(/Query\.b: a root field needs/);
  });
});

describe('a rule on the type that a field answers', () => {
  const wipes = (answer: string) => {
    const wipe = jest.fn(() => ({ done: true }));
    const built = gate({
      typeDefs: `
        type AdminPayload @auth(scopes: [["admin"]]) { done: Boolean }
        type Query { open: String @public }
        type Mutation { wipe: ${answer} @public }`,
      resolvers: { Mutation: { wipe: answer.startsWith('[') ? () => [wipe()] : wipe } },
    });
    return { ...built, wipe };
  };

  it.each(['AdminPayload', '[AdminPayload]', '[[AdminPayload!]!]'])(
    'keeps the resolver of a field of type %s from running',
    async (answer) => {
      const { ask, wipe } = wipes(answer);
      expect(await ask('mutation { wipe { done } }', { as: token(['user']) })).toEqual({
        data: { wipe: null },
        errors: ['wipe: FORBIDDEN/SCOPE_MISSING'],
      });
      expect(wipe).not.toHaveBeenCalled();
    },
  );

  it('lets those run it who may see the answer', async () => {
    const { ask, wipe } = wipes('AdminPayload');
    expect(await ask('mutation { wipe { done } }', { as: token(['admin']) })).toEqual({
      data: { wipe: { done: true } },
      errors: [],
    });
    expect(wipe).toHaveBeenCalledTimes(1);
  });
});
