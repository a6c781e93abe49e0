import { systemClock } from './clock.js';
import type { Clock } from './clock.js';

/** The database's time, read between two moments of this machine's monotonic clock. */
export interface TimeSample {
  /** Milliseconds since the epoch. */
  readonly databaseTime: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** A sample that took longer than this says less than the last one did; milliseconds. */
const SLOW = 1_000;

/**
 * Follows the database's clock, so that what a token says of its age does not depend on which node
 * made it: a machine whose own clock is minutes off neither stretches a bound nor refuses good tokens.
 * Wrong by half a sample's round trip at most; a change of the wall clock does not reach it.
 */
export class SyncedClock implements Clock {
  readonly #local: Clock;
  /** What is added to the monotonic clock. */
  #offset: number;
  #synced = false;

  constructor(local: Clock = systemClock) {
    this.#local = local;
    this.#offset = local.wall() - local.monotonic();
  }

  observe({ databaseTime, sentAt, receivedAt }: TimeSample): void {
    if (this.#synced && receivedAt - sentAt > SLOW) return;
    this.#synced = true;
    this.#offset = databaseTime - (sentAt + receivedAt) / 2;
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

  forDatabase(): Date | null {
    return this.#local.forDatabase();
  }
}
