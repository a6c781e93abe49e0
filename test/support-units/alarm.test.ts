import { setAlarm } from '../../src/support/alarm.js';
import { TestClock } from '../support/clock.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

let clock: TestClock;
beforeEach(() => {
  jest.useFakeTimers();
  clock = new TestClock();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Time passes for the timers and for the clock alike, in steps of a minute at most. */
function pass(milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= MINUTE) {
    const step = Math.min(left, MINUTE);
    clock.advance(step);
    jest.advanceTimersByTime(step);
  }
}

describe('an alarm', () => {
  it('rings once, at its moment and not a millisecond before', () => {
    const ring = jest.fn();
    setAlarm(clock, clock.now() + 5_000, ring);
    pass(4_999);
    expect(ring).not.toHaveBeenCalled();
    pass(1);
    expect(ring).toHaveBeenCalledTimes(1);
    pass(DAY);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('that is farther away than a timer reaches rings at its moment too', () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    const ring = jest.fn();
    setAlarm(clock, clock.now() + 40 * DAY, ring);
    pass(40 * DAY - 1);
    expect(ring).not.toHaveBeenCalled();
    pass(1);
    expect(ring).toHaveBeenCalledTimes(1);
    const waits = set.mock.calls.map(([, wait]) => wait ?? 0);
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('for a moment that has passed rings soon, and not at once', () => {
    const ring = jest.fn();
    setAlarm(clock, clock.now() - DAY, ring);
    expect(ring).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('that is cancelled never rings, before its first wait or between two', () => {
    const ring = jest.fn();
    setAlarm(clock, clock.now() + 1_000, ring)();
    const cancel = setAlarm(clock, clock.now() + 30 * DAY, ring);
    pass(DAY);
    cancel();
    expect(jest.getTimerCount()).toBe(0);
    pass(30 * DAY);
    expect(ring).not.toHaveBeenCalled();
  });

  it('waits on when its timer fires early', () => {
    const ring = jest.fn();
    setAlarm(clock, clock.now() + 1_000, ring);
    clock.advance(990);
    jest.advanceTimersByTime(1_000);
    expect(ring).not.toHaveBeenCalled();
    pass(10);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('notices within a minute that the machine slept through it', () => {
    const ring = jest.fn();
    setAlarm(clock, clock.now() + 2 * DAY, ring);
    clock.advance(3 * DAY);
    jest.advanceTimersByTime(MINUTE);
    jest.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
  });
});
