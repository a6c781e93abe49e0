import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import { momentOf } from './moment.js';
import type { Moment } from './moment.js';

/** The database's time, read between two moments of this machine's monotonic clock. */
export interface TimeSample {
  /** Milliseconds since the epoch. */
  readonly databaseTime: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** How far two clocks drift apart at most, as a part of the time that passes. */
const DRIFT = 0.001;

/**
 * Follows the database's clock, so that what a token says of its age does not depend on which node
 * made it: a machine whose own clock is minutes off neither stretches a bound nor refuses good tokens.
 * Of all samples that with the shortest round trip counts, and it is wrong by half of that at most; a
 * change of the wall clock does not reach it.
 */
export class SyncedClock implements Clock {
  readonly #local: Clock;
  /** What is added to the monotonic clock. */
  #offset: number;
  /** How wrong that is at most, and since when. */
  #known = { error: Infinity, since: 0 };
  #heard: Moment;

  constructor(local: Clock = systemClock) {
    this.#local = local;
    this.#offset = local.wall() - local.monotonic();
    this.#heard = momentOf(local);
  }

  observe({ databaseTime, sentAt, receivedAt }: TimeSample): void {
    this.#heard = momentOf(this.#local);
    const error = (receivedAt - sentAt) / 2;
    const offset = databaseTime - (sentAt + receivedAt) / 2;
    const { error: before, since } = this.#known;
    const known = before + (receivedAt - since) * DRIFT;
    // Half a second off would make a token look half a second younger than it is. But two samples that
    // cannot both be right mean that the database goes by another clock now.
    const contradicts = Math.abs(offset - this.#offset) > error + known;
    if (error > known && !contradicts) return;
    this.#known = { error, since: receivedAt };
    this.#offset = offset;
  }

  now(): number {
    return this.#local.monotonic() + this.#offset;
  }

  monotonic(): number {
    return this.#local.monotonic();
  }

  wall(): number {
    return this.#local.wall();
  }

  latest(): number {
    const { monotonic, wall } = momentOf(this.#local);
    const slept = wall - this.#heard.wall - (monotonic - this.#heard.monotonic);
    return monotonic + this.#offset + Math.max(0, slept);
  }

  forDatabase(): Date | null {
    return this.#local.forDatabase();
  }
}
