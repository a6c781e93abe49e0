import { Checker, Denylist } from '../../src/revocation/index.js';
import { SessionEnds } from '../../src/services/index.js';
import type { SessionEnd } from '../../src/services/index.js';
import type { AccessToken } from '../../src/tokens/index.js';
import { TestClock } from '../support/clock.js';
import { until } from '../support/until.js';

const AT = new Date('2030-01-01T00:00:00.000Z');

const token = (sessionId: string, more: Partial<AccessToken> = {}): AccessToken => ({
  userId: `user of ${sessionId}`,
  sessionId,
  deviceId: 'device',
  tokenEpoch: 0,
  globalEpoch: 0,
  scopes: new Set(),
  issuedAt: 0,
  expiresAt: 0,
  authenticatedAt: 0,
  tokenId: 'token',
  ...more,
});

type State = 'good' | 'revoked' | 'expired' | 'disabled';

function world(options: { store?: Record<string, State>; pollInterval?: number } = {}) {
  const clock = new TestClock();
  const denylist = new Denylist(clock, 305_000);
  const store: Record<string, State> = options.store ?? {};
  const reads: string[][] = [];
  const away = { now: false };
  const checker = new Checker(
    async (asked) => {
      const ids = asked.map(({ sessionId }) => sessionId);
      reads.push(ids);
      if (away.now) throw new Error('away');
      return new Map(
        ids.map((id) => {
          const state = store[id] ?? 'good';
          const facts = { revoked: state === 'revoked', expired: state === 'expired' };
          const disabled = state === 'disabled';
          return [id, { id, ...facts, disabled, tokenEpoch: 0, globalEpoch: 0, kids: [] }];
        }),
      );
    },
    denylist,
    clock,
  );
  const { pollInterval } = options;
  const ends = new SessionEnds({ denylist, checker, clock, pollInterval });
  const told: SessionEnd[] = [];
  const watch = (of: AccessToken) => ends.watch(of, { onEnd: (end) => told.push(end) });
  return { clock, denylist, ends, told, watch, store, reads, away };
}

