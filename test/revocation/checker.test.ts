import { Checker, Denylist } from '../../src/revocation/index.js';
import type { ReadStates } from '../../src/revocation/index.js';
import { TestClock } from '../support/clock.js';

const GOOD = {
  ...{ revoked: false, expired: false, disabled: false },
  ...{ tokenEpoch: 0, globalEpoch: 0, kids: ['key'] },
};
type State = Partial<typeof GOOD>;

const token = (sessionId = 's1', more: object = {}) => ({
  userId: `user of ${sessionId}`,
  sessionId,
  tokenEpoch: 0,
  globalEpoch: 0,
  ...more,
});

/** A checker over a store that holds these sessions. */
function world(store: Record<string, State> = { s1: {} }, options = {}) {
  const clock = new TestClock();
  const denylist = new Denylist(clock, 305_000);
  const reads: string[][] = [];
  const answer: ReadStates = async (sessions) => {
    const ids = sessions.map(({ sessionId }) => sessionId);
    const found = ids.filter((id) => Object.hasOwn(store, id));
    return new Map(found.map((id) => [id, { id, ...GOOD, ...store[id] }]));
  };
  const source = { read: answer };
  const checker = new Checker(
    (sessions) => {
      reads.push(sessions.map(({ sessionId }) => sessionId));
      return source.read(sessions);
    },
    denylist,
    clock,
    options,
  );
  const outcome = (of: ReturnType<typeof token>) =>
    checker.check(of).catch((error: unknown) => {
      const { code, reason } = error as { code?: string; reason?: string };
      return `${code ?? String(error)}/${reason ?? ''}`;
    });
  return { clock, denylist, checker, reads, source, answer, store, outcome };
}

const REVOKED = 'UNAUTHENTICATED/SESSION_REVOKED';
const UNAVAILABLE = 'AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE';

describe('checks that are asked at once', () => {
  it('are one read: 64 of different sessions, each answered for its own', async () => {
    const ids = Array.from({ length: 64 }, (_, n) => `s${n}`);
    const { outcome, reads } = world(
      Object.fromEntries(ids.map((id, n) => [id, { revoked: n % 3 === 0 }])),
    );
    const answers = await Promise.all(ids.map((id) => outcome(token(id))));
    expect(answers).toEqual(ids.map((_, n) => (n % 3 === 0 ? REVOKED : true)));
    expect(reads).toEqual([ids]);
  });

  it('name a session once, however many ask for it', async () => {
    const { outcome, reads } = world();
    const answers = await Promise.all(Array.from({ length: 64 }, () => outcome(token())));
    expect(new Set(answers)).toEqual(new Set([true]));
    expect(reads).toEqual([['s1']]);
  });

  it('are one read too when they come from different promise ticks', async () => {
    const { outcome, reads } = world();
    const later = Promise.resolve()
      .then(() => undefined)
      .then(() => outcome(token('s2')));
    await Promise.all([outcome(token()), later]);
    expect(reads).toEqual([['s1', 's2']]);
  });

  it('and those asked later read anew, since nothing is remembered', async () => {
    const { outcome, reads, store } = world();
    expect(await outcome(token())).toBe(true);
    store['s1'] = { revoked: true };
    expect(await outcome(token())).toBe(REVOKED);
    expect(reads).toEqual([['s1'], ['s1']]);
  });
});

describe('a check denies', () => {
  it.each<[string, State | undefined, object, string]>([
    ['a session that nobody knows', undefined, {}, REVOKED],
    ['a session that has ended', { revoked: true }, {}, REVOKED],
    ['a session that has expired', { expired: true }, {}, 'UNAUTHENTICATED/SESSION_EXPIRED'],
    ['a disabled account', { disabled: true }, {}, 'UNAUTHENTICATED/ACCOUNT_DISABLED'],
    [
      'a disabled account whose session ended',
      { disabled: true, revoked: true },
      {},
      'UNAUTHENTICATED/ACCOUNT_DISABLED',
    ],
    ['a token from below the epoch of its user', { tokenEpoch: 2 }, { tokenEpoch: 1 }, REVOKED],
    ['a token from below the global epoch', { globalEpoch: 2 }, { globalEpoch: 1 }, REVOKED],
  ])('%s', async (_what, state, more, expected) => {
    const { outcome, denylist } = world(state ? { s1: state } : {});
    expect(await outcome(token('s1', more))).toBe(expected);
    // What a check found out, the whole node knows from now on; an expiry it knows by itself.
    const known = expected.endsWith('SESSION_EXPIRED') ? undefined : expected.split('/')[1];
    expect(denylist.find(token('s1', more))).toBe(known);
  });

  it('only old tokens of a session whose epoch was raised', async () => {
    const { outcome } = world({ s1: { tokenEpoch: 2, globalEpoch: 5 } });
    expect(await outcome(token('s1', { tokenEpoch: 2, globalEpoch: 4 }))).toBe(REVOKED);
    expect(await outcome(token('s1', { tokenEpoch: 1, globalEpoch: 5 }))).toBe(REVOKED);
    expect(await outcome(token('s1', { tokenEpoch: 2, globalEpoch: 5 }))).toBe(true);
  });

  it('an answer that does not say whether the session has expired', async () => {
    const { outcome } = world({ s1: { expired: undefined as unknown as boolean } });
    expect(await outcome(token())).toBe('UNAUTHENTICATED/SESSION_EXPIRED');
  });
});

