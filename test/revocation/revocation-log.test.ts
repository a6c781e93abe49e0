import { Denylist, RevocationLog } from '../../src/revocation/index.js';
import { TestClock } from '../support/clock.js';

const LIFETIME = 300_000;
const world = (kept?: number) => {
  const clock = new TestClock();
  const denylist = new Denylist(clock, LIFETIME);
  return { clock, denylist, log: new RevocationLog(denylist, clock, kept) };
};
const sessions = (...sessionIds: string[]) =>
  ({ kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' }) as const;
const everyone = { kind: 'everyone', epoch: 3, reason: 'SESSION_REVOKED' } as const;

describe('the log of what the denylist learnt', () => {
  it('tells what came after a position, and for how long it still matters', () => {
    const { clock, denylist, log } = world();
    denylist.add(sessions('s1'));
    const { position } = log;
    expect(log.since(position)).toEqual([]);
    denylist.addAll([{ revocation: sessions('s2'), age: 10_000 }]);
    clock.advance(1_000);
    denylist.add(everyone);
    expect(log.since(position)).toEqual([
      { revocation: sessions('s2'), remaining: LIFETIME - 11_000 },
      { revocation: everyone, remaining: LIFETIME },
    ]);
    clock.advance(LIFETIME - 1_000);
    expect(log.since(position)).toEqual([{ revocation: everyone, remaining: 1_000 }]);
  });

  it('does not know a position that it has forgotten, or that never was', () => {
    const { denylist, log } = world(3);
    const first = log.position;
    denylist.add(sessions('a', 'b'));
    const second = log.position;
    denylist.add(sessions('c', 'd'));
    expect(log.since(first)).toBeUndefined();
    expect(log.since(second)).toMatchObject([{ revocation: sessions('c', 'd') }]);
    expect(log.since({ ...second, count: 3 })).toBeUndefined();
    denylist.add(sessions('e', 'f', 'g', 'h'));
    expect(log.since(second)).toBeUndefined();
    expect(log.since(log.position)).toEqual([]);
  });

  it('begins a new generation when the denylist is replaced', () => {
    const { denylist, log } = world();
    denylist.add(sessions('a'));
    const { position } = log;
    const moves: unknown[] = [];
    log.onMoved(() => moves.push(log.position));
    denylist.replaceAll([]);
    expect(log.since(position)).toBeUndefined();
    expect(log.position).toEqual({ generation: 2, count: 0 });
    expect(moves).toEqual([{ generation: 2, count: 0 }]);
  });

  it('moves for other news too, and not for nothing', () => {
    const { denylist, log } = world();
    const { position } = log;
    denylist.add(sessions());
    expect(log.position).toEqual(position);
    log.note();
    expect(log.position).not.toEqual(position);
    expect(log.since(position)).toEqual([]);
  });
});

describe('what is in force', () => {
  it('is told as a whole, sessions of one end together, and nothing of what is over', () => {
    const { clock, denylist } = world();
    denylist.add(sessions('old'));
    clock.advance(200_000);
    denylist.add(sessions('s1', 's2'));
    denylist.add({ kind: 'users', users: [{ userId: 'u', epoch: 2 }], reason: 'ACCOUNT_DISABLED' });
    denylist.add({ ...sessions('s3'), reason: 'ACCOUNT_DISABLED' });
    denylist.add(everyone);
    clock.advance(100_000);
    expect([...denylist.inForce()]).toEqual([
      { revocation: sessions('s1', 's2'), remaining: 200_000 },
      {
        revocation: { kind: 'sessions', sessionIds: ['s3'], reason: 'ACCOUNT_DISABLED' },
        remaining: 200_000,
      },
      {
        revocation: {
          kind: 'users',
          users: [{ userId: 'u', epoch: 2 }],
          reason: 'ACCOUNT_DISABLED',
        },
        remaining: 200_000,
      },
      { revocation: everyone, remaining: 200_000 },
    ]);
    clock.advance(200_000);
    expect([...denylist.inForce()]).toEqual([]);
  });
});
