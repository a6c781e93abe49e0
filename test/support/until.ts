import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what no event tells; fails when it takes longer than `within` milliseconds. */
export async function until(
  what: () => Promise<boolean> | boolean,
  within = 10_000,
): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await what())) {
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${String(what)}`);
    await delay(20);
  }
}
