import { knowledgeBy } from '../../src/directives/index.js';
import type { VerifiedToken } from '../../src/directives/index.js';
import { TestClock } from '../support/clock.js';
import { FakeGuard, NOW, gateOf, token } from './support.js';

/** Knowledge of three ages, and which of them was looked at. */
class LookingGuard extends FakeGuard {
  readonly lookedAt: string[] = [];
  readonly #knowledge;

  constructor(check: number | undefined, mark: number | undefined) {
    super();
    const looked = (source: string, age: number | undefined) => () => {
      this.lookedAt.push(source);
      return age;
    };
    const clock = new TestClock(NOW);
    this.#knowledge = knowledgeBy({
      ...{ clock, check: looked('check', check), mark: looked('mark', mark) },
    });
  }

  override knowledge(of: VerifiedToken) {
    return this.#knowledge(of);
  }
}

const SCHEMA = {
  typeDefs: `type Query {
    plain: String @auth
    stale: String @critical(maxStale: 30)
    critical: String @critical
  }`,
  resolvers: { Query: { plain: () => 'text', stale: () => 'text', critical: () => 'text' } },
};

describe('what is known of a token', () => {
  it('is as old as each source says, and as the token itself', () => {
    const clock = new TestClock(NOW);
    const knowledge = knowledgeBy({ clock, check: () => 5, mark: () => undefined });
    const { issue, check, mark } = knowledge(token());
    expect({ issue, check, mark }).toEqual({ issue: 3_600_000, check: 5, mark: undefined });
  });

  it.each([
    ['no bound, at nothing', '{ plain }', [], 0],
    ['a bound, at the mark alone where that will do', '{ stale }', ['mark'], 0],
    ['a bound of 0, at nothing', '{ critical }', [], 1],
  ])('is looked at for %s', async (_what, query, lookedAt, checks) => {
    const { ask, guard } = gateOf(new LookingGuard(1_000, 30_000), SCHEMA);
    expect((await ask(query, { as: token() })).errors).toEqual([]);
    expect(guard.lookedAt).toEqual(lookedAt);
    expect(guard.checks).toHaveLength(checks);
  });

  it.each([
    ['there is none', undefined, 0, 30_000],
    ['it is too old', 30_001, 0, 30_000],
    ['it is too old, and so is the check', 30_001, 1, 30_001],
  ])('is looked at as a whole where the mark will not do: %s', async (_, mark, checks, check) => {
    const { ask, guard } = gateOf(new LookingGuard(check, mark), SCHEMA);
    expect((await ask('{ stale }', { as: token() })).errors).toEqual([]);
    expect(guard.lookedAt).toContain('check');
    expect(guard.checks).toHaveLength(checks);
  });

  it('is looked at as a whole where every pass is told: by the newest moment', async () => {
    const passed = jest.fn();
    const guard = Object.assign(new LookingGuard(1_000, 30_000), { passed });
    await gateOf(guard, SCHEMA).ask('{ stale plain }', { as: token() });
    expect(passed.mock.calls).toEqual([
      ['check', 1_000],
      ['check', 1_000],
    ]);
  });
});