const revoked = (...sessionIds: string[]) =>
  ({ kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' }) as const;
const END = (sessionId: string, reason = 'SESSION_REVOKED') => ({ sessionId, reason, at: AT });

describe('whoever watches a session', () => {
  it('is told once that it was revoked, and those who watch others are not', () => {
    const { denylist, told, watch } = world();
    for (const id of ['a', 'a', 'b', 'c']) watch(token(id));
    denylist.add(revoked('a', 'c', 'nobody'));
    denylist.add(revoked('a'));
    expect(told).toEqual([END('a'), END('a'), END('c')]);
  });

  it('is told of the end of everything that a user had, and what came after goes on', () => {
    const { denylist, told, watch } = world();
    watch(token('a', { userId: 'ada', tokenEpoch: 3 }));
    watch(token('b', { userId: 'ada', tokenEpoch: 4 }));
    watch(token('c', { userId: 'bob', tokenEpoch: 3 }));
    const users = [{ userId: 'ada', epoch: 4 }];
    denylist.add({ kind: 'users', users, reason: 'ACCOUNT_DISABLED' });
    expect(told).toEqual([END('a', 'ACCOUNT_DISABLED')]);
  });

  it.each<[string, State, boolean]>([
    ['has gone on with new tokens alone', 'good', false],
    ['is over too', 'revoked', true],
    ['has expired meanwhile', 'expired', true],
  ])('learns whether a session of which a token is over %s', async (_what, state, isOver) => {
    const { denylist, ends, told, store, reads } = world({ store: { a: state } });
    const onTokenOver = jest.fn();
    const of = token('a', { userId: 'ada' });
    ends.watch(of, { onTokenOver, onEnd: (end) => told.push(end) });
    const users = [{ userId: 'ada', epoch: 1 }];
    denylist.add({ kind: 'users', users, reason: 'SESSION_REVOKED' });
    expect(onTokenOver).toHaveBeenCalledTimes(1);
    await until(() => reads.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual(isOver ? [END('a')] : []);
    expect(store['a']).toBe(state);
  });

  it('is not told that a session is over when nobody can tell', async () => {
    const { denylist, told, watch, reads, away } = world();
    watch(token('a', { userId: 'ada' }));
    away.now = true;
    const users = [{ userId: 'ada', epoch: 1 }];
    denylist.add({ kind: 'users', users, reason: 'SESSION_REVOKED' });
    await until(() => reads.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
  });

  it('is told of the end of everybody, and who signed in after it goes on', () => {
    const { denylist, told, watch } = world();
    watch(token('a'));
    watch(token('b', { globalEpoch: 1 }));
    watch(token('c'));
    denylist.add({ kind: 'everyone', epoch: 1, reason: 'SESSION_REVOKED' });
    expect(told).toEqual([END('a'), END('c')]);
  });

  it('is told what the feed brings, also when it reads everything anew', () => {
    const { denylist, told, watch } = world();
    for (const id of ['a', 'b']) watch(token(id));
    denylist.beginLook();
    denylist.addAll([{ revocation: revoked('a'), age: 300 }]);
    denylist.beginLook();
    denylist.replaceAll(['a', 'b'].map((id) => ({ revocation: revoked(id), age: 500 })));
    expect(told).toEqual([END('a'), END('b')]);
  });

  it('and has stopped is not told', () => {
    const { denylist, told, watch } = world();
    watch(token('a')).stop();
    denylist.add(revoked('a'));
    expect(told).toEqual([]);
  });

  it('and stops another while it is told does not break the round', () => {
    const { denylist, ends, told, watch } = world();
    const second: { stop?: () => void } = {};
    ends.watch(token('a'), { onTokenOver: () => second.stop?.() });
    Object.assign(second, watch(token('a')));
    watch(token('a'));
    denylist.add(revoked('a'));
    expect(told).toEqual([END('a')]);
  });

  it('is told of an expiry that a look finds, with the moment that was expected', async () => {
    const { ends, told, watch, store, clock } = world();
    const first = watch(token('a'));
    watch(token('a'));
    first.endsAt = clock.now() - 250;
    store['a'] = 'expired';
    await ends.check(token('a'));
    const end = { ...END('a', 'SESSION_EXPIRED'), at: new Date(AT.getTime() - 250) };
    expect(told).toEqual([end, end]);
  });

  it.each([
    ['revoked', 'SESSION_REVOKED'],
    ['disabled', 'ACCOUNT_DISABLED'],
  ] as const)('is told of a session that a look finds %s', async (state, reason) => {
    const { ends, told, watch } = world({ store: { a: state } });
    watch(token('a'));
    await ends.check(token('a'));
    expect(told).toEqual([END('a', reason)]);
  });

  it('is told nothing by a look that cannot be made', async () => {
    const { ends, told, watch, away } = world();
    watch(token('a'));
    away.now = true;
    await expect(ends.check(token('a'))).rejects.toMatchObject({ code: 'AUTH_CHECK_UNAVAILABLE' });
    expect(told).toEqual([]);
  });
});

describe('when a session ends if nothing happens', () => {
  it('is the latest that any of its watchers knows', () => {
    const { ends, watch } = world();
    expect(ends.endsAt('a')).toBeUndefined();
    const one = watch(token('a'));
    const other = watch(token('a'));
    expect(ends.endsAt('a')).toBeUndefined();
    one.endsAt = 5;
    expect(ends.endsAt('a')).toBe(5);
    other.endsAt = 7;
    expect(ends.endsAt('a')).toBe(7);
    one.endsAt = 6;
    expect(ends.endsAt('a')).toBe(7);
    other.stop();
    expect(ends.endsAt('a')).toBe(6);
    one.stop();
    expect(ends.endsAt('a')).toBeUndefined();
  });
});

describe('where nodes do not tell each other', () => {
  it('all that is watched is looked at by one read per interval, and nothing when nobody watches', async () => {
    const { ends, told, watch, store, reads } = world({ pollInterval: 20 });
    const watches = ['a', 'b', 'b', 'c'].map((id) => watch(token(id)));
    await until(() => reads.length >= 2);
    expect(reads[0]).toEqual(['a', 'b', 'c']);
    expect(reads[1]).toEqual(['a', 'b', 'c']);
    store['b'] = 'revoked';
    await until(() => told.length === 2);
    expect(told).toEqual([END('b'), END('b')]);
    store['c'] = 'expired';
    await until(() => told.length === 3);
    expect(told[2]).toEqual(END('c', 'SESSION_EXPIRED'));
    for (const each of watches) each.stop();
    const before = reads.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(reads.length).toBeLessThanOrEqual(before + 1);
    watch(token('d'));
    await until(() => reads.at(-1)?.includes('d') === true);
    ends.stop();
  });

  it('an outage ends nothing', async () => {
    const { ends, told, watch, away, store, reads } = world({ pollInterval: 20 });
    watch(token('a'));
    away.now = true;
    await until(() => reads.length >= 3);
    expect(told).toEqual([]);
    store['a'] = 'revoked';
    away.now = false;
    await until(() => told.length === 1);
    ends.stop();
  });
});
