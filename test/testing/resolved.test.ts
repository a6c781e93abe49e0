import { execute, parse } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { createTestGuard } from '../../src/testing/index.js';
import { noToken, verdict } from '../directives/support.js';
import { resolved, seen } from './fixtures/resolved.js';

const guard = createTestGuard();
const schema = createProtection({ guard }).protect(resolved.schema);
const ask = async (query: string, contextValue: object = {}) =>
  sorted(verdict(await execute({ schema, document: parse(query), contextValue })));
const sorted = ({ data, errors }: ReturnType<typeof verdict>) => ({ data, errors: errors.sort() });

beforeEach(() => {
  seen.secrets = 0;
});

describe('types and fields that are resolved in all ways, by their own resolvers', () => {
  it.each([
    ['names of types', '{ list: beings { name secret } }'],
    ['promises of types', '{ list: any { ... on Being { name secret } } }'],
  ])('keep their secrets from those without a token: %s', async (_how, query) => {
    expect(await ask(query)).toEqual({
      data: {
        list: [
          { name: 'Ada', secret: null },
          { name: 'R2', secret: null },
          { name: 'Boo', secret: null },
        ],
      },
      errors: noToken('list.0.secret', 'list.1.secret', 'list.2.secret'),
    });
    expect(seen.secrets).toBe(0);
  });

  it('keep values of a guarded type to themselves', async () => {
    expect(await ask('{ tested { __typename ... on Spy { name } } spy { name } }')).toEqual({
      data: { tested: [null, { __typename: 'Robot' }], spy: null },
      errors: noToken('spy', 'tested.0'),
    });
    expect(seen.secrets).toBe(0);
  });

  it('answer those who are signed in', async () => {
    const query =
      '{ beings { secret } any { ... on Being { secret } } tested { ... on Spy { name } } }';
    const secret = { secret: 'the secret' };
    expect(await ask(query, guard.as())).toEqual({
      data: {
        beings: [secret, secret, secret],
        any: [secret, secret, secret],
        tested: [{ name: 'the secret' }, {}],
      },
      errors: [],
    });
    expect(seen.secrets).toBe(5);
  });
});
