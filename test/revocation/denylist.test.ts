import { Denylist } from '../../src/revocation/index.js';
import { TestClock } from '../support/clock.js';

const LIFETIME = 305_000;
const world = () => {
  const clock = new TestClock();
  return { clock, denylist: new Denylist(clock, LIFETIME) };
};
const token = (more: object = {}) => ({
  userId: 'ada',
  sessionId: 's1',
  tokenEpoch: 0,
  globalEpoch: 0,
  ...more,
});
const sessions = (...sessionIds: string[]) =>
  ({ kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' }) as const;
const user = (epoch: number, reason: 'SESSION_REVOKED' | 'ACCOUNT_DISABLED' = 'SESSION_REVOKED') =>
  ({ kind: 'users', users: [{ userId: 'ada', epoch }], reason }) as const;
const bob = {
  kind: 'users',
  users: [{ userId: 'bob', epoch: 1 }],
  reason: 'SESSION_REVOKED',
} as const;
const everyone = (epoch: number) =>
  ({ kind: 'everyone', epoch, reason: 'SESSION_REVOKED' }) as const;

describe('the denylist', () => {
  it('denies nobody at first', () => {
    expect(world().denylist.find(token())).toBeUndefined();
  });

  it('denies the sessions that it was told of, and no others', () => {
    const { denylist } = world();
    denylist.add(sessions('s1', 's2'));
    expect(denylist.find(token())).toBe('SESSION_REVOKED');
    expect(denylist.find(token({ sessionId: 's2', userId: 'bob' }))).toBe('SESSION_REVOKED');
    expect(denylist.find(token({ sessionId: 's3' }))).toBeUndefined();
    expect(denylist.find(token({ sessionId: '__proto__' }))).toBeUndefined();
  });

  it('denies a user below an epoch, in every session, and from there on no more', () => {
    const { denylist } = world();
    denylist.add(user(3, 'ACCOUNT_DISABLED'));
    expect(denylist.find(token({ tokenEpoch: 2 }))).toBe('ACCOUNT_DISABLED');
    expect(denylist.find(token({ tokenEpoch: 2, sessionId: 's9' }))).toBe('ACCOUNT_DISABLED');
    expect(denylist.find(token({ tokenEpoch: 3 }))).toBeUndefined();
    expect(denylist.find(token({ tokenEpoch: 2, userId: 'bob' }))).toBeUndefined();
  });

  it('never forgets a higher epoch for a lower one that is heard of later', () => {
    const { denylist } = world();
    denylist.add(user(3, 'ACCOUNT_DISABLED'));
    denylist.add(user(2));
    expect(denylist.find(token({ tokenEpoch: 2 }))).toBe('ACCOUNT_DISABLED');
    denylist.add(everyone(5));
    denylist.add(everyone(4));
    expect(denylist.find(token({ tokenEpoch: 3, globalEpoch: 4 }))).toBe('SESSION_REVOKED');
  });

  it('denies everyone below a global epoch, for as long as the node runs', () => {
    const { denylist, clock } = world();
    denylist.add(everyone(1));
    clock.advance(LIFETIME * 10);
    expect(denylist.find(token())).toBe('SESSION_REVOKED');
    expect(denylist.find(token({ globalEpoch: 1 }))).toBeUndefined();
    expect(denylist.size).toBe(0);
  });

  it('keeps the tokens of a user who was enabled again denied, for another reason', () => {
    const { denylist } = world();
    denylist.add(user(3, 'ACCOUNT_DISABLED'));
    denylist.add(user(3));
    expect(denylist.find(token({ tokenEpoch: 2 }))).toBe('SESSION_REVOKED');
    expect(denylist.find(token({ tokenEpoch: 3 }))).toBeUndefined();
    expect(denylist.size).toBe(1);
  });
});

describe('a feed that reads everything anew', () => {
  const brought = (age: number, revocation: ReturnType<typeof sessions>) => [{ age, revocation }];

  it('is the truth: what it does not bring is forgotten', () => {
    const { denylist } = world();
    denylist.addAll(brought(0, sessions('s1')));
    denylist.addAll([{ age: 0, revocation: everyone(7) }]);
    denylist.beginLook();
    denylist.replaceAll(brought(0, sessions('s2')));
    expect(denylist.find(token())).toBeUndefined();
    expect(denylist.find(token({ sessionId: 's2' }))).toBe('SESSION_REVOKED');
  });

  it('does not take back what this node did meanwhile, which the reading may have missed', () => {
    const { denylist } = world();
    denylist.beginLook();
    denylist.add(sessions('s1'));
    denylist.replaceAll([]);
    expect(denylist.find(token())).toBe('SESSION_REVOKED');
    denylist.beginLook();
    denylist.replaceAll([]);
    expect(denylist.find(token())).toBeUndefined();
  });

  it('brings facts of some age, which are kept only for the rest of their time', () => {
    const { denylist, clock } = world();
    denylist.addAll(brought(LIFETIME - 10_000, sessions('s1')));
    clock.advance(9_000);
    denylist.beginLook();
    expect(denylist.size).toBe(1);
    clock.advance(1_000);
    denylist.beginLook();
    expect(denylist.size).toBe(0);
  });
});

describe('a listener of the denylist', () => {
  it('is told of everything that becomes known, until it stops listening', () => {
    const { denylist } = world();
    const heard: unknown[] = [];
    const stop = denylist.onAdded((revocation) => {
      // By then it is in force.
      expect(denylist.find(token())).toBe('SESSION_REVOKED');
      heard.push(revocation);
    });
    denylist.add(sessions('s1'));
    denylist.addAll([{ age: 5, revocation: user(2) }]);
    stop();
    denylist.add(everyone(3));
    expect(heard).toEqual([sessions('s1'), user(2)]);
  });

  it('is told once, though what a node did comes back by its feed, and of all that is more', () => {
    const { denylist } = world();
    const heard: unknown[] = [];
    denylist.onAdded((revocation) => heard.push(revocation));
    const did = [sessions('s1', 's2'), user(2), everyone(3)];
    for (const revocation of did) denylist.add(revocation);
    denylist.addAll(did.map((revocation) => ({ age: 5, revocation })));
    expect(heard).toEqual(did);
    const more = [
      sessions('s1', 's3'),
      { ...sessions('s2'), reason: 'ACCOUNT_DISABLED' } as const,
      user(2, 'ACCOUNT_DISABLED'),
      user(3, 'ACCOUNT_DISABLED'),
      everyone(4),
    ];
    denylist.addAll(more.map((revocation) => ({ age: 5, revocation })));
    expect(heard).toEqual([...did, ...more]);
  });
});

describe('what the denylist keeps', () => {
  it('denies as long as a token lives that it could stop', () => {
    const { denylist, clock } = world();
    denylist.add(sessions('s1'));
    denylist.add(user(1));
    clock.advance(LIFETIME - 1);
    denylist.add(sessions('s2'));
    denylist.add(bob);
    expect(denylist.find(token({ tokenEpoch: 1 }))).toBe('SESSION_REVOKED');
    expect(denylist.find(token({ sessionId: 's9' }))).toBe('SESSION_REVOKED');
    expect(denylist.size).toBe(4);
  });

  it('is let go after that, when the next one comes', () => {
    const { denylist, clock } = world();
    denylist.add(sessions('s1'));
    denylist.add(user(1));
    clock.advance(LIFETIME);
    denylist.add(sessions('s2'));
    denylist.add(bob);
    expect(denylist.find(token({ tokenEpoch: 1 }))).toBeUndefined();
    expect(denylist.find(token({ sessionId: 's9' }))).toBeUndefined();
    expect(denylist.size).toBe(2);
  });

  it('lives longer when it is heard of again', () => {
    const { denylist, clock } = world();
    denylist.add(sessions('s1'));
    clock.advance(LIFETIME - 1);
    denylist.add(sessions('s1'));
    clock.advance(LIFETIME - 1);
    denylist.add(sessions('s2'));
    expect(denylist.find(token())).toBe('SESSION_REVOKED');
  });

  it('does not hold up the others by living longer', () => {
    const { denylist, clock } = world();
    denylist.add(sessions('s1', 's2'));
    clock.advance(LIFETIME - 1);
    denylist.add(sessions('s1'));
    clock.advance(1);
    denylist.add(sessions('s3'));
    expect(denylist.find(token({ sessionId: 's2' }))).toBeUndefined();
    expect(denylist.size).toBe(2);
  });

  it('stays in bounds under a steady stream', () => {
    const { denylist, clock } = world();
    let most = 0;
    for (let second = 0; second < 3_600; second += 10) {
      denylist.add(sessions(...Array.from({ length: 100 }, (_, n) => `${second}-${n}`)));
      most = Math.max(most, denylist.size);
      clock.advance(10_000);
    }
    expect(most).toBe(100 * Math.ceil(LIFETIME / 10_000));
  });
});

describe('its revision', () => {
  it.each([
    ['a session', sessions('s1')],
    ['a user', user(1)],
    ['everyone', everyone(1)],
  ])('is another once it denies %s, by the feed, by itself, or read anew', (_what, revocation) => {
    const { denylist } = world();
    const seen = [denylist.revision];
    denylist.add(revocation);
    seen.push(denylist.revision);
    denylist.addAll([{ revocation, age: 0 }]);
    seen.push(denylist.revision);
    denylist.replaceAll([{ revocation, age: 0 }]);
    seen.push(denylist.revision);
    expect(new Set(seen).size).toBe(4);
  });

  it('is the same as long as nothing is denied', () => {
    const { denylist, clock } = world();
    const { revision } = denylist;
    denylist.beginLook();
    denylist.addAll([]);
    clock.advance(LIFETIME);
    expect(denylist.revision).toBe(revision);
  });
});
