import type { Clock } from '../support/clock.js';

/** Time that stands still until the test moves it; the database is told the same. */
export class TestClock implements Clock {
  #elapsed = 0;
  #slept = 0;
  readonly #start: number;

  /** @param start milliseconds since the epoch. Default: the beginning of 2030. */
  constructor(start = Date.parse('2030-01-01T00:00:00.000Z')) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return 1_000_000 + this.#elapsed - this.#slept;
  }

  wall(): number {
    return this.now();
  }

  latest(): number {
    return this.now();
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
