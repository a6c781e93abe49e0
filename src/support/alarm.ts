import type { Clock } from './clock.js';

/**
 * No single timer is longer: setTimeout fires at once for more than 2^31-1 ms (24.8 days), and it does
 * not notice that the machine slept or that its clock was set. Each time the clock is asked again.
 */
const LONGEST = 60_000;

/**
 * Rings once, when the clock says `at` (milliseconds since the epoch) or later, however far away that
 * is; a moment that has passed rings soon. It keeps no process alive. @returns what cancels it
 */
export function setAlarm(clock: Clock, at: number, ring: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const remaining = Math.max(Math.ceil(at - clock.now()), 0);
    const next = remaining > LONGEST ? wait : check;
    timer = setTimeout(next, Math.min(remaining, LONGEST));
    timer.unref();
  };
  // A timer may fire a moment early.
  const check = () => (clock.now() >= at ? ring() : wait());
  wait();
  return () => clearTimeout(timer);
}
