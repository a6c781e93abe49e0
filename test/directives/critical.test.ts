import { parse } from 'graphql';
import { gate, token } from './support.js';

const tree = () =>
  gate({
    typeDefs: `
      type Leaf { x: String @critical y: String @critical }
      type Twig { x: String @critical leaf: Leaf @critical leaves: [Leaf] }
      type Query { x: String @critical twig: Twig @critical twigs: [Twig] @public plain: String @auth }`,
    resolvers: {
      Query: {
        x: () => 'x',
        plain: () => 'plain',
        twig: () => ({ x: 'x', leaf: async () => ({ x: 'x', y: 'y' }) }),
        twigs: () => [{ leaves: [{ x: 'x' }, { x: 'x' }] }, { leaves: [{ x: 'x' }] }],
      },
    },
  });

const SEVEN = '{ x again: x twig { x also: x leaf { x y } } }';

describe('the critical fields of a query', () => {
  it('share one check: seven of them at three depths, under aliases', async () => {
    const { ask, guard } = tree();
    expect(await ask(SEVEN, { as: token() })).toEqual({
      data: { x: 'x', again: 'x', twig: { x: 'x', also: 'x', leaf: { x: 'x', y: 'y' } } },
      errors: [],
    });
    expect(guard.checks).toEqual(['session']);
  });

  it('share it in lists as well', async () => {
    const { ask, guard } = tree();
    const { errors } = await ask('{ twigs { leaves { x } } x }', { as: token() });
    expect(errors).toEqual([]);
    expect(guard.checks).toEqual(['session']);
  });

  it('check nothing for those without a token', async () => {
    const { ask, guard } = tree();
    const { errors } = await ask(SEVEN);
    expect(errors).toHaveLength(3);
    expect(guard.checks).toEqual([]);
  });

  it('check nothing where only @auth is asked', async () => {
    const { ask, guard } = tree();
    await ask('{ plain }', { as: token() });
    expect(guard.checks).toEqual([]);
  });

  it('share a refusal too', async () => {
    const { ask, guard } = tree();
    guard.answer = () => Promise.reject(new Error('gone'));
    expect(await ask('{ x again: x plain }', { as: token() })).toEqual({
      data: { x: null, again: null, plain: 'plain' },
      errors: ['x: gone', 'again: gone'],
    });
    expect(guard.checks).toEqual(['session']);
  });
});

describe('executions do not share a check', () => {
  it('of one parsed document and one context', async () => {
    const { ask, guard } = tree();
    const document = parse('{ x }');
    const context = { token: token() };
    await Promise.all([ask(document, { context }), ask(document, { context })]);
    expect(guard.checks).toEqual(['session', 'session']);
  });

  it('of one parsed document for two users: each gets an answer of their own', async () => {
    const { ask, guard } = tree();
    const document = parse('{ x }');
    guard.answer = ({ sessionId }) =>
      sessionId === 'good' ? Promise.resolve(true) : Promise.reject(new Error('gone'));
    const [good, bad] = await Promise.all([
      ask(document, { as: token([], { sessionId: 'good' }) }),
      ask(document, { as: token([], { sessionId: 'bad' }) }),
    ]);
    expect(good).toEqual({ data: { x: 'x' }, errors: [] });
    expect(bad).toEqual({ data: { x: null }, errors: ['x: gone'] });
  });

  it('of one object of variables that a caller uses again', async () => {
    const { ask, guard } = tree();
    const options = { as: token(), variables: {} };
    await ask('{ x }', options);
    await ask('{ x }', options);
    expect(guard.checks).toEqual(['session', 'session']);
  });
});

describe('maxStale', () => {
  const bounded = (...rules: [string, string]) =>
    gate({
      typeDefs: `type Query { x: X ${rules[0]} } type X ${rules[1]} { id: ID }`,
      resolvers: { Query: { x: () => ({ id: '1' }) } },
    });
  const STRICT = '@critical';
  const LOOSE = '@critical(maxStale: 30)';

  it.each([
    [LOOSE, LOOSE, 29_999, 0],
    [LOOSE, LOOSE, 30_000, 0],
    [LOOSE, LOOSE, 30_001, 1],
    [LOOSE, STRICT, 0, 1],
    [STRICT, LOOSE, 0, 1],
    [LOOSE, '@auth', 5_000, 0],
  ])('%s on the field and %s on its type, known %i ms ago: %i checks', async (a, b, check, n) => {
    const { ask, guard } = bounded(a, b);
    guard.knows = { check };
    expect((await ask('{ x { id } }', { as: token() })).errors).toEqual([]);
    expect(guard.checks).toHaveLength(n);
  });

  it('counts the issue of the token as knowledge', async () => {
    const { ask, guard } = bounded(LOOSE, '');
    await ask('{ x { id } }', { as: token([], { issuedAt: guard.now() / 1000 - 30 }) });
    expect(guard.checks).toEqual([]);
    await ask('{ x { id } }', { as: token([], { issuedAt: guard.now() / 1000 - 31 }) });
    expect(guard.checks).toEqual(['session']);
  });
});
