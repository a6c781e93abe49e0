import type { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse } from 'graphql';
import { enforcePolicy } from '../../src/directives/index.js';
import type { Conditions, VerifiedToken } from '../../src/directives/index.js';
import { compilePolicy } from '../../src/policy/index.js';
import { FakeGuard, build, noToken, token, verdict } from './support.js';

type Config = Parameters<typeof makeExecutableSchema>[0];

/** A schema whose rules name these conditions. */
function conditional(config: Config, conditions: Conditions) {
  const open = build(config);
  const policy = compilePolicy(open, { conditions: Object.keys(conditions) });
  const guard = new FakeGuard();
  const schema = enforcePolicy(open, policy, guard, { conditions });
  const ask = async (query: string, as: VerifiedToken | null = token()) =>
    verdict(
      await execute({
        schema,
        document: parse(query),
        contextValue: { token: as ?? undefined },
      }),
    );
  return { ask, guard, schema };
}

const NOT_MET = 'FORBIDDEN/CONDITION_NOT_MET';

describe('a condition', () => {
  it('sees the parent, the arguments and the context, and runs the resolver when it says true', async () => {
    const isOwner = jest.fn(
      (parent: { owner: string }, { as }: { as: string }) => parent.owner === as,
    );
    const { ask } = conditional(
      {
        typeDefs: `
          type Query { post: Post @public }
          type Post { text(as: String): String @auth(when: "isOwner") title: String }`,
        resolvers: {
          Query: { post: () => ({ owner: 'ada', title: 'title' }) },
          Post: { text: () => 'text' },
        },
      },
      { isOwner: isOwner as never },
    );
    expect(await ask('{ post { title a: text(as: "ada") b: text(as: "bob") } }')).toEqual({
      data: { post: { title: 'title', a: 'text', b: null } },
      errors: [`post.b: ${NOT_MET}`],
    });
    const context = expect.objectContaining({ token: expect.anything() });
    const info = expect.objectContaining({ fieldName: 'text' });
    expect(isOwner).toHaveBeenCalledWith(
      { owner: 'ada', title: 'title' },
      { as: 'ada' },
      context,
      info,
    );
  });

  it.each<[string, () => unknown]>([
    ['false', () => false],
    ['undefined', () => undefined],
    ['1', () => 1],
    ['"true"', () => 'true'],
    ['an object', () => ({})],
    ['a promise of false', () => Promise.resolve(false)],
    ['a promise of a word', () => Promise.resolve('yes')],
    ['a rejection', () => Promise.reject(new Error('db down'))],
    [
      'an error',
      () => {
        throw new Error('db down');
      },
    ],
  ])('that answers %s refuses, and the resolver never runs', async (_what, answer) => {
    const resolve = jest.fn(() => 'x');
    const { ask } = conditional(
      {
        typeDefs: 'type Query { x: String @auth(when: "c") }',
        resolvers: { Query: { x: resolve } },
      },
      { c: answer as never },
    );
    expect(await ask('{ x }')).toEqual({ data: { x: null }, errors: [`x: ${NOT_MET}`] });
    expect(resolve).not.toHaveBeenCalled();
  });

  it('that nobody defines is never met', async () => {
    const open = build({ typeDefs: 'type Query { x: String @auth(when: "constructor") }' });
    const schema = enforcePolicy(open, compilePolicy(open), new FakeGuard());
    const asked = { schema, document: parse('{ x }'), contextValue: { token: token() } };
    expect(verdict(await execute(asked)).errors).toEqual([`x: ${NOT_MET}`]);
  });

  it('is asked last: not of strangers, nor without the scope, nor when the session has ended', async () => {
    const c = jest.fn(() => true);
    const { ask, guard } = conditional(
      {
        typeDefs: 'type Query { x: String @auth(scopes: [["a"]], when: "c") @critical }',
        resolvers: { Query: { x: () => 'x' } },
      },
      { c },
    );
    expect((await ask('{ x }', null)).errors).toEqual(noToken('x'));
    expect((await ask('{ x }', token(['b']))).errors).toEqual(['x: FORBIDDEN/SCOPE_MISSING']);
    guard.answer = () => Promise.reject(new Error('away'));
    await ask('{ x }', token(['a']));
    expect(c).not.toHaveBeenCalled();
    guard.answer = async () => true;
    expect((await ask('{ x }', token(['a']))).data).toEqual({ x: 'x' });
    expect(c).toHaveBeenCalledTimes(1);
  });

  it('is asked anew for every field, and several must all be met', async () => {
    const one = jest.fn(() => true);
    const two = jest.fn().mockReturnValueOnce(true).mockReturnValueOnce(Promise.resolve(false));
    const { ask } = conditional(
      {
        typeDefs: 'type Query { x: String @auth(when: "one") @auth(when: "two") }',
        resolvers: { Query: { x: () => 'x' } },
      },
      { one, two },
    );
    expect(await ask('{ a: x b: x }')).toEqual({
      data: { a: 'x', b: null },
      errors: [`b: ${NOT_MET}`],
    });
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([2, 2]);
  });

  it('on a type is a matter of its values: asked at each field, and before an item is told', async () => {
    const mine = (value: { mine?: boolean } | undefined) => value?.mine === true;
    const { ask } = conditional(
      {
        typeDefs: `
          interface Node { id: ID }
          type Query { post: Post @public  nodes: [Node] @public }
          type Post implements Node @auth(when: "mine") { id: ID text: String }
          type Open implements Node { id: ID }`,
        resolvers: {
          Node: { __resolveType: ({ type }: { type: string }) => type },
          Query: {
            post: () => ({ id: 1, text: 'text' }),
            nodes: () => [
              { type: 'Post', id: 1, mine: true },
              { type: 'Post', id: 2 },
              { type: 'Open', id: 3 },
            ],
          },
        },
      },
      { mine: mine as never },
    );
    expect(await ask('{ post { text } nodes { __typename id } }')).toEqual({
      data: {
        post: { text: null },
        nodes: [{ __typename: 'Post', id: '1' }, null, { __typename: 'Open', id: '3' }],
      },
      errors: [`post.text: ${NOT_MET}`, `nodes.1: ${NOT_MET}`],
    });
  });

  it('that the server has not been given, or that has no name, refuses to start', () => {
    const compile = (rule: string) => () =>
      compilePolicy(build({ typeDefs: `type Query { x: String ${rule} }` }), {
        conditions: ['isOwner'],
      });
    expect(compile('@auth(when: "isOwner")')).not.toThrow();
    expect(compile('@auth(when: "isOwnr")')).toThrow(/Query\.x: there is no condition "isOwnr"/);
    expect(compile('@auth(when: "")')).toThrow(/Query\.x: when must be the name/);
    expect(compile('@auth(when: null)')).toThrow(/Query\.x: when must be the name/);
  });

  it('tells a log what it threw, and strangers nothing', async () => {
    const { ask, guard } = conditional(
      { typeDefs: 'type Query { x: String @auth(when: "c") }' },
      { c: () => Promise.reject(new Error('db down')) },
    );
    await ask('{ x }');
    expect(guard.failed).toEqual([['c', new Error('db down')]]);
  });
});
