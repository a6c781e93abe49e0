import { GraphQLError } from 'graphql';
import { normalise } from '../../src/errors/index.js';
import { gate, noToken, token } from './support.js';

const world = (rule = '@auth') => {
  const run = jest.fn(() => 'the secret');
  const built = gate({
    typeDefs: `type Query { one: String ${rule} open: String @public }`,
    resolvers: { Query: { one: run, open: () => 'open' } },
  });
  return { ...built, run };
};
const boom = () => {
  throw new Error('db down');
};

describe('whatever goes wrong in a guard denies', () => {
  it.each([[undefined], [null], [{}], [{ token: undefined }], [{ token: null }], [7], ['token']])(
    'a context of %j',
    async (context) => {
      for (const rule of ['@auth', '@critical', '@critical(maxStale: 30)']) {
        const { ask, guard, run } = world(rule);
        guard.token = (c) => (c as { token?: never } | null | undefined)?.token;
        expect(await ask('{ one open }', { context })).toEqual({
          data: { one: null, open: 'open' },
          errors: noToken('one'),
        });
        expect(guard.checks).toEqual([]);
        expect(run).not.toHaveBeenCalled();
      }
    },
  );

  it.each(['token', 'revoked', 'knowledge', 'check', 'now'] as const)(
    'an exception in %s',
    async (part) => {
      const { ask, guard, run } = world('@critical(maxStale: 30)');
      guard[part] = boom;
      const { data, errors } = await ask('{ one open }', { as: token() });
      expect(data).toEqual({ one: null, open: 'open' });
      expect(errors).toHaveLength(1);
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each([[undefined], [null], [false], [0], [1], ['true'], [{}], [[true]]])(
    'a check that answers %j',
    async (answer) => {
      const { ask, guard, run } = world('@critical');
      guard.answer = async () => answer as true;
      expect(await ask('{ one open }', { as: token() })).toEqual({
        data: { one: null, open: 'open' },
        errors: ['one: AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE'],
      });
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each([[undefined], [true], [null]])(
    'a check that answers %j and no promise',
    async (answer) => {
      const { ask, guard, run } = world('@critical');
      guard.answer = () => answer as unknown as Promise<true>;
      const { data, errors } = await ask('{ one }', { as: token() });
      expect(data).toEqual({ one: null });
      expect(errors).toHaveLength(1);
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['no time of issue', { issuedAt: undefined }],
    ['a time of issue that is no number', { issuedAt: NaN }],
    ['one in the far past', { issuedAt: -Infinity }],
  ])('a token with %s is asked about', async (_what, more) => {
    const { ask, guard } = world('@critical(maxStale: 30)');
    await ask('{ one }', { as: token([], more as object) });
    expect(guard.checks).toEqual(['session']);
  });
});

describe('a revocation that this node has heard of', () => {
  it.each(['@auth', '@critical', '@critical(maxStale: 30)'])('denies %s at once', async (rule) => {
    const { ask, guard, run } = world(rule);
    guard.ended.add('session');
    expect(await ask('{ one }', { as: token([], { issuedAt: guard.now() / 1000 }) })).toEqual({
      data: { one: null },
      errors: ['one: UNAUTHENTICATED/SESSION_REVOKED'],
    });
    expect(guard.checks).toEqual([]);
    expect(run).not.toHaveBeenCalled();
  });

  it('denies even when it comes while a check is under way that will say yes', async () => {
    const { ask, guard, run } = world('@critical');
    guard.answer = async () => {
      guard.ended.add('session');
      return true;
    };
    expect(await ask('{ one }', { as: token() })).toEqual({
      data: { one: null },
      errors: ['one: UNAUTHENTICATED/SESSION_REVOKED'],
    });
    expect(run).not.toHaveBeenCalled();
  });
});

describe('an error of a guarded resolver', () => {
  it.each(['@auth', '@critical'])('under %s is not taken for one of ours', async (rule) => {
    const { ask } = gate({
      typeDefs: `type Query { one: String ${rule} }`,
      resolvers: { Query: { one: boom } },
    });
    // As graphql-js sees it; what leaves the process says nothing of it.
    expect(await ask('{ one }', { as: token() })).toEqual({
      data: { one: null },
      errors: ['one: db down'],
    });
    const wrapped = new GraphQLError('db down', { originalError: new Error('db down') });
    expect(normalise(wrapped, { message: 'db down', code: 'INTERNAL_SERVER_ERROR' })).toEqual({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL' },
    });
  });
});
