import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { assertNothingLeaks, walkGuardedFields } from '../../src/testing/index.js';
import { build, faults, protect } from './support.js';

const user = jest.fn(() => ({ email: 'a@b.c', boss: {} }));
const schema = build(
  `
  type User { email: String @auth boss: User name: String }
  type Lost { found: String @auth }
  type Query { user: User @public me: User @auth }`,
  { Query: { user, me: user } },
);
const unprotected = (given: typeof schema) => given;

describe('a walk', () => {
  it('tells how much it saw', async () => {
    expect(await walkGuardedFields({ schema, protect, depth: 1 })).toEqual({
      guardedFields: 3,
      queries: 18,
      leaks: [],
      denied: [],
      unreached: ['User.email', 'Lost.found'],
      truncated: false,
    });
  });

  it('goes as deep as it is told', async () => {
    const queries = async (depth: number) =>
      (await walkGuardedFields({ schema, protect, depth })).queries;
    expect(await queries(2)).toBeGreaterThan(await queries(1));
    expect(await queries(5)).toBeGreaterThan(await queries(4));
  });

  it('runs none of the resolvers that it was given', async () => {
    await walkGuardedFields({ schema, protect: unprotected });
    expect(user).not.toHaveBeenCalled();
  });

  it('says when it was cut off, and has asked for every guarded field by then', async () => {
    const report = await walkGuardedFields({ schema, protect: unprotected, maxQueries: 4 });
    expect(report).toMatchObject({ queries: 4, truncated: true });
    expect(faults(report.leaks)).toEqual([
      'Query.me: it was answered',
      'Query.me: its resolver ran',
      'User.email: it was answered',
      'User.email: its resolver ran',
    ]);
  });

  it('is not cut off where the last query that it may ask is the last that there is', async () => {
    const { queries } = await walkGuardedFields({ schema, protect, depth: 1 });
    expect(
      await walkGuardedFields({ schema, protect, depth: 1, maxQueries: queries }),
    ).toMatchObject({ queries, truncated: false });
  });

  it('makes a context for every query', async () => {
    const contextValue = jest.fn(() => undefined);
    const { queries, leaks } = await walkGuardedFields({ schema, protect, contextValue });
    expect(leaks).toEqual([]);
    expect(contextValue).toHaveBeenCalledTimes(queries);
  });

  it('finds a caller who is let in', async () => {
    const context = { portcullis: { token: { sessionId: 's', scopes: new Set(), issuedAt: 0 } } };
    const { leaks } = await walkGuardedFields({ schema, protect, contextValue: context });
    expect(faults(leaks)).toContain('Query.me: it was answered');
  });

  it.each([
    ['depth', 0],
    ['depth', 1.5],
    ['depth', Number.NaN],
    ['maxQueries', -1],
  ])('refuses %s: %d', async (name, value) => {
    await expect(walkGuardedFields({ schema, protect, [name]: value })).rejects.toThrow(
      `${name} must be a whole number above 0, not ${value}`,
    );
  });

  it('refuses rules that are not valid', async () => {
    const bare = build('type Query { a: String }');
    await expect(walkGuardedFields({ schema: bare, protect })).rejects.toThrow(
      'Query.a: a root field needs @auth, @critical or @public',
    );
  });

  it('leaves the traces of errors as they were', async () => {
    const { stackTraceLimit } = Error;
    await walkGuardedFields({ schema, protect });
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(stackTraceLimit).toBeGreaterThan(0);
  });
});

describe('the assertion that nothing leaks', () => {
  it('answers the report', async () => {
    expect(await assertNothingLeaks({ schema, protect, depth: 2 })).toMatchObject({
      guardedFields: 3,
      unreached: ['Lost.found'],
    });
  });

  it('fails with one error that lists every fault and a query that shows it', async () => {
    await expect(assertNothingLeaks({ schema, protect: unprotected, depth: 2 })).rejects.toThrow(
      [
        'Not refused without a token:',
        '  User.email: its resolver ran',
        '    query { user { email } }',
        '  User.email: it was answered',
        '    query { user { email } }',
        '  Query.me: its resolver ran',
        '    query { me { __typename } }',
        '  Query.me: it was answered',
        '    query { me { __typename } }',
      ].join('\n'),
    );
  });

  it('lists what is missing although nothing guards it', async () => {
    const lost = (given: typeof schema) =>
      mapSchema(protect(given), {
        [MapperKind.OBJECT_FIELD]: (config, field) =>
          field === 'name' ? { ...config, resolve: () => null } : undefined,
      });
    await expect(assertNothingLeaks({ schema, protect: lost })).rejects.toThrow(
      [
        'Refused or missing, although nothing guards it:',
        '  User.name: it is missing, and nothing guards it',
        '    query { user { name } }',
      ].join('\n'),
    );
  });

  it('fails where nothing is guarded at all', async () => {
    const open = build('type Query { a: String @public }');
    await expect(assertNothingLeaks({ schema: open, protect })).rejects.toThrow(
      'No field of the schema is guarded.',
    );
  });
});
