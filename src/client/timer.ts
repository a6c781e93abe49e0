import type { Cancel, Platform } from './platform.js';

/** Milliseconds. */
const BACK_OFF = { first: 1_000, most: 30_000 };

/** Milliseconds before another try, longer each time and never the same for all. */
export function backOff(failures: number, { random }: Pick<Platform, 'random'>): number {
  return Math.min(BACK_OFF.first * 2 ** failures, BACK_OFF.most) * (0.5 + random() / 2);
}

/** One alarm at a time. */
export function createTimer({ after }: Platform) {
  let cancel: Cancel | undefined;
  return {
    cancel: () => cancel?.(),
    /** @param ms for ever: never */
    set: (ms: number, work: () => void) => {
      cancel?.();
      cancel = ms === Infinity ? undefined : after(Math.max(0, ms), work);
    },
  };
}
