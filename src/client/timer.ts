import type { Cancel, Platform } from './platform.js';

/** Milliseconds. */
const FIRST = 1_000;
const MOST = 30_000;

/** Milliseconds before another try, longer each time and never the same for all. */
export function backOff(failures: number, { random }: Pick<Platform, 'random'>): number {
  return Math.min(FIRST * 2 ** failures, MOST) * (0.5 + random() / 2);
}

/** One alarm at a time. */
export function createTimer({ after }: Platform) {
  let cancel: Cancel | undefined;
  return {
    cancel: () => cancel?.(),
    set: (ms: number, work: () => void) => {
      cancel?.();
      cancel = after(ms, work);
    },
  };
}
