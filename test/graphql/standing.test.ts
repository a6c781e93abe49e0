import { createGuard } from '../../src/graphql/guard.js';
import { Checker, Denylist } from '../../src/revocation/index.js';
import { SyncedClock } from '../../src/support/synced-clock.js';
import { TestClock } from '../support/clock.js';

/** What a node knows, and what that makes of the queries that were let pass. */
function world() {
  const local = new TestClock();
  const clock = new SyncedClock(local);
  const denylist = new Denylist(clock, 305_000);
  const checker = new Checker(() => Promise.resolve(new Map()), denylist, clock);
  const { memory } = createGuard({ clock, denylist, checker });
  if (!memory) throw new Error('nothing is remembered');
  return { local, denylist, checker, memory };
}

const revocation = {
  kind: 'sessions',
  sessionIds: ['s1'],
  reason: 'SESSION_REVOKED',
} as const;

it.each<[string, (known: ReturnType<typeof world>) => unknown]>([
  ['a revocation becomes known', ({ denylist }) => denylist.add(revocation)],
  ['something was changed that no revocation tells of', ({ checker }) => checker.forget()],
  ['all revocations were read anew, and there are none', ({ denylist }) => denylist.replaceAll([])],
])('no query that was let pass stands where %s', (_what, happens) => {
  const known = world();
  const before = known.memory.revision();
  happens(known);
  expect(known.memory.revision()).not.toBe(before);
});

it('what is let pass for so long grows old while the machine sleeps', () => {
  const { local, memory } = world();
  const before = memory.time();
  local.advance(1_000);
  expect(memory.time() - before).toBe(1_000);
  local.sleep(60_000);
  expect(memory.time() - before).toBe(61_000);
});
