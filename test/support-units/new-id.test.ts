import { newId } from '../../src/support/new-id.js';
import { TestClock } from '../support/clock.js';

describe('ids', () => {
  it('rise within one millisecond, and when the clock goes back', () => {
    const clock = new TestClock();
    const ids = Array.from({ length: 1_000 }, () => newId(clock));
    clock.advance(-60_000);
    ids.push(newId(clock));
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('end in chance of their own', () => {
    const clock = new TestClock();
    // What follows the time and the order: the last 40 bits at least.
    const ends = Array.from({ length: 1_000 }, () => newId(clock).slice(-10));
    expect(new Set(ends).size).toBe(ends.length);
    expect(new Set(ends.map((end) => end.slice(0, 5))).size).toBeGreaterThan(900);
    expect(new Set(ends.map((end) => end.slice(-5))).size).toBeGreaterThan(900);
  });

  it('carry the time of their clock', () => {
    const id = newId(new TestClock(Date.parse('2030-01-01T00:00:00.000Z')));
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(1_893_456_000_000);
  });
});
