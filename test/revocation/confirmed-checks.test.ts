import { Checker, Denylist } from '../../src/revocation/index.js';
import type { SessionState } from '../../src/stores/index.js';
import { TestClock } from '../support/clock.js';

const GOOD: Omit<SessionState, 'id'> = {
  ...{ revoked: false, expired: false, disabled: false },
  ...{ tokenEpoch: 0, globalEpoch: 0, kids: ['key'], remaining: 3_600_000 },
};

const token = (sessionId = 's1', more: object = {}) => ({
  userId: `user of ${sessionId}`,
  sessionId,
  ...{ tokenEpoch: 0, globalEpoch: 0, kid: 'key' },
  ...more,
});

/** A checker over sessions that are good, whose store confirms as it is told to. */
function world(state: Partial<SessionState> = {}, options = {}) {
  const clock = new TestClock();
  const denylist = new Denylist(clock, 305_000);
  const reads: string[][] = [];
  const store = { state, whileReading: async () => {} };
  const checker = new Checker(
    async (sessions) => {
      const ids = sessions.map(({ sessionId }) => sessionId);
      reads.push(ids);
      const answer = new Map(ids.map((id) => [id, { id, ...GOOD, ...store.state }]));
      await store.whileReading();
      return answer;
    },
    denylist,
    clock,
    options,
  );
  let confirmations = 0;
  const feed = { confirm: async () => true };
  checker.confirmBy(() => {
    confirmations += 1;
    return feed.confirm();
  });
  const outcome = (of = token()) =>
    checker
      .check(of)
      .catch(({ code, reason }: { code: string; reason: string }) => `${code}/${reason}`);
  /** How often it read and confirmed since the last time that it was asked so. */
  const spent = () => {
    const counts = [reads.length, confirmations];
    reads.length = confirmations = 0;
    return counts;
  };
  return { clock, denylist, checker, store, feed, outcome, reads, spent };
}

const READ = [1, 0];
const CONFIRMED = [0, 1];
const BOTH = [1, 1];
const REVOKED = 'UNAUTHENTICATED/SESSION_REVOKED';

describe('what was read of a session', () => {
  it('is confirmed, not read again, one session or many', async () => {
    const { outcome, spent } = world();
    expect([await outcome(), spent()]).toEqual([true, READ]);
    expect([await outcome(), spent()]).toEqual([true, CONFIRMED]);
    const many = Array.from({ length: 64 }, (_, n) => token(`s${n}`));
    await Promise.all(many.map((one) => outcome(one)));
    expect(spent()).toEqual(READ);
    expect(await Promise.all(many.map((one) => outcome(one)))).toEqual(many.map(() => true));
    expect(spent()).toEqual(CONFIRMED);
  });

  it('is read again when the store does not confirm it, and answers what it says now', async () => {
    const { outcome, spent, feed, store } = world();
    await outcome();
    feed.confirm = async () => false;
    spent();
    expect([await outcome(), spent()]).toEqual([true, BOTH]);
    store.state = { revoked: true };
    expect([await outcome(), spent()]).toEqual([REVOKED, BOTH]);
    feed.confirm = async () => true;
    expect([await outcome(), spent()]).toEqual([REVOKED, READ]);
  });

  it('is read again beside one that never was', async () => {
    const { outcome, spent, reads } = world();
    await outcome();
    reads.length = 0;
    await Promise.all([outcome(), outcome(token('s2'))]);
    expect(reads).toEqual([['s1', 's2']]);
    expect(spent()).toEqual(READ);
  });

  it('is confirmed for five minutes', async () => {
    const { outcome, spent, clock } = world();
    await outcome();
    spent();
    clock.advance(300_000);
    expect([await outcome(), spent()]).toEqual([true, CONFIRMED]);
    clock.advance(1);
    expect([await outcome(), spent()]).toEqual([true, READ]);
  });

  it('is confirmed until the session expires', async () => {
    const { outcome, spent, clock, store } = world({ remaining: 5_000 });
    await outcome();
    clock.advance(4_999);
    await outcome();
    expect(spent()).toEqual(BOTH);
    store.state = { expired: true, remaining: 0 };
    clock.advance(1);
    expect(await outcome()).toBe('UNAUTHENTICATED/SESSION_EXPIRED');
    expect(spent()).toEqual(READ);
  });

  it('is not confirmed where the store does not say how long it has', async () => {
    const { outcome, spent } = world({ remaining: undefined } as never);
    await outcome();
    spent();
    expect([await outcome(), spent()]).toEqual([true, READ]);
  });

  it.each([
    ['below its user’s epoch', { tokenEpoch: 4 }],
    ['below the global epoch', { globalEpoch: 4 }],
    ['of a key that there is not', { kid: 'another' }],
  ])('is read again for a token %s', async (_what, more) => {
    const { outcome, spent } = world({ tokenEpoch: 5, globalEpoch: 5 });
    const good = { tokenEpoch: 5, globalEpoch: 5 };
    await outcome(token('s1', good));
    spent();
    expect(await outcome(token('s1', { ...good, ...more }))).toBe(REVOKED);
    expect(spent()).toEqual(READ);
  });

  it('is read again after a look at the session in its own right, which is never confirmed', async () => {
    const { checker, spent, outcome } = world();
    await outcome();
    spent();
    await checker.look(token());
    expect(spent()).toEqual(READ);
  });
});

