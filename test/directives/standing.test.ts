import { execute, parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import type { Standing, StandingMemory, VerifiedToken } from '../../src/directives/index.js';
import { FakeGuard, NOW, build, gateOf, token, verdict } from './support.js';

/** One that remembers, with the context itself, and counts how often it was asked for revocations. */
class RememberingGuard extends FakeGuard {
  looks = 0;
  /** Milliseconds that have passed. */
  passedBy = 0;
  revisions = 0;
  fails = false;
  readonly memory: StandingMemory = {
    of: (context) => context as { standing?: Standing },
    revision: () => this.revisions,
    time: () => this.now(),
  };

  override token(context: unknown) {
    if (this.fails) throw new Error('nobody can tell');
    return super.token(context);
  }
  override revoked(of: VerifiedToken) {
    this.looks += 1;
    return super.revoked(of);
  }
  override knowledge(_token: VerifiedToken) {
    const grown = Object.entries(this.knows).map(
      ([source, age]) => [source, age + this.passedBy] as const,
    );
    return Object.fromEntries(grown);
  }
  override now() {
    return NOW + this.passedBy;
  }
  end(sessionId: string) {
    this.ended.add(sessionId);
    this.revisions += 1;
  }
}

const TYPES = `
  type Later { plain: String @auth again: String @auth recent: String @auth(maxAuthAge: 60)
    stale: String @critical(maxStale: 30) }
  type Query {
    plain: String @auth
    other: String @auth
    stale: String @critical(maxStale: 30)
    critical: String @critical
    recent: String @auth(maxAuthAge: 60)
    admin: String @auth(scopes: [["admin"]])
    later: Later @public
  }
  type Mutation { plain: String @auth other: String @auth later: Later @auth }`;

const text = () => 'text';
const ROOTS = { plain: text, other: text, stale: text, critical: text, recent: text, admin: text };
const LATER = { plain: text, again: text, stale: text, recent: text };

type Meanwhile = (guard: RememberingGuard) => void;

/** @param meanwhile happens in between what lies at the root and what lies below it */
function resolversOf(guard: RememberingGuard, meanwhile: Meanwhile = () => undefined) {
  const later = async () => {
    await Promise.resolve();
    meanwhile(guard);
    return {};
  };
  return {
    Query: { ...ROOTS, later },
    Mutation: { plain: text, other: text, later },
    Later: LATER,
  };
}

function world(meanwhile?: Meanwhile) {
  const guard = new RememberingGuard();
  return { ...gateOf(guard, { typeDefs: TYPES, resolvers: resolversOf(guard, meanwhile) }), guard };
}

const RECENT = { authenticatedAt: NOW / 1000 - 30 };

describe('fields of a query that demand the same', () => {
  it('are looked at once', async () => {
    const { ask, guard } = world();
    const query = '{ plain again: plain other later { plain again } }';
    expect((await ask(query, { as: token() })).errors).toEqual([]);
    expect(guard.looks).toBe(1);
  });

  it('are told from those that demand something else', async () => {
    const { ask, guard } = world();
    guard.knows = { mark: 1_000 };
    const query = '{ plain stale recent admin other again: stale also: recent }';
    expect((await ask(query, { as: token(['admin'], RECENT) })).errors).toEqual([]);
    expect(guard.looks).toBe(4);
    expect((await ask(query, { as: token([], RECENT) })).errors).toEqual([
      'admin: FORBIDDEN/SCOPE_MISSING',
    ]);
  });

  it('share a check where they are critical, as ever', async () => {
    const { ask, guard } = world();
    expect((await ask('{ plain critical again: critical }', { as: token() })).errors).toEqual([]);
    expect(guard.checks).toHaveLength(1);
  });

  it('are refused from the moment that a revocation becomes known', async () => {
    const { ask } = world((guard) => guard.end('session'));
    const { data, errors } = await ask('{ plain later { plain again } }', { as: token() });
    expect(data).toEqual({ plain: 'text', later: { plain: null, again: null } });
    const refused = 'UNAUTHENTICATED/SESSION_REVOKED';
    expect(errors).toEqual([`later.plain: ${refused}`, `later.again: ${refused}`]);
  });

  it('go on where it was the revocation of somebody else', async () => {
    const { ask, guard } = world((known) => known.end('another'));
    expect((await ask('{ plain later { plain again } }', { as: token() })).errors).toEqual([]);
    expect(guard.looks).toBe(2);
  });

  it.each([
    [19_999, 0],
    [20_000, 0],
    [20_001, 1],
  ])('%i ms later, of 30 s by knowledge that is 10 s old: %i checks', async (age, checks) => {
    const { ask, guard } = world((known) => (known.passedBy = age));
    guard.knows = { mark: 10_000 };
    expect((await ask('{ stale later { stale } }', { as: token() })).errors).toEqual([]);
    expect(guard.checks).toHaveLength(checks);
  });

  it('are refused once the password was entered too long ago', async () => {
    const { ask } = world((guard) => (guard.passedBy = 30_001));
    const { errors } = await ask('{ recent later { recent plain } }', { as: token([], RECENT) });
    expect(errors).toEqual(['later.recent: FORBIDDEN/REAUTHENTICATION_REQUIRED']);
  });

  it('are each looked at in a mutation, and below it', async () => {
    const { ask, guard } = world();
    await ask('mutation { plain other later { plain again } }', { as: token() });
    expect(guard.looks).toBe(5);
  });

  it('are each told where somebody counts what passes, with the age that it has by then', async () => {
    const guard = Object.assign(new RememberingGuard(), { passed: jest.fn() });
    guard.knows = { mark: 1_000 };
    const resolvers = resolversOf(guard, (known) => (known.passedBy = 500));
    const { ask } = gateOf(guard, { typeDefs: TYPES, resolvers });
    await ask('{ stale again: stale later { stale } }', { as: token() });
    expect(guard.passed.mock.calls).toEqual([
      ['mark', 1_000],
      ['mark', 1_000],
      ['mark', 1_500],
    ]);
    expect(guard.looks).toBe(1);
  });

  it('are told how old an answer is that the store gave before the query ran', async () => {
    const guard = Object.assign(new RememberingGuard(), {
      passed: jest.fn(),
      checked: () => true,
    });
    guard.knows = { check: 40, mark: 10 };
    const { ask } = gateOf(guard, { typeDefs: TYPES, resolvers: resolversOf(guard) });
    await ask('{ critical again: critical }', { as: token() });
    expect(guard.passed.mock.calls).toEqual([
      ['store', 40],
      ['store', 40],
    ]);
    expect(guard.checks).toEqual([]);
  });

  it('are looked at anew in the next query of one and the same context', async () => {
    const { ask, guard } = world();
    const context = { token: token() };
    await ask('{ plain other }', { context });
    await ask('{ plain other }', { context });
    expect(guard.looks).toBe(2);
  });

  it('share no check with another execution of the same document and context', async () => {
    const { ask, guard } = world();
    const context = { token: token() };
    const document = parse('{ critical again: critical }');
    await ask(document, { context });
    await ask(document, { context });
    expect(guard.checks).toHaveLength(2);
  });
});

describe('a query that is judged before it runs', () => {
  function judged(meanwhile?: Meanwhile) {
    const guard = new RememberingGuard();
    const protection = createProtection({ guard });
    const config = { typeDefs: TYPES, resolvers: resolversOf(guard, meanwhile) };
    const schema = protection.protect(build(config));
    const run = async (query: string, contextValue: unknown) => {
      const document = parse(query);
      const node = document.definitions[0] as OperationDefinitionNode;
      const asked = { schema, document, node, variables: {}, context: contextValue };
      expect(await protection.gate(asked)).toBeUndefined();
      return verdict(await execute({ schema, document, contextValue }));
    };
    return { guard, run };
  }

  it('is looked at there, and no more by its fields', async () => {
    const { guard, run } = judged();
    guard.knows = { mark: 1_000 };
    const query = '{ plain other stale again: stale }';
    expect((await run(query, { token: token() })).errors).toEqual([]);
    expect(guard.looks).toBe(1);
  });

  it('is looked at again once its time is up', async () => {
    const { guard, run } = judged((known) => (known.passedBy = 20_001));
    guard.knows = { mark: 10_000 };
    const query = '{ plain stale later { plain stale } }';
    expect((await run(query, { token: token() })).errors).toEqual([]);
    expect(guard.checks).toHaveLength(1);
  });

  it('is left to its fields where one of them is not met', async () => {
    const { guard, run } = judged();
    expect((await run('{ plain other admin }', { token: token() })).errors).toEqual([
      'admin: FORBIDDEN/SCOPE_MISSING',
    ]);
    expect(guard.looks).toBe(1);
    expect((await run('{ plain critical }', { token: token() })).errors).toEqual([]);
    expect(guard.checks).toHaveLength(1);
  });

  it('is left to its fields where nobody can tell who asks', async () => {
    const { guard, run } = judged();
    guard.fails = true;
    expect((await run('{ plain other }', { token: token() })).errors).toEqual([
      'plain: nobody can tell',
      'other: nobody can tell',
    ]);
  });
});
