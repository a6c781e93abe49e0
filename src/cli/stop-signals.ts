/** Signals nearer than this are one: npm passes on what the terminal has sent us already. */
const ECHO_MS = 2_000;

/**
 * Calls `stop` at the first SIGINT or SIGTERM. One who asks again after a while is in a hurry: the
 * process ends at once, and the next start clears up.
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let first: number | undefined;
  const received = (signal: NodeJS.Signals) => {
    if (first === undefined) {
      first = performance.now();
      stop(signal);
    } else if (performance.now() - first > ECHO_MS) {
      process.exit(1);
    }
  };
  process.on('SIGINT', received).on('SIGTERM', received);
}