describe('what becomes known while the store is asked to confirm', () => {
  it('denies: a revocation', async () => {
    const { outcome, spent, feed, denylist, store } = world();
    await outcome();
    spent();
    feed.confirm = async () => {
      store.state = { revoked: true };
      denylist.addAll([
        {
          revocation: { kind: 'sessions', sessionIds: ['s1'], reason: 'SESSION_REVOKED' },
          age: 0,
        },
      ]);
      return true;
    };
    expect([await outcome(), spent()]).toEqual([REVOKED, BOTH]);
  });

  it.each<[string, (w: ReturnType<typeof world>) => void]>([
    ['a change by hand', ({ checker }) => checker.forget()],
    ['a denylist that began anew', ({ denylist }) => denylist.replaceAll([])],
  ])('makes it read again: %s', async (_what, act) => {
    const w = world();
    await w.outcome();
    w.spent();
    w.feed.confirm = async () => {
      w.store.state = { revoked: true };
      act(w);
      return true;
    };
    expect([await w.outcome(), w.spent()]).toEqual([REVOKED, BOTH]);
  });
});

it('an answer from before a change by hand is remembered by nobody', async () => {
  const { outcome, spent, store, checker } = world();
  store.whileReading = async () => checker.forget();
  expect(await outcome()).toBe(true);
  expect(checker.age(token())).toBeUndefined();
  store.whileReading = async () => {};
  spent();
  expect([await outcome(), spent()]).toEqual([true, READ]);
});

it('a node that follows nobody reads each time', async () => {
  const { denylist, clock } = world();
  let reads = 0;
  const checker = new Checker(
    async (sessions) => {
      reads += 1;
      return new Map(sessions.map(({ sessionId: id }) => [id, { id, ...GOOD }]));
    },
    denylist,
    clock,
  );
  for (let times = 0; times < 3; times += 1) await checker.check(token());
  expect(reads).toBe(3);
});

describe('after a change by hand the feed', () => {
  it('vouches for nobody whose session was not read again', async () => {
    const { checker, outcome, clock } = world();
    await outcome();
    expect([checker.isVouchedFor(token()), checker.isVouchedFor(token('s2'))]).toEqual([
      true,
      true,
    ]);
    clock.advance(1_000);
    checker.forget();
    expect([checker.isVouchedFor(token()), checker.isVouchedFor(token('s2'))]).toEqual([
      false,
      false,
    ]);
    await outcome();
    expect([checker.isVouchedFor(token()), checker.isVouchedFor(token('s2'))]).toEqual([
      true,
      false,
    ]);
  });

  it('vouches for all again when no token from before it lives', () => {
    const { checker, clock, denylist } = world();
    checker.forget();
    clock.advance(denylist.lifetime);
    expect(checker.isVouchedFor(token())).toBe(false);
    clock.advance(1);
    expect(checker.isVouchedFor(token())).toBe(true);
  });

  it('goes on as it was where everything is merely read anew', () => {
    const { checker, denylist } = world();
    denylist.replaceAll([]);
    expect(checker.isVouchedFor(token())).toBe(true);
    checker.forget();
    denylist.replaceAll([]);
    expect(checker.isVouchedFor(token())).toBe(false);
  });
});