describe('a store that cannot answer', () => {
  it.each<[string, ReadStates]>([
    ['rejects', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('pool exhausted');
      },
    ],
    ['answers nothing', () => Promise.resolve(undefined as never)],
    ['hangs', () => new Promise(() => undefined)],
  ])('denies when it %s, and all is well once it is back', async (_what, read) => {
    const { outcome, source, answer, denylist } = world({ s1: {} }, { deadline: 30 });
    source.read = read;
    expect(await Promise.all([outcome(token()), outcome(token('s2'))])).toEqual([
      UNAVAILABLE,
      UNAVAILABLE,
    ]);
    expect(denylist.size).toBe(0);
    source.read = answer;
    expect(await outcome(token())).toBe(true);
  });

  it('keeps its cause for the log', async () => {
    const { checker, source } = world();
    const cause = new Error('connect ECONNREFUSED');
    source.read = () => Promise.reject(cause);
    await expect(checker.check(token())).rejects.toMatchObject({ cause });
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const { outcome } = world();
      await outcome(token());
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('the age of a check', () => {
  it('is unknown before the first one, and then counts from before the read', async () => {
    const { checker, clock, source, answer } = world();
    expect(checker.age(token())).toBeUndefined();
    source.read = (ids) => {
      clock.advance(70);
      return answer(ids);
    };
    await checker.check(token());
    expect(checker.age(token())).toBe(70);
    clock.advance(1_000);
    expect(checker.age(token())).toBe(1_070);
  });

  it('never crosses sessions', async () => {
    const { checker } = world({ s1: {}, s2: {} });
    await checker.check(token('s1'));
    expect(checker.age(token('s2'))).toBeUndefined();
  });

  it('says nothing for tokens from below the epochs that were seen', async () => {
    const { checker } = world({ s1: { tokenEpoch: 2, globalEpoch: 5 } });
    await checker.check(token('s1', { tokenEpoch: 2, globalEpoch: 5 }));
    expect(checker.age(token('s1', { tokenEpoch: 2, globalEpoch: 5 }))).toBe(0);
    expect(checker.age(token('s1', { tokenEpoch: 3, globalEpoch: 6 }))).toBe(0);
    expect(checker.age(token('s1', { tokenEpoch: 1, globalEpoch: 5 }))).toBeUndefined();
    expect(checker.age(token('s1', { tokenEpoch: 2, globalEpoch: 4 }))).toBeUndefined();
  });

  it('is none for a token of a key that is gone, and the session goes on', async () => {
    const { outcome, denylist } = world();
    expect(await outcome(token('s1', { kid: 'stolen' }))).toBe(REVOKED);
    expect(denylist.size).toBe(0);
    expect(await outcome(token('s1', { kid: 'key' }))).toBe(true);
  });

  it('counts the time that the machine has slept', async () => {
    const { checker, clock } = world();
    await checker.check(token());
    clock.sleep(60_000);
    expect(checker.age(token())).toBe(60_000);
  });

  it('is forgotten when a check finds the session ended, and kept when none can be made', async () => {
    const { checker, outcome, store, source, answer } = world();
    await checker.check(token());
    source.read = () => Promise.reject(new Error('down'));
    expect(await outcome(token())).toBe(UNAVAILABLE);
    expect(checker.age(token())).toBe(0);
    source.read = answer;
    store['s1'] = { revoked: true };
    expect(await outcome(token())).toBe(REVOKED);
    expect(checker.age(token())).toBeUndefined();
  });

  it('is kept for so many sessions and no more', async () => {
    const { checker } = world({ s1: {}, s2: {}, s3: {} }, { remembered: 2 });
    for (const id of ['s1', 's2', 's3']) await checker.check(token(id));
    expect(['s1', 's2', 's3'].map((id) => checker.age(token(id)))).toEqual([undefined, 0, 0]);
  });
});
