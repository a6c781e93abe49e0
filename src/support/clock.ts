/** Where time comes from. Tests inject one that they set. */
export interface Clock {
  /** What the cluster takes for the time, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since an arbitrary moment; never goes back, ignores changes of the wall clock. */
  monotonic(): number;
  /** This machine's own wall clock, milliseconds since the epoch; it may be wrong, and may jump. */
  wall(): number;
  /**
   * The latest that it may be: `now`, and as long as this machine has slept since it last heard the time, or as much
   * as its wall clock was set forward.
   */
  latest(): number;
  /**
   * The moment that SQL statements take for "now": `null` means the database's own clock, which all
   * nodes share. Only tests answer anything else.
   */
  forDatabase(): Date | null;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  latest: () => Date.now(),
  forDatabase: () => null,
};
