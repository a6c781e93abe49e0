import type { Clock } from './clock.js';

/** A moment by both clocks of this machine. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}

/**
 * Milliseconds since, by the clock that says more: one may stand still while a machine sleeps, the other
 * can be set back.
 */
export function ageOf(moment: Moment, clock: Clock): number {
  return between(moment, momentOf(clock));
}

/** The same to another moment. */
export function between(moment: Moment, later: Moment): number {
  return Math.max(later.monotonic - moment.monotonic, later.wall - moment.wall);
}
