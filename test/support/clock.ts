import type { Clock } from '../../src/support/clock.js';

/** Time that stands still until the test moves it; the database is told the same. */
export class TestClock implements Clock {
  #elapsed = 0;
  #slept = 0;

  constructor(private readonly start = Date.parse('2030-01-01T00:00:00.000Z')) {}

  now(): number {
    return this.start + this.#elapsed;
  }

  monotonic(): number {
    return 1_000_000 + this.#elapsed - this.#slept;
  }

  wall(): number {
    return this.now();
  }

  slept(): number {
    return 0;
  }

  forDatabase(): Date {
    return new Date(this.now());
  }

  /** The machine sleeps, and its monotonic clock with it. @param milliseconds that pass meanwhile */
  sleep(milliseconds: number): void {
    this.#elapsed += milliseconds;
    this.#slept += milliseconds;
  }

  /** @param milliseconds forward */
  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }
}
