import { gate, token } from './support.js';

/** A mutation whose `revoke` ends the caller's session in the store, which only checks find out. */
function world() {
  const ran: string[] = [];
  const run = (name: string) => () => {
    ran.push(name);
    return { __typename: 'Thing', name, deep: { name } };
  };
  let ended = false;
  const built = gate({
    typeDefs: `
      type Deep { name: String @critical }
      interface Named { name: String }
      type Thing implements Named { name: String open: String secret: String @critical deep: Deep }
      type Grave implements Named @critical { name: String }
      union Any = Thing | Grave
      type Query { open: String @public }
      type Mutation {
        act: Thing @critical
        revoke: Thing @critical
        revokeAny: Any @critical
        revokeNamed: [Named] @critical
        revokeOpen: Thing @public
      }`,
    resolvers: {
      Thing: { secret: () => 'the secret', open: () => 'open' },
      Mutation: {
        act: run('act'),
        revoke: () => {
          ended = true;
          return run('revoke')();
        },
        revokeAny: () => {
          ended = true;
          return { ...run('revokeAny')(), __typename: 'Grave' };
        },
        revokeNamed: async () => {
          ended = true;
          return [{ ...run('revokeNamed')(), __typename: 'Grave' }, run('revokeNamed')()];
        },
        revokeOpen: () => {
          ended = true;
          return run('revokeOpen')();
        },
      },
    },
  });
  built.guard.answer = () => (ended ? Promise.reject(new Error('gone')) : Promise.resolve(true));
  return { ...built, ran };
}

describe('within a mutation', () => {
  it('each root field checks anew', async () => {
    const { ask, guard, ran } = world();
    const query = 'mutation { a: act { open } b: act { open } c: act { open } }';
    const done = { open: 'open' };
    expect(await ask(query, { as: token() })).toEqual({
      data: { a: done, b: done, c: done },
      errors: [],
    });
    expect(ran).toEqual(['act', 'act', 'act']);
    expect(guard.checks).toHaveLength(3);
  });

  it('what comes after the end of the session is refused, and never runs', async () => {
    const { ask, ran } = world();
    const query = 'mutation { a: act { open } b: revoke { open } c: act { open } }';
    expect(await ask(query, { as: token() })).toEqual({
      data: { a: { open: 'open' }, b: { open: 'open' }, c: null },
      errors: ['c: gone'],
    });
    expect(ran).toEqual(['act', 'revoke']);
  });

  it('what is critical below the field that ended the session is refused too', async () => {
    const { ask } = world();
    const query = 'mutation { revoke { open secret deep { name } } }';
    expect(await ask(query, { as: token() })).toEqual({
      data: { revoke: { open: 'open', secret: null, deep: { name: null } } },
      errors: ['revoke.secret: gone', 'revoke.deep.name: gone'],
    });
  });

  it('so is an item of a critical type, down to its very type', async () => {
    const { ask } = world();
    expect(await ask('mutation { revokeAny { __typename } }', { as: token() })).toEqual({
      data: { revokeAny: null },
      errors: ['revokeAny: gone'],
    });
  });

  it('so are such items of a list, and their neighbours stay', async () => {
    const { ask } = world();
    expect(await ask('mutation { revokeNamed { __typename } }', { as: token() })).toEqual({
      data: { revokeNamed: [null, { __typename: 'Thing' }] },
      errors: ['revokeNamed.0: gone'],
    });
  });

  it('the same holds where the field itself needed no check', async () => {
    const { ask, guard } = world();
    expect(await ask('mutation { revokeOpen { secret } act { open } }', { as: token() })).toEqual({
      data: { revokeOpen: { secret: null }, act: null },
      errors: ['revokeOpen.secret: gone', 'act: gone'],
    });
    expect(guard.checks).toHaveLength(2);
  });

  it('all that lies below one root field shares one check', async () => {
    const { ask, guard } = world();
    const below = '{ secret again: secret deep { name } }';
    const { errors } = await ask(`mutation { a: act ${below} b: act ${below} }`, { as: token() });
    expect(errors).toEqual([]);
    expect(guard.checks).toHaveLength(4);
  });

  it('fields that are merged under one key count as one', async () => {
    const { ask, guard, ran } = world();
    const query =
      'mutation { act { open } ...f act { secret } } fragment f on Mutation { act { open } }';
    expect(await ask(query, { as: token() })).toEqual({
      data: { act: { open: 'open', secret: 'the secret' } },
      errors: [],
    });
    expect(ran).toEqual(['act']);
    expect(guard.checks).toHaveLength(2);
  });
});
