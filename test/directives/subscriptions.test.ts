import type { ExecutionResult } from 'graphql';
import { Farewell } from '../../src/directives/index.js';
import { gate, token, verdict } from './support.js';

type Stream = AsyncGenerator<ExecutionResult, void, void>;

function isStream(answer: Stream | ExecutionResult): answer is Stream {
  return Symbol.asyncIterator in answer;
}

async function* events() {
  yield { tick: 1, price: 1 };
  yield { tick: 2, price: 2 };
}

function world(rule: string) {
  const source = jest.fn(events);
  const built = gate({
    typeDefs: `
      type Tick { tick: Int price: Int @critical }
      type Query { open: String @public }
      type Subscription { tick: Tick ${rule} }`,
    resolvers: { Subscription: { tick: { subscribe: source, resolve: (event: object) => event } } },
  });
  return { ...built, source };
}

async function open(built: Pick<ReturnType<typeof world>, 'subscribe'>, query: string) {
  const answer = await built.subscribe(query, { as: token() });
  if (!isStream(answer)) throw new Error(JSON.stringify(answer));
  const next = async () => {
    const { value, done } = await answer.next();
    return done === true ? 'end' : verdict(value);
  };
  return next;
}

describe('a guarded subscription', () => {
  it.each(['@auth', '@critical', '@auth(scopes: [["admin"]])'])(
    'under %s is refused without a token, and its source is never made',
    async (rule) => {
      const { subscribe, source } = world(rule);
      const answer = await subscribe('subscription { tick { tick } }');
      expect(isStream(answer)).toBe(false);
      expect(verdict(answer as ExecutionResult)).toEqual({
        data: null,
        errors: ['tick: UNAUTHENTICATED/NO_TOKEN'],
      });
      expect(source).not.toHaveBeenCalled();
    },
  );

  it('is refused as well where the source comes from the root value', async () => {
    const { subscribe } = gate({
      typeDefs: 'type Query { open: String @public } type Subscription { tick: Int @auth }',
    });
    const tick = jest.fn(events);
    const answer = await subscribe('subscription { tick }', { rootValue: { tick } });
    expect(isStream(answer)).toBe(false);
    expect(tick).not.toHaveBeenCalled();
  });

  it('under @critical is refused by a check that fails, and its source is never made', async () => {
    const { subscribe, source, guard } = world('@critical');
    guard.answer = () => Promise.reject(new Error('gone'));
    const answer = await subscribe('subscription { tick { tick } }', { as: token() });
    expect(verdict(answer as ExecutionResult).errors).toEqual(['tick: gone']);
    expect(source).not.toHaveBeenCalled();
  });
});

describe('the events of a subscription', () => {
  it('each check anew', async () => {
    const built = world('@auth');
    const next = await open(built, 'subscription { tick { price again: price } }');
    expect(await next()).toEqual({ data: { tick: { price: 1, again: 1 } }, errors: [] });
    expect(built.guard.checks).toHaveLength(1);
    expect(await next()).toEqual({ data: { tick: { price: 2, again: 2 } }, errors: [] });
    expect(built.guard.checks).toHaveLength(2);
    expect(await next()).toBe('end');
  });

  it('after the end of the session have their critical fields denied', async () => {
    const built = world('@auth');
    const next = await open(built, 'subscription { tick { tick price } }');
    expect(await next()).toEqual({ data: { tick: { tick: 1, price: 1 } }, errors: [] });
    built.guard.answer = () => Promise.reject(new Error('gone'));
    expect(await next()).toEqual({
      data: { tick: { tick: 2, price: null } },
      errors: ['tick.price: gone'],
    });
  });

  it('are denied once their token has expired, where they have no context of their own', async () => {
    const built = world('@auth');
    const next = await open(built, 'subscription { tick { tick } }');
    expect(await next()).toEqual({ data: { tick: { tick: 1 } }, errors: [] });
    built.guard.hasExpired = true;
    expect(await next()).toEqual({
      data: { tick: null },
      errors: ['tick: UNAUTHENTICATED/TOKEN_EXPIRED'],
    });
    const asked = await built.ask('{ open }', { as: token() });
    expect(asked.errors).toEqual([]);
  });

  it('are denied whole once this node has heard of a revocation', async () => {
    const built = world('@auth');
    const next = await open(built, 'subscription { tick { tick } }');
    expect(await next()).toEqual({ data: { tick: { tick: 1 } }, errors: [] });
    built.guard.ended.add('session');
    expect(await next()).toEqual({
      data: { tick: null },
      errors: ['tick: UNAUTHENTICATED/SESSION_REVOKED'],
    });
  });
});

describe('the farewell of a subscription', () => {
  const farewells = async function* () {
    yield { tick: 1, price: 1 };
    yield new Farewell({ tick: 2, price: 2 });
    yield { tick: 3, price: 3 };
  };
  function ended(rule: string, query: string) {
    const built = gate({
      typeDefs: `
        type Tick { tick: Int price: Int @critical }
        type Query { open: String @public }
        type Subscription { tick: Tick ${rule} }`,
      resolvers: { Subscription: { tick: { subscribe: farewells, resolve: (e: object) => e } } },
    });
    return { built, next: open(built, query) };
  }

  it.each(['@auth', '@critical'])(
    'alone passes under %s when the session is over',
    async (rule) => {
      const { built, next } = ended(rule, 'subscription { tick { tick } }');
      const take = await next;
      built.guard.ended.add('session');
      const refused = { data: { tick: null }, errors: ['tick: UNAUTHENTICATED/SESSION_REVOKED'] };
      expect(await take()).toEqual(refused);
      expect(await take()).toEqual({ data: { tick: { tick: 2 } }, errors: [] });
      expect(await take()).toEqual(refused);
    },
  );

  it('opens nothing below its field', async () => {
    const { built, next } = ended('@auth', 'subscription { tick { tick price } }');
    const take = await next;
    built.guard.ended.add('session');
    await take();
    expect(await take()).toEqual({
      data: { tick: { tick: 2, price: null } },
      errors: ['tick.price: UNAUTHENTICATED/SESSION_REVOKED'],
    });
  });
});
