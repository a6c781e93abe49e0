import { gate, token } from './support.js';

const SUBSETS = [[], ['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c'], ['a', 'b', 'c']];

const asks = (rule: string, scopes: readonly string[]) =>
  gate({
    typeDefs: `type Query { one: String ${rule} }`,
    resolvers: { Query: { one: () => 'yes' } },
  }).ask('{ one }', { as: token(scopes) });

const PASSES = { data: { one: 'yes' }, errors: [] };
const DENIED = { data: { one: null }, errors: ['one: FORBIDDEN/SCOPE_MISSING'] };

describe('scopes are OR of ANDs', () => {
  it.each(SUBSETS.map((scopes) => [scopes]))('[["a","b"],["c"]] against %j', async (scopes) => {
    const has = new Set(scopes);
    const expected = (has.has('a') && has.has('b')) || has.has('c');
    const answer = await asks('@auth(scopes: [["a", "b"], ["c"]])', scopes);
    expect(answer).toEqual(expected ? PASSES : DENIED);
  });

  it.each(SUBSETS.map((scopes) => [scopes]))(
    'two applications are joined by AND: [["a"],["b"]] and [["b"],["c"]] against %j',
    async (scopes) => {
      const has = new Set(scopes);
      const expected = (has.has('a') || has.has('b')) && (has.has('b') || has.has('c'));
      const rules = '@auth(scopes: [["a"], ["b"]]) @auth(scopes: [["b"], ["c"]])';
      expect(await asks(rules, scopes)).toEqual(expected ? PASSES : DENIED);
    },
  );

  it.each([[['A']], [['aa']], [['a ']], [['__proto__']], [['constructor']], [['*']]])(
    'no other scope stands for one: %j is not "a"',
    async (scopes) => {
      expect(await asks('@auth(scopes: [["a"]])', scopes)).toEqual(DENIED);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is a scope like any other, held by those who hold it',
    async (name) => {
      const rule = `@auth(scopes: [["${name}"]])`;
      expect(await asks(rule, [])).toEqual(DENIED);
      expect(await asks(rule, [name])).toEqual(PASSES);
    },
  );
});

describe('maxAuthAge', () => {
  const NOW = Date.parse('2030-01-01T00:00:00.000Z') / 1000;
  const asksAt = (authenticatedAt: number) =>
    gate({
      typeDefs: 'type Query { one: String @auth(maxAuthAge: 300) }',
      resolvers: { Query: { one: () => 'yes' } },
    }).ask('{ one }', { as: token([], { authenticatedAt }) });
  const STALE = { data: { one: null }, errors: ['one: FORBIDDEN/REAUTHENTICATION_REQUIRED'] };

  it('passes up to that many seconds after the password was entered', async () => {
    expect(await asksAt(NOW)).toEqual(PASSES);
    expect(await asksAt(NOW - 300)).toEqual(PASSES);
    expect(await asksAt(NOW - 301)).toEqual(STALE);
  });

  it('is not met by a token that does not tell when', async () => {
    expect(await asksAt(NaN)).toEqual(STALE);
  });

  it('of several rules is the strictest', async () => {
    const { ask } = gate({
      typeDefs: `
        type Query @auth(maxAuthAge: 100) { one: X @auth(maxAuthAge: 300) }
        type X @auth(maxAuthAge: 200) { id: ID }`,
      resolvers: { Query: { one: () => ({ id: '1' }) } },
    });
    const at = (age: number) => ({ as: token([], { authenticatedAt: NOW - age }) });
    expect((await ask('{ one { id } }', at(100))).errors).toEqual([]);
    expect((await ask('{ one { id } }', at(101))).errors).toEqual([
      'one: FORBIDDEN/REAUTHENTICATION_REQUIRED',
    ]);
  });
});
