import { PortcullisError } from '../../src/errors/index.js';
import type { Ahead } from '../../src/graphql/index.js';
import type { Asked } from '../../src/revocation/index.js';
import { Door } from '../../src/server/door.js';
import type { AccessToken } from '../../src/tokens/index.js';

const SESSIONS = { query: '{ mySessions { id } }' };
const ME = { query: '{ me { id } }' };

/** A door before a store whose answers a test gives. */
function world() {
  const asked: string[][] = [];
  const revoked = new Set<string>();
  const store = { answers: () => {}, fails: () => {} };
  const door = new Door({
    authenticate: (authorization) => {
      if (authorization === undefined) return { kind: 'anonymous' };
      if (authorization === 'broken') throw new Error('broken');
      return { kind: 'known', token: { sessionId: authorization } as AccessToken, checked: false };
    },
    denylist: { find: ({ sessionId }) => (revoked.has(sessionId) ? 'SESSION_REVOKED' : undefined) },
    checker: {
      ask: async (sessions) => {
        asked.push(sessions.map(({ sessionId }) => sessionId));
        await new Promise<void>((resolve, reject) => {
          store.answers = resolve;
          store.fails = () =>
            reject(new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE'));
        });
        return sessions.map(({ sessionId }) => ({ state: { id: sessionId } }) as unknown as Asked);
      },
    },
  });
  const within: string[] = [];
  const enter = async (who: string | undefined, body: object = SESSIONS): Promise<Ahead> => {
    const ahead = await door.enter(who, body);
    within.push(who ?? 'nobody');
    return ahead;
  };
  return {
    ...{ asked, revoked, store, within, enter },
    /** One that comes in, asks the store and is let pass. */
    ask: async (body: object = SESSIONS) => (await enter('the first', body)).onAsk(),
  };
}

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('requests that arrive in one turn of the event loop', () => {
  it('go in together, after all of them have come', async () => {
    const { enter, within } = world();
    const first = enter('ada');
    // As the next socket's bytes are read: after all that this one's have brought about.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const both = [first, enter(undefined)];
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(within).toEqual([]);
    await Promise.all(both);
    expect(within).toEqual(['ada', 'nobody']);
  });

  it('wait for nobody who comes later', async () => {
    const { enter, within } = world();
    const first = enter('ada');
    await turnOfLoop();
    const second = enter('bob');
    await first;
    expect(within).toEqual(['ada']);
    await second;
  });

  it('are judged as soon as they go in; where that fails, it is left to those within', async () => {
    const { enter } = world();
    const [ada, nobody, broken] = await Promise.all([
      enter('ada'),
      enter(undefined),
      enter('broken'),
    ]);
    expect(ada.found).toMatchObject({ kind: 'known', token: { sessionId: 'ada' } });
    expect(nobody.found).toEqual({ kind: 'anonymous' });
    expect(broken.found).toBeUndefined();
  });
});

describe('an operation that has asked the store', () => {
  it('is asked for by one statement for all who come together; the others go in', async () => {
    const { ask, store, asked, enter, within } = world();
    await ask();
    expect(asked).toEqual([]);
    within.length = 0;
    const held = [enter('ada'), enter('bob')];
    await Promise.all([enter('carl', ME), enter(undefined), enter('dora', [SESSIONS])]);
    expect(within).toEqual(['carl', 'nobody', 'dora']);
    expect(asked).toEqual([['ada', 'bob']]);
    store.answers();
    const all = await Promise.all(held);
    expect(all.map((ahead) => ahead.asked)).toMatchObject([
      { state: { id: 'ada' } },
      { state: { id: 'bob' } },
    ]);
  });

  it('is known by the id of a trusted document too', async () => {
    const { ask, store, asked, enter } = world();
    await ask({ documentId: 'sha256:1' });
    const held = enter('ada', { documentId: 'sha256:1' });
    await turnOfLoop();
    expect(asked).toEqual([['ada']]);
    store.answers();
    await held;
  });

  it.each([
    ['another operation of its document', { ...SESSIONS, operationName: 'Other' }],
    ['another document', ME],
    ['no document', {}],
  ])('says nothing of %s', async (_what, body) => {
    const { ask, asked, enter } = world();
    await ask();
    await enter('ada', body);
    expect(asked).toEqual([]);
  });

  it('says nothing of itself where its document is too long to be kept', async () => {
    const { ask, asked, enter } = world();
    const long = { query: `{ mySessions { id } } #${' '.repeat(10_000)}` };
    await ask(long);
    await enter('ada', long);
    expect(asked).toEqual([]);
  });

  it('is not asked for with a token that is known to be revoked', async () => {
    const { ask, asked, enter, revoked } = world();
    await ask();
    revoked.add('ada');
    expect((await enter('ada')).asked).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is told why there is no answer, once; until one is let pass again, nobody waits', async () => {
    const { ask, asked, enter, store } = world();
    await ask();
    const held = enter('ada');
    await turnOfLoop();
    store.fails();
    expect((await held).asked).toMatchObject({ code: 'AUTH_CHECK_UNAVAILABLE' });
    expect((await enter('bob')).asked).toBeUndefined();
    expect(asked).toEqual([['ada']]);
    await ask();
    void enter('carl');
    await turnOfLoop();
    expect(asked).toEqual([['ada'], ['carl']]);
  });
});
