const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Milliseconds after which a message that has not arrived is given up. */
export const GIVE_UP_AFTER = 72 * HOUR;
/** Milliseconds for which it is kept then, for somebody to look at. */
export const KEPT_DEAD = 30 * 24 * HOUR;

const FIRST = 5 * SECOND;
const GROWTH = 4;
const LONGEST = 6 * HOUR;

/**
 * Milliseconds until the next attempt, up to a quarter more or less by chance, so that what failed
 * together does not come back together.
 */
export function backOff(attempts: number, chance: () => number = Math.random): number {
  const delay = Math.min(FIRST * GROWTH ** (attempts - 1), LONGEST);
  return delay * (0.75 + chance() / 2);
}
