import { execute, parse } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { createTestGuard } from '../../src/testing/index.js';
import { noToken, verdict } from '../directives/support.js';
import { build } from './support.js';

const SCHEMA = build(
  `type Query {
    open: String @public
    plain: String @auth
    scoped: String @auth(scopes: [["admin"]])
    recent: String @auth(maxAuthAge: 60)
    bounded: String @critical(maxStale: 30)
    now: String @critical
  }`,
  {
    Query: Object.fromEntries(
      ['open', 'plain', 'scoped', 'recent', 'bounded', 'now'].map((name) => [name, () => name]),
    ),
  },
);

function world() {
  const guard = createTestGuard();
  const schema = createProtection({ guard }).protect(SCHEMA);
  const ask = async (query: string, contextValue: unknown) =>
    verdict(await execute({ schema, document: parse(query), contextValue }));
  return { guard, ask };
}
const REVOKED = 'UNAUTHENTICATED/SESSION_REVOKED';
const UNAVAILABLE = 'AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE';

describe('a test guard', () => {
  it.each([[undefined], [null], [{}], [{ portcullis: {} }]])(
    'takes the context %j for nobody’s',
    async (context) => {
      expect(await world().ask('{ open plain }', context)).toEqual({
        data: { open: 'open', plain: null },
        errors: noToken('plain'),
      });
    },
  );

  it('lets in whoever is told of, with no scope but those told', async () => {
    const { guard, ask } = world();
    expect(await ask('{ plain scoped }', guard.as({ userId: 'ada' }))).toEqual({
      data: { plain: 'plain', scoped: null },
      errors: ['scoped: FORBIDDEN/SCOPE_MISSING'],
    });
    expect(await ask('{ scoped }', guard.as({ scopes: ['admin', 'other'] }))).toMatchObject({
      errors: [],
    });
    expect(guard.checks).toBe(0);
  });

  it('gives resolvers the token that was told of', () => {
    const { guard } = world();
    const { token } = guard.as({ userId: 'ada', sessionId: 's', tokenEpoch: 3 }).portcullis;
    expect(token).toMatchObject({ userId: 'ada', sessionId: 's', tokenEpoch: 3 });
    expect(guard.as().portcullis.token.sessionId).not.toBe(guard.as().portcullis.token.sessionId);
  });

  it('lets time pass', async () => {
    const { guard, ask } = world();
    const context = guard.as();
    expect(await ask('{ recent }', context)).toMatchObject({ errors: [] });
    guard.clock.advance(61_000);
    expect(await ask('{ recent }', context)).toMatchObject({
      errors: ['recent: FORBIDDEN/REAUTHENTICATION_REQUIRED'],
    });
  });

  it('counts how often the store was asked', async () => {
    const { guard, ask } = world();
    const context = guard.as();
    await ask('{ plain bounded a: now b: now }', context);
    expect(guard.checks).toBe(1);
    guard.clock.advance(29_000);
    await ask('{ bounded }', context);
    expect(guard.checks).toBe(1);
    guard.clock.advance(2_000);
    await ask('{ bounded }', context);
    expect(guard.checks).toBe(2);
  });

  it('refuses a revoked session, and no other', async () => {
    const { guard, ask } = world();
    guard.revoke('stolen');
    expect(await ask('{ plain now }', guard.as({ sessionId: 'stolen' }))).toEqual({
      data: { plain: null, now: null },
      errors: [`plain: ${REVOKED}`, `now: ${REVOKED}`],
    });
    expect(await ask('{ plain now }', guard.as())).toMatchObject({ errors: [] });
  });

  it('finds out about a revocation that it has not heard of when the store is asked', async () => {
    const { guard, ask } = world();
    const context = guard.as({ sessionId: 'stolen' });
    guard.revoke('stolen', { heard: false });
    expect(await ask('{ plain now }', context)).toEqual({
      data: { plain: 'plain', now: null },
      errors: [`now: ${REVOKED}`],
    });
    expect(await ask('{ plain }', context)).toMatchObject({ errors: [`plain: ${REVOKED}`] });
  });

  it('refuses what needs the store while the store is down, and nothing else', async () => {
    const { guard, ask } = world();
    const context = guard.as();
    guard.storeDown();
    expect(await ask('{ plain now }', context)).toEqual({
      data: { plain: 'plain', now: null },
      errors: [`now: ${UNAVAILABLE}`],
    });
    guard.storeUp();
    expect(await ask('{ now }', context)).toMatchObject({ errors: [] });
  });
});
