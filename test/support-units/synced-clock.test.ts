import { SyncedClock } from '../../src/support/synced-clock.js';
import { TestClock } from '../support/clock.js';

const MINUTE = 60_000;
const DATABASE = Date.parse('2030-01-01T00:00:00.000Z');

/** A machine whose own clock is off by so much. */
const wrongBy = (milliseconds: number) => {
  const local = new TestClock(DATABASE + milliseconds);
  return { local, clock: new SyncedClock(local) };
};
const sample = (databaseTime: number, local: TestClock, roundTrip = 0) => {
  const sentAt = local.monotonic();
  local.advance(roundTrip);
  return { databaseTime, sentAt, receivedAt: local.monotonic() };
};

describe('a clock that follows the database', () => {
  it('goes by the machine until it has heard of the database', () => {
    expect(wrongBy(90_000).clock.now()).toBe(DATABASE + 90_000);
  });

  it.each([90_000, -90_000])('is right on a machine that is wrong by %i ms', (wrong) => {
    const { local, clock } = wrongBy(wrong);
    clock.observe(sample(DATABASE, local));
    expect(clock.now()).toBe(DATABASE);
    local.advance(5 * MINUTE);
    expect(clock.now()).toBe(DATABASE + 5 * MINUTE);
  });

  it('is off by half of a round trip at most', () => {
    const { local, clock } = wrongBy(0);
    clock.observe(sample(DATABASE, local, 80));
    expect(clock.now()).toBe(DATABASE + 40);
  });

  it('prefers what it knows to a sample that took longer, unless the two cannot both be true', () => {
    const { local, clock } = wrongBy(0);
    clock.observe(sample(DATABASE, local, 900));
    expect(clock.now()).toBe(DATABASE + 450);
    clock.observe(sample(DATABASE + 900, local, 2));
    expect(clock.now()).toBe(DATABASE + 901);
    // The answer was on its way for 900 ms, or the question was: nobody can say.
    clock.observe(sample(DATABASE + 902, local, 900));
    expect(clock.now()).toBe(DATABASE + 1_801);
    // The database was set back an hour.
    clock.observe(sample(DATABASE - 60 * MINUTE, local, 900));
    expect(clock.now()).toBe(DATABASE - 60 * MINUTE + 450);
  });

  it('believes a sample for as long as clocks take to drift as far apart', () => {
    const { local, clock } = wrongBy(0);
    clock.observe(sample(DATABASE, local, 2));
    local.advance(5 * MINUTE);
    clock.observe(sample(DATABASE + 5 * MINUTE, local, 80));
    expect(clock.now()).toBe(DATABASE + 5 * MINUTE + 40);
  });

  it('leaves the wall clock and the moment of statements alone', () => {
    const { local, clock } = wrongBy(90_000);
    clock.observe(sample(DATABASE, local));
    expect(clock.wall()).toBe(local.wall());
    expect(clock.forDatabase()).toEqual(local.forDatabase());
  });

  it('knows that the machine has slept, until it has heard the time again', () => {
    const { local, clock } = wrongBy(90_000);
    clock.observe(sample(DATABASE, local));
    local.advance(MINUTE);
    const times = () => [clock.now() - DATABASE, clock.latest() - DATABASE];
    expect(times()).toEqual([MINUTE, MINUTE]);
    local.sleep(5 * MINUTE);
    expect(times()).toEqual([MINUTE, 6 * MINUTE]);
    clock.observe(sample(DATABASE + 6 * MINUTE, local));
    expect(times()).toEqual([6 * MINUTE, 6 * MINUTE]);
  });

  it('takes no clock that was set back for a sleep', () => {
    const { local, clock } = wrongBy(0);
    jest.spyOn(local, 'wall').mockReturnValue(local.wall() - MINUTE);
    expect(clock.latest()).toBe(clock.now());
  });
});
