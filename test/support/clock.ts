import type { Clock } from '../../src/support/clock.js';

/** Time that stands still until the test moves it; the database is told the same. */
export class TestClock implements Clock {
  #elapsed = 0;

  constructor(private readonly start = Date.parse('2030-01-01T00:00:00.000Z')) {}

  now(): number {
    return this.start + this.#elapsed;
  }

  monotonic(): number {
    return 1_000_000 + this.#elapsed;
  }

  wall(): number {
    return this.now();
  }

  forDatabase(): Date {
    return new Date(this.now());
  }

  /** @param milliseconds forward */
  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }
}
